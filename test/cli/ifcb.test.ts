/** From bins and a table of classes to class scores of other bins: what a laboratory with an IFCB does. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFeatureTable } from '../../src/features/tables/read-feature-table.js';
import { readClassScores } from '../../src/formats/ifcb/class-scores.js';
import { toCsv } from '../../src/taxonomy/write.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

const HDR = 'ADCFileFormat: trigger#, ROIx, ROIy, ROIwidth, ROIheight, start_byte\nrunTime: 1200\ninhibitTime: 60\n';
const [BIN, NEW] = ['D20220519T124533_IFCB134', 'D20220520T124533_IFCB134'] as const;

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

async function writeBin(base: string, perClass: number, seed: number): Promise<void> {
  const { pixels, count } = shapes(perClass, seed);
  const rows = Array.from({ length: count }, (_, i) => `${i + 1},0,0,${SIDE},${SIDE},${i * SIDE * SIDE}\n`);
  await writeFile(`${base}.adc`, rows.join(''));
  await writeFile(`${base}.hdr`, HDR);
  await writeFile(`${base}.roi`, pixels);
}

const images = ['--images'] as const;

async function ok(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await cladenet(args);
  expect(code, stderr).toBe(0);
  return stderr + stdout;
}

const rowsOf = async (file: string) => parse(await readFile(file), { columns: true }) as Record<string, string>[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-ifcb-'));
  await mkdir(at('raw', 'D20220519'), { recursive: true });
  await mkdir(at('new'));
  await writeBin(at('raw', 'D20220519', BIN), 40, 1);
  await writeBin(at('new', NEW), 3, 2);
  const labels = Array.from({ length: 160 }, (_, i) => {
    return `${BIN}_${String(i + 1).padStart(5, '0')}.png,${SHAPES[i % SHAPES.length]},x,0.5\n`;
  });
  await writeFile(at('raw', 'labels.csv'), `file_name,class_name,class_name_auto,score\n${labels.join('')}`);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const small = ['--size', '16', '--epochs', '3', '--batch', '16'];
  await ok('train', 'flat', ...images, at('raw', 'labels.csv'), ...small, '--out', at('model'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a classifier trained on bins', () => {
  it('gives class scores of other bins, with thresholds from its validation images', async () => {
    const to = ['--format', 'ifcb', '--out', at('scores')];
    const chosen = ['--class-thresholds', 'f1', ...images, at('raw', 'labels.csv')];
    const said = await ok('predict', at('model'), at('new'), ...to, ...chosen);
    expect(said).toMatch(/16 validation images of 160\nfor the largest F1: thresholds for \d of 4 classes/);
    expect(said).toMatch(/class scores of 12 images of 1 bin written to /);
    expect(await readdir(at('scores'))).toEqual([`${NEW}.csv`, `${NEW}_class.h5`]);
    const chosenNow = await readClassScores(at('scores', `${NEW}_class.h5`));
    const { classes, scores, roiNumbers, classNames, classNamesAuto, thresholds, classifierName } = chosenNow;
    expect([classes, classifierName]).toEqual([SHAPES, 'model']);
    expect(Array.from(roiNumbers)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    classNamesAuto?.forEach((auto, i) => {
      const own = scores.subarray(i * 4, i * 4 + 4);
      const c = own.indexOf(Math.max(...own));
      expect(auto).toBe(classes[c]);
      expect(classNames?.[i]).toBe((own[c] ?? 0) >= (thresholds?.[c] ?? 0) ? auto : 'unclassified');
    });
    const table = await rowsOf(at('scores', `${NEW}.csv`));
    expect(table.map(({ class_name: name }) => name)).toEqual(classNames);
    // As labels of the images, which are named as in the bins.
    await writeFile(at('new', 'labels.csv'), await readFile(at('scores', `${NEW}.csv`)));
    expect(await ok('taxonomy', at('tree.csv'), ...images, at('raw', 'labels.csv'))).toMatch(/disc.* 40/);
    // The same from a table, without the training images; what a person changes in it counts.
    const file = at('thresholds.csv');
    const once = ['thresholds', at('model'), ...images, at('raw', 'labels.csv'), '--rule', 'f1', '--out', file];
    expect(await ok(...once)).toMatch(
      /16 validation images of 160\nfor the largest F1: thresholds for \d of 4 classes/,
    );
    const stored = ['--class-thresholds', file];
    expect(await ok('predict', at('model'), at('new'), ...to, ...stored)).not.toContain('another classifier');
    expect(await readClassScores(at('scores', `${NEW}_class.h5`))).toEqual(chosenNow);
    const changed = (await readFile(file, 'utf8'))
      .replace(/^disc,[^,]*/m, 'disc,never')
      .replaceAll(/[0-9a-f]{64}/g, 'f'.repeat(64));
    await writeFile(file, changed);
    expect(await ok('predict', at('model'), at('new'), ...to, ...stored)).toMatch(
      /thresholds\.csv: these thresholds were chosen for another classifier of the same classes/,
    );
    const edited = await readClassScores(at('scores', `${NEW}_class.h5`));
    expect(Array.from(edited.thresholds ?? [])[2]).toBe(Number.POSITIVE_INFINITY);
    expect(edited.classNames).not.toContain('disc');
    await writeFile(file, 'class,threshold\ndisk,0.5\n');
    const wrong = await cladenet(['predict', at('model'), at('new'), ...to, ...stored]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(
        /thresholds\.csv:2: expected a class of the classifier, received 'disk'\n +Did you mean 'disc'/,
      ),
    ]);

    // As CSV, the same scores under the names of the images.
    await ok('predict', at('model'), at('new'), '--format', 'ifcb-csv', '--out', at('csv'));
    expect((await readdir(at('csv'))).sort()).toEqual([`${NEW}.csv`, `${NEW}_class_scores.csv`]);
    const asCsv = await rowsOf(at('csv', `${NEW}_class_scores.csv`));
    expect(asCsv.map(({ pid }) => pid)).toEqual(
      Array.from(roiNumbers, (number) => `${NEW}_${String(number).padStart(5, '0')}`),
    );
    expect(asCsv.flatMap((row) => SHAPES.map((name) => Number(row[name])))).toEqual(
      Array.from(scores, (score) => expect.closeTo(score, 6)),
    );

    const far = ['--class-thresholds', 'precision:0.99', ...images, at('raw', 'labels.csv')];
    expect(await ok('predict', at('model'), at('new'), ...to, ...far)).toMatch(
      /never named, because that is out of reach: bar-long, bar-short, disc, ring/,
    );
    const names = (await rowsOf(at('scores', `${NEW}.csv`))).map(({ class_name: name }) => name);
    expect(new Set(names)).toEqual(new Set(['unclassified']));
  });

  it('stops at an ancestor that is sure enough, or leaves the image unclassified', async () => {
    const to = ['--out', at('p.csv'), '--taxonomy', at('tree.csv'), '--min-confidence', '0.99'];
    await ok('predict', at('model'), at('new', `${NEW}.roi`), ...to);
    const stopped = await rowsOf(at('p.csv'));
    for (const { node = '', class: name = '', why } of stopped) {
      expect(['(root)', 'bars', 'round', name]).toContain(why === 'sure of the class' ? name : node);
    }
    await ok('predict', at('model'), at('new', NEW), ...to, '--stop-by', 'rejection');
    const rejected = await rowsOf(at('p.csv'));
    rejected.forEach(({ node, node_probability: sure, path }, i) => {
      expect(path).toBe(`${at('new', NEW)}.roi/${String(i + 1).padStart(5, '0')}`);
      expect(node === '(root)').toBe(stopped[i]?.why !== 'sure of the class');
      if (node === '(root)') expect(Number(sure)).toBe(1);
    });
    const nothing = await cladenet(['predict', at('model'), at('new'), '--out', at('p.csv'), '--stop-by', 'rejection']);
    expect([nothing.code, nothing.stderr]).toEqual([
      2,
      expect.stringMatching(
        /--stop-by: expected none without --min-confidence, --target-accuracy or --class-thresholds/,
      ),
    ]);
    const typo = await cladenet([
      'predict',
      at('model'),
      at('new'),
      '--out',
      at('p.csv'),
      '--class-thresholds',
      'precision:2',
    ]);
    expect([typo.code, typo.stderr]).toEqual([
      2,
      expect.stringMatching(/--class-thresholds: expected f1, or precision: and a number above 0/),
    ]);
  });

  it('writes all scores of classes and nodes, and predicts within some taxa', async () => {
    const to = ['--out', at('p.csv'), '--taxonomy', at('tree.csv'), '--scores', at('all.npy')];
    expect(await ok('predict', at('model'), at('new'), ...to)).toMatch(/6 scores of 12 images written to .*all\.npy/);
    const all = await readFeatureTable(at('all.npy'));
    expect(all.names).toEqual([...SHAPES, 'node:bars', 'node:round']);
    const row = (table: typeof all, i: number) =>
      Array.from(table.values.subarray(i * table.names.length, (i + 1) * table.names.length));
    const [long = 0, short = 0, disc = 0, ring = 0, bars = 0, round = 0] = row(all, 2);
    expect([bars, round, bars + round]).toEqual([long + short, disc + ring, 1].map((sum) => expect.closeTo(sum, 5)));

    const within = await ok('predict', at('model'), at('new'), ...to, '--below', 'round');
    expect(within).toMatch(/predicted within 2 of 4 classes, whose probabilities were made to sum to 1: disc, ring\n/);
    const some = await readFeatureTable(at('all.npy'));
    expect(some.names).toEqual(['disc', 'ring', 'node:round', 'among_probability']);
    expect(row(some, 2)).toEqual([disc / round, ring / round, 1, round].map((value) => expect.closeTo(value, 5)));
    const table = await rowsOf(at('p.csv'));
    expect(new Set(table.map(({ class: name }) => name))).toEqual(new Set(['disc', 'ring']));
    expect(Number(table[2]?.among_probability)).toBeCloseTo(round, 4);
    expect(table[2]?.top5?.split('; ')).toHaveLength(2);

    const wrong = await cladenet(['predict', at('model'), at('new'), ...to, '--among', 'discs,bars']);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(
        /--among: expected classes, or nodes of the taxonomy, received discs\n +Did you mean 'disc'/,
      ),
    ]);
    const both = await cladenet(['predict', at('model'), at('new'), ...to, '--among', 'disc,ring', '--below', 'round']);
    expect(both.stderr).toMatch(/--among: expected none beside --below/);
  });

  it('is evaluated within some taxa on the images of these', async () => {
    const judged = ['evaluate', at('model'), ...images, at('raw', 'labels.csv'), '--seen', '--json', at('e.json')];
    expect(await ok(...judged, '--among', 'disc,bar-long')).toMatch(
      /within 2 of 4 classes, whose probabilities are made to sum to 1; 80 images of other classes left out/,
    );
    const evaluation = JSON.parse(await readFile(at('e.json'), 'utf8'));
    expect([evaluation.images, evaluation.among]).toEqual([80, ['bar-long', 'disc']]);
  });
});

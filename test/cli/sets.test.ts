/** Sets of taxa and amended probabilities, by two classifiers of one split. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCsv } from '../../src/taxonomy/write.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { SHAPES, shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

async function ok(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await cladenet(args);
  expect(code, stderr).toBe(0);
  return stderr + stdout;
}
const rowsOf = async (file: string) => parse(await readFile(file), { columns: true }) as Record<string, string>[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-sets-'));
  await writeShapes(at('images'), 50);
  await writeShapes(at('new'), 3, 2);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const small = ['--images', at('images'), '--size', '16', '--batch', '16', '--split-seed', '1'];
  await ok('train', 'flat', ...small, '--epochs', '2', '--out', at('model'));
  await ok('train', 'flat', ...small, '--epochs', '3', '--seed', '2', '--out', at('other'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('sets of taxa', () => {
  it('stand beside the predictions, and are as the validation images choose', async () => {
    const to = ['--out', at('p.csv'), '--images', at('images'), '--coverage', '0.8'];
    const said = await ok('predict', at('model'), at('new'), ...to, '--taxonomy', at('tree.csv'), '--set-nodes', '2');
    expect(said).toMatch(
      /20 validation images of 200\nfor 80 %: sets of at most 2 nodes that grow up to a probability of [01]\.\d{4} \(20 validation images\)/,
    );
    const rows = await rowsOf(at('p.csv'));
    expect(rows).toHaveLength(12);
    for (const { set = '', set_classes: size, class: name = '' } of rows) {
      const taxa = set.split('; ');
      const classes = taxa.flatMap((taxon) => shapesTaxonomy.classesBelow(taxon === '(root)' ? '' : taxon));
      expect(taxa.length).toBeLessThanOrEqual(2);
      expect([classes.length, classes.includes(name)]).toEqual([Number(size), true]);
    }
    // Without a tree they are classes.
    await ok('predict', at('model'), at('new'), ...to);
    for (const { set = '', set_classes: size } of await rowsOf(at('p.csv'))) {
      const names = set.split('; ');
      expect(names).toHaveLength(Number(size));
      expect(SHAPES).toEqual(expect.arrayContaining(names));
    }
  });

  it('are judged by evaluate', async () => {
    const judge = ['evaluate', at('model'), '--images', at('images'), '--taxonomy', at('tree.csv')];
    const said = await ok(...judge, '--coverage', '0.8', '--set-nodes', '1', '--json', at('e.json'));
    expect(said).toMatch(
      /20 images, sets of at most 1 node: \d+\.\d % contain the true class; on average 1\.0 nodes and/,
    );
    const { sets } = JSON.parse(await readFile(at('e.json'), 'utf8'));
    expect(sets).toMatchObject({ coverage: 0.8, nodes: 1, images: 20, meanNodes: 1 });
    expect(sets.covered).toBeGreaterThanOrEqual(0.5);
  });

  it('need images, a coverage, and a table to stand in', async () => {
    const refused = async (message: RegExp, ...args: string[]) => {
      const { code, stderr } = await cladenet(['predict', at('model'), at('new'), '--out', at('r.csv'), ...args]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    };
    await refused(/--images: expected the images the classifier was trained with/, '--coverage', '0.9');
    await refused(/--set-nodes: expected none without --coverage/, '--set-nodes', '2');
    await refused(/--coverage: expected none with this --format/, '--coverage', '0.9', '--format', 'ecotaxa');
    await refused(/--taxonomy: /, '--coverage', '0.8', '--set-nodes', '2', '--images', at('images'));
    await refused(
      /--coverage: .*99\.99 %: 20 validation images are too few/,
      '--coverage',
      '0.9999',
      '--images',
      at('images'),
    );
  });
});

describe('an amended classifier', () => {
  it('is predicted and evaluated by, with probabilities of both', async () => {
    const scored = async (model: string, ...args: string[]) => {
      const to = ['--out', at('p.csv'), '--scores', at('s.csv'), '--taxonomy', at('tree.csv')];
      await ok('predict', at(model), at('new'), ...to, ...args);
      return (await rowsOf(at('s.csv'))).map((row) => SHAPES.map((name) => Number(row[name])));
    };
    const fine = await scored('model');
    const coarse = await scored('other');
    const amended = await scored('model', '--amend-by', at('other'));
    amended.forEach((row, i) => {
      const parents = [0, 0, 2, 2].map((c) => (coarse[i]?.[c] ?? 0) + (coarse[i]?.[c + 1] ?? 0));
      const products = parents.map((parent, c) => parent * (fine[i]?.[c] ?? 0));
      const sum = products.reduce((total, value) => total + value, 0);
      products.forEach((value, c) => {
        expect(row[c]).toBeCloseTo(value / sum, 4);
      });
    });
    const judge = [
      'evaluate',
      at('model'),
      '--images',
      at('images'),
      '--taxonomy',
      at('tree.csv'),
      '--json',
      at('e.json'),
    ];
    await ok(...judge, '--amend-by', at('other'));
    const { images, logLoss } = JSON.parse(await readFile(at('e.json'), 'utf8'));
    await ok(...judge);
    const plain = JSON.parse(await readFile(at('e.json'), 'utf8'));
    expect([images, plain.images]).toEqual([20, 20]);
    expect(logLoss).not.toBe(plain.logLoss);
  });

  it('needs a taxonomy, and no balance that is chosen without it', async () => {
    const judge = ['evaluate', at('model'), '--images', at('images'), '--amend-by', at('other')];
    const flat = await cladenet(judge);
    expect([flat.code, flat.stderr]).toEqual([2, expect.stringMatching(/--taxonomy: /)]);
    const balanced = await cladenet([...judge, '--taxonomy', at('tree.csv'), '--max-loss', '0.01']);
    expect([balanced.code, balanced.stderr]).toEqual([
      2,
      expect.stringMatching(/--max-loss: expected none beside --amend-by/),
    ]);
  });
});

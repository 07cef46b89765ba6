/** Class scores of bins: written for dashboards, and read back without loss. */
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Classification } from '../../../src/classifier/classification.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import { stopAtAncestor } from '../../../src/decision/stop-at-ancestor.js';
import { readClassScores, writeClassScores } from '../../../src/formats/ifcb/class-scores.js';
import { PREDICTION_FORMATS } from '../../../src/report/predictions/prediction-formats.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const classes = ['Ciliophora', 'Diatom_a', 'Diatom_b'];
const taxonomy = Taxonomy.fromLineages([
  { label: 'Ciliophora', lineage: ['Ciliophora'] },
  { label: 'Diatom_a', lineage: ['Diatoms', 'a'] },
  { label: 'Diatom_b', lineage: ['Diatoms', 'b'] },
]);
const [BIN, OTHER] = ['D20220519T124533_IFCB134', 'D20220520T124533_IFCB134'] as const;
const minConfidence = [0.75, 0.75, Number.POSITIVE_INFINITY];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ifcb-'));
});
afterEach(() => rm(folder, { recursive: true }));

function predicted(paths: readonly string[], rows: readonly (readonly number[])[], fields?: ImageSet['fields']) {
  const probabilities = Float32Array.from(rows.flat());
  const decisions = Int32Array.from(rows, (row) => row.indexOf(Math.max(...row)));
  const stop = { threshold: minConfidence, leaves: decisions };
  const classification: Classification = {
    ...{ classes, probabilities, decisions, labels: new Int32Array(rows.length) },
    nodes: stopAtAncestor(probabilities, classes, taxonomy, stop),
  };
  return { images: { paths, count: paths.length, fields } as unknown as ImageSet, classification };
}

async function write(format: 'ifcb' | 'ifcb-csv') {
  const out = join(folder, 'scores');
  const context = { out, model: 'models/plankton', classes, taxonomy, minConfidence };
  const writer = await PREDICTION_FORMATS[format].open(context);
  await writer.write(
    predicted(
      [`b/${BIN}.roi/00012`, `b/${BIN}.roi/00002`],
      [
        [0.875, 0.125, 0],
        [0.25, 0.5, 0.25],
      ],
      { bin: [BIN, BIN], roi_number: ['12', '2'] },
    ),
  );
  // Files that were cut out before, in any order.
  await writer.write(
    predicted(
      [`c/${OTHER}_00001.png`, `c/${BIN}_00003.png`],
      [
        [0.375, 0.375, 0.25],
        [0, 0.125, 0.875],
      ],
    ),
  );
  return { out, line: await writer.commit() };
}

it('class scores are one HDF5 file a bin, by number, with what does not reach its threshold as the ancestor or unclassified', async () => {
  const { out, line } = await write('ifcb');
  expect(line).toBe(`class scores of 4 images of 2 bins written to ${out}`);
  expect((await readdir(out)).sort()).toEqual([`${BIN}.csv`, `${BIN}_class.h5`, `${OTHER}.csv`, `${OTHER}_class.h5`]);
  expect(await readClassScores(join(out, `${BIN}_class.h5`))).toEqual({
    classes,
    roiNumbers: Int32Array.of(2, 3, 12),
    scores: Float64Array.of(0.25, 0.5, 0.25, 0, 0.125, 0.875, 0.875, 0.125, 0),
    classifierName: 'plankton',
    classNames: ['Diatoms', 'unclassified', 'Ciliophora'],
    classNamesAuto: ['Diatom_a', 'Diatom_b', 'Ciliophora'],
    thresholds: Float64Array.from(minConfidence),
  });
  expect(await readFile(join(out, `${OTHER}.csv`), 'utf8')).toBe(
    `file_name,class_name,class_name_auto,score\n${OTHER}_00001.png,unclassified,Ciliophora,0.375\n`,
  );
});

it('class scores as CSV are those of the dashboards', async () => {
  const { out } = await write('ifcb-csv');
  expect((await readFile(join(out, `${BIN}_class_scores.csv`), 'utf8')).split('\n').slice(0, 2)).toEqual([
    'pid,Ciliophora,Diatom_a,Diatom_b',
    `${BIN}_00002,0.25,0.5,0.25`,
  ]);
});

it('images outside bins are refused, and nothing is left', async () => {
  const context = { out: folder, model: 'm', classes, taxonomy, minConfidence };
  const writer = await PREDICTION_FORMATS.ifcb.open(context);
  const writing = writer.write(predicted(['a/photo.png'], [[1, 0, 0]]));
  await expect(writing).rejects.toThrow(/a\/photo\.png: expected an image of a bin, or a file named BIN_00012\.png/);
  await writer.discard();
  expect(await readdir(folder)).toEqual([]);
});

it('class scores that are damaged, or no class scores, are refused by name', async () => {
  const file = join(folder, 'a_class.h5');
  const whole = { classes, roiNumbers: Int32Array.of(1), scores: Float64Array.of(1, 0, 0) };
  await writeClassScores(file, whole);
  expect(await readClassScores(file)).toEqual({
    ...whole,
    classifierName: undefined,
    classNames: undefined,
    classNamesAuto: undefined,
    thresholds: undefined,
  });
  await truncate(file, 900);
  await expect(readClassScores(file)).rejects.toThrow(/an HDF5 file that is whole/);
  await writeFile(file, 'pid,a\n');
  await expect(readClassScores(file)).rejects.toThrow(/expected an HDF5 file, received other bytes/);
  await expect(readClassScores(join(folder, 'none.h5'))).rejects.toThrow(/no such file/);
  const other = join(folder, 'b_class.h5');
  await writeClassScores(other, {
    ...whole,
    roiNumbers: Int32Array.of(1, 2),
    scores: Float64Array.of(1, 0, 0, 0, 1, 0),
    classNames: ['a'],
  });
  await expect(readClassScores(other)).rejects.toThrow(/class_name: expected 2 values, received 1/);
});

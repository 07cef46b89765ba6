/** Scores of classes and nodes, as every format gives them back. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from 'h5wasm/node';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Classification } from '../../../src/classifier/classification.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import { probabilitiesAmong } from '../../../src/decision/among.js';
import { readFeatureTable } from '../../../src/features/tables/read-feature-table.js';
import { readH5 } from '../../../src/formats/h5.js';
import { openScores, scoreOutputs } from '../../../src/report/predictions/scores/scores-writer.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const classes = ['c', 'a', 'b'];
const taxonomy = Taxonomy.fromLineages(
  [
    { label: 'a', lineage: ['a', 'a'] },
    { label: 'b', lineage: ['a', 'b'] },
    { label: 'c', lineage: ['x', 'c'] },
  ],
  { singleChild: 'keep' },
);
const probabilities = Float32Array.of(0.5, 0.3, 0.2, 0.1, 0.9, 1e-9, 0, 1 / 3, 2 / 3);
const paths = ['1.png', 'a folder/é,"2".png', '3.png'];
const classification: Classification = {
  ...{ classes, probabilities },
  decisions: Int32Array.of(0, 1, 2),
  labels: new Int32Array(3).fill(-1),
};
const context = { out: '', model: 'models/m', classes, taxonomy, minConfidence: undefined };
/** The probability of node a is that of a and b, exactly. */
const expected = [0.5, 0.3, 0.2, 0.3 + 0.2, 0.5, 0.1, 0.9, 1e-9, 0.9, 0.1, 0, 1 / 3, 2 / 3, 1, 0].map(Math.fround);
const names = ['c', 'a', 'b', 'node:a', 'node:x'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scores-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Written in two parts. */
async function written(name: string, more: object = {}, of = classification): Promise<string> {
  const file = join(folder, name);
  const writer = await openScores(file, { ...context, ...more });
  const k = classes.length;
  for (const [first, end] of [
    [0, 2],
    [2, 3],
  ] as const) {
    await writer.write({
      images: { paths: paths.slice(first, end), count: end - first } as unknown as ImageSet,
      classification: {
        ...of,
        probabilities: of.probabilities.subarray(first * k, end * k),
        decisions: of.decisions.subarray(first, end),
        ...(of.among && { among: { ...of.among, mass: of.among.mass.subarray(first, end) } }),
      },
    });
  }
  expect(await writer.commit()).toMatch(/^\d scores of 3 images written to /);
  return file;
}

describe('the scores of classes and nodes', () => {
  it.each(['scores.csv', 'scores.tsv', 'scores.npy'])('in %s are a table of features', async (name) => {
    const table = await readFeatureTable(await written(name));
    expect(table.names).toEqual(names);
    expect(table.rows).toEqual(paths);
    expect(Array.from(table.values, Math.fround)).toEqual(expected);
    expect((await readdir(folder)).sort()).toEqual(scoreOutputs(name).sort());
  });

  it('in Parquet are columns of 32 bits', async () => {
    const file = await asyncBufferFromFile(await written('scores.parquet'));
    const rows = await parquetReadObjects({ file });
    expect(rows.map(({ path }) => path)).toEqual(paths);
    expect(rows.flatMap((row) => names.map((name) => row[name]))).toEqual(expected);
    const { key_value_metadata: about } = await parquetMetadataAsync(file);
    expect(about).toContainEqual({ key: 'classifier', value: 'models/m' });
  });

  it('in HDF5 are one matrix of classes and one of nodes', async () => {
    const found = await readH5(await written('scores.h5'), (h5) =>
      Object.fromEntries(h5.keys().map((name) => [name, (h5.get(name) as Dataset).value])),
    );
    expect(found).toEqual({
      class_labels: classes,
      node_paths: ['a', 'x'],
      output_scores: Float32Array.from([0, 1, 2, 5, 6, 7, 10, 11, 12], (i) => expected[i] as number),
      node_scores: Float32Array.from([3, 4, 8, 9, 13, 14], (i) => expected[i] as number),
      paths,
    });
  });

  it('within some taxa say so, and what these had together', async () => {
    const within = probabilitiesAmong(probabilities, 3, Int32Array.of(1, 2));
    const of = {
      ...classification,
      probabilities: within.probabilities,
      among: { classes: ['a', 'b'], mass: within.mass },
    };
    const table = await readFeatureTable(await written('scores.npy', { among: ['a', 'b'] }, of));
    expect(table.names).toEqual(['a', 'b', 'node:a', 'among_probability']);
    expect(Array.from(table.values.subarray(0, 4), (value) => +value.toFixed(6))).toEqual([0.6, 0.4, 1, 0.5]);
    const file = await written('scores.h5', { among: ['a', 'b'] }, of);
    expect(await readH5(file, (h5) => h5.attrs.among?.value)).toBe('["a","b"]');
  });

  it('leave nothing when they are given up, and are not written under another ending', async () => {
    for (const name of ['s.csv', 's.npy', 's.parquet', 's.h5']) {
      const writer = await openScores(join(folder, name), context);
      await writer.write({ images: { paths } as unknown as ImageSet, classification });
      await writer.discard();
    }
    expect(await readdir(folder)).toEqual([]);
    await expect(openScores(join(folder, 's.xlsx'), context)).rejects.toThrow(
      /\*\.csv, \*\.tsv, \*\.npy, \*\.parquet, \*\.h5/,
    );
    expect(existsSync(join(folder, 's.xlsx'))).toBe(false);
  });
});

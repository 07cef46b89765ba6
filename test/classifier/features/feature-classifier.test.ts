/** Classifiers of sources and a decider: trained, judged, saved and loaded. */
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { FeatureClassifier } from '../../../src/classifier/feature-classifier.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { evaluateClassifier } from '../../../src/classifier/judging/evaluate-classifier.js';
import { embed } from '../../../src/classifier/predict/embed.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { requireFlat } from '../../../src/classifier/store/load-flat.js';
import { fuse } from '../../../src/classifier/train/fuse.js';
import { trainFeatureHead } from '../../../src/classifier/train/train-feature-head.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainForest } from '../../../src/classifier/train/train-forest.js';
import { type ImageSet, squareOf } from '../../../src/dataset/images.js';
import type { FeatureTable } from '../../../src/features/feature-table.js';
import { applyPca, fitPca } from '../../../src/features/pca.js';
import { fitForest } from '../../../src/forest/fit.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { SHAPES, shapes, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const data = prepareData(shapes(40), { seed: 1 });
const unseen = shapes(10, 99);
const before = alive();
const trees = 20;
let folder: string;
let flat: FlatClassifier;
let onDeep: FeatureClassifier;
let onTable: FeatureClassifier;
let onBoth: FeatureClassifier;
let fused: FeatureClassifier;
const all = () => Object.entries({ onDeep, onTable, onBoth, fused });
const at = (...path: string[]) => join(folder, ...path);

/** Ink, roughly, and its spread about the middle, as somebody else may have measured them; three of seven rows lack the spread. */
function measured(images: ImageSet): FeatureTable {
  const { count, paths } = images;
  const values = new Float64Array(count * 2);
  for (let i = 0; i < count; i++) {
    const square = squareOf(images, i);
    let [ink, spread] = [0, 0];
    for (let p = 0; p < 256; p++) {
      if ((square[p] ?? 255) > 128) continue;
      ink++;
      spread += Math.abs((p % 16) - 8);
    }
    values.set([Math.floor(ink / 30), i % 7 < 3 ? Number.NaN : spread / ink], i * 2);
  }
  return { names: ['ink', 'spread'], rows: paths, values };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-features-'));
  const table = measured(data.images);
  flat = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
  onDeep = await trainForest(data, { features: ['deep'], from: flat, pca: 5, trees, make });
  onTable = await trainForest(data, { features: [{ table }], trees, make });
  onBoth = await trainFeatureHead(data, { features: ['deep', { table }], from: flat, pca: null, make });
  fused = await fuse(data, { of: [flat, onTable], make });
}, 60_000);
afterAll(async () => {
  for (const [, classifier] of all()) classifier.dispose();
  flat.dispose();
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

/** The images of the split with rows in the table; others have none. */
const known = data.images;

describe('sources and deciders', () => {
  it('learn, and are judged as any classifier is', async () => {
    for (const [name, classifier] of all()) {
      const { evaluation, leftOut } = await evaluateClassifier(classifier, known);
      expect(leftOut.seen, name).toBe(data.split.train.length + data.split.validation.length);
      expect(evaluation.images, name).toBe(16);
      expect(evaluation.accuracy, name).toBeGreaterThan(0.8);
      expect(classifier.description.test?.accuracy, name).toBe(evaluation.accuracy);
      expect([classifier.kind, classifier.classes, classifier.routings], name).toEqual(['features', SHAPES, []]);
      const { probabilities } = await classifier.classify(known);
      for (let i = 0; i < known.count; i++) {
        expect(probabilities.subarray(i * 4, i * 4 + 4).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      }
    }
  });

  it('a forest on deep features is the forest on principal components of the training images', async () => {
    const { values } = await embed(flat, known, { make });
    const rows = (matrix: Float64Array, width: number) =>
      Float64Array.from(Array.from(data.split.train).flatMap((i) => [...matrix.subarray(i * width, (i + 1) * width)]));
    const pca = fitPca(rows(values, 34), 34, 5);
    const components = applyPca(pca, values);
    const names = ['pc1', 'pc2', 'pc3', 'pc4', 'pc5'];
    const table = (matrix: Float64Array) => ({
      names,
      rows: Array.from({ length: matrix.length / 5 }, (_, i) => `${i}`),
      values: matrix,
    });
    const labels = data.split.train.map((i) => known.labels[i] ?? 0);
    const forest = await fitForest(table(rows(components, 5)), labels, SHAPES, { trees, seed: 1, missing: 'median' });
    const expected = forest.predict(table(components));
    expect(await onDeep.predict(known, { calibrated: false })).toEqual(expected);
    expect(onDeep.description).toMatchObject({
      sources: [{ kind: 'deep', pca: { components: 5 } }],
      decider: { kind: 'forest', settings: { trees, seed: 1 }, outOfBagAccuracy: forest.outOfBagAccuracy },
    });
  });

  it('a fusion is the weighted mean of both, with the weight that validation chose', async () => {
    const { decider } = fused.description;
    if (decider.kind !== 'mixture') throw new Error('a fusion is decided by a mixture');
    const [a, b, both] = await Promise.all([
      flat.predict(known),
      onTable.predict(known),
      fused.predict(known, { calibrated: false }),
    ]);
    expect(decider.share).toBeGreaterThan(0.01);
    expect(decider.share).toBeLessThan(0.99);
    expect(both).toEqual(a.map((p, i) => Math.fround(decider.share * p + (1 - decider.share) * (b[i] ?? 0))));
  });

  it('are the same bit for bit after saving and loading', async () => {
    const table = measured(known);
    for (const [name, classifier] of all()) {
      await classifier.save(at(name));
      const loaded = await loadClassifier(at(name), { make, table });
      expect(loaded, name).toBeInstanceOf(FeatureClassifier);
      expect(loaded.description, name).toEqual(classifier.description);
      expect(loaded.history, name).toEqual(classifier.history);
      expect(loaded.seen, name).toEqual(classifier.seen);
      expect(await loaded.predict(known), name).toEqual(await classifier.predict(known));
      loaded.dispose();
    }
  });

  it('average over views, of which a table has one', async () => {
    expect(await onTable.predict(known, { tta: 4 })).toEqual(await onTable.predict(known));
    expect(await onDeep.predict(unseen, { tta: 2 })).not.toEqual(await onDeep.predict(unseen));
  });

  it('give deep features as the classifier does that they were taken from', async () => {
    expect(await embed(onDeep, unseen, { make })).toEqual(await embed(flat, unseen, { make }));
    await expect(embed(onTable, unseen, { make })).rejects.toThrow(/expected one CNN block/);
  });
});

describe('what is refused', () => {
  it('deep features of a classifier that has none, or that has seen the validation and test images', async () => {
    const other = prepareData(shapes(40), { seed: 2 });
    const train = (more: object, of = data) => trainForest(of, { features: ['deep'], trees, make, ...more });
    await expect(train({})).rejects.toThrow(/from: expected a classifier with a CNN block, received nothing/);
    await expect(train({ from: onTable })).rejects.toThrow(/This classifier has no deep features/);
    await expect(train({ from: flat }, other)).rejects.toThrow(
      /leak[\s\S]*validation set[\s\S]*test set.*the flat classifier has not seen/,
    );
    await expect(fuse(other, { of: [flat, onTable], make })).rejects.toThrow(/leak into validation or test/);
  });

  it('images without a row, each by name, and a table without a column', async () => {
    await expect(onTable.predict(unseen)).resolves.toHaveLength(160);
    const { names, rows, values } = measured(known);
    const lacking = { names, rows: rows.slice(2), values: values.slice(4) };
    await expect(trainForest(data, { features: [{ table: lacking }], trees, make })).rejects.toThrow(
      /2 of 160 images have no row.*\n.*bar-long\/0\.png.*\n.*Name rows by paths.*\n.*bar-short\/1\.png/,
    );
    const renamed = { names: ['inks', 'spread'], rows, values };
    await onTable.save(at('columns'));
    const loaded = await loadClassifier(at('columns'), { make, table: renamed });
    await expect(loaded.predict(known)).rejects.toThrow(/the column ink, which.*\n.*Did you mean 'inks'/);
    const without = await loadClassifier(at('columns'), { make });
    await expect(without.predict(known)).rejects.toThrow(/a table in memory[\s\S]*Load the classifier with `table`/);
  });

  it('classifiers of other classes, and a fusion without validation images', async () => {
    const fewer = prepareData(shapes(40), { seed: 1, fractions: { train: 0.8, validation: 0, test: 0.2 } });
    const tested = { ...data, split: { ...fewer.split, train: data.split.train, test: data.split.test } };
    await expect(fuse(tested, { of: [flat, onTable], make })).rejects.toThrow(/validation set: expected/);
    const classes = ['a', 'b', 'c', 'd'];
    const renamed = { ...data, truth: { ...data.truth, classes } };
    await expect(fuse(renamed, { of: [flat, onTable], make })).rejects.toThrow(/of\[0\][\s\S]*of\[1\]/);
  });

  it('damaged folders, each with what is wrong', async () => {
    const damaged = async (from: string, change: (copy: string) => Promise<unknown>) => {
      await rm(at('damaged'), { recursive: true, force: true });
      await cp(at(from), at('damaged'), { recursive: true });
      await change(at('damaged'));
      return expect(loadClassifier(at('damaged'), { make })).rejects;
    };
    /** As somebody may edit it: without the checksums that would tell. */
    const edit = (change: (description: Record<string, never>) => void) => async (copy: string) => {
      const file = join(copy, 'classifier.json');
      const { sha256: _, ...description } = JSON.parse(await readFile(file, 'utf8')) as Record<string, never>;
      change(description);
      await writeFile(file, JSON.stringify(description));
    };
    const trees0 = 'forests/0000-forest.bin';
    await (await damaged('onTable', (copy) => appendFile(join(copy, trees0), 'x'))).toThrow(
      /forests.*a file of \d+ bytes/,
    );
    await (await damaged('onTable', (copy) => rm(join(copy, trees0)))).toThrow(/no such file/);
    await (
      await damaged('onTable', async (copy) => {
        const bytes = await readFile(join(copy, trees0));
        bytes[100] = (bytes[100] ?? 0) ^ 1;
        await writeFile(join(copy, trees0), bytes);
      })
    ).toThrow(/other bytes than were saved/);
    await (
      await damaged(
        'onTable',
        edit((one) => Object.assign(one, { forests: [] })),
      )
    ).toThrow(/forests: expected >forest, received none/);
    await (
      await damaged(
        'onTable',
        edit((one) => Object.assign(one, { sources: [{ kind: 'table', file: null, names: ['a'] }] })),
      )
    ).toThrow(/>forest: names: expected the 1 columns of the sources/);
    await (
      await damaged(
        'onTable',
        edit((one) => Object.assign(one, { sources: [{ kind: 'smell' }] })),
      )
    ).toThrow(/sources/);
    await (await damaged('onBoth', (copy) => rm(join(copy, 'weights/0001-head.bin')))).toThrow(/0001-head/);
    await (await damaged('fused', (copy) => rm(join(copy, 'members/1'), { recursive: true }))).toThrow(/members\/1/);
    await (
      await damaged('fused', (copy) =>
        cp(join(copy, 'members/0'), join(copy, 'members/1'), { recursive: true, force: true }),
      )
    ).toThrow(/members/);
  });

  it('what needs nodes', async () => {
    const { fineTune } = await import('../../../src/tuning/fine-tune.js');
    await expect(fineTune(onDeep, data, { nodes: [''] } as never)).rejects.toThrow(/received a classifier on features/);
    await expect(onDeep.predict(unseen, { routing: 'greedy' })).rejects.toThrow(/none, for a classifier on features/);
    expect(() => requireFlat(onDeep, { summary: 'No', where: 'from' })).toThrow(/received a classifier on features/);
  });
});

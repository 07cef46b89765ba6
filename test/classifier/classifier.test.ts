import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData, type TrainingData } from '../../src/classifier/data/training-data.js';
import { FlatClassifier } from '../../src/classifier/flat.js';
import { headWeights, TRUNK_MODULE } from '../../src/classifier/modules.js';
import { embed } from '../../src/classifier/predict/embed.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { unpackSeen } from '../../src/classifier/store/seen.js';
import { sharedTrunk } from '../../src/classifier/train/shared-trunk.js';
import { scoreOnTest } from '../../src/classifier/train/test-score.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { trainTree } from '../../src/classifier/train/train-tree.js';
import type { TreeClassifier } from '../../src/classifier/tree.js';
import { selectImages } from '../../src/dataset/images.js';
import { createHead } from '../../src/network/network.js';
import type { Weights } from '../../src/network/weights.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { createFeatureInference } from '../../src/training/inference.js';
import { headModel } from '../../src/training/model.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

const images = shapes(40);
const data = prepareData(images, { seed: 1 });
const unseen = shapes(10, 99);
const before = alive();
let folder: string;
let flat: FlatClassifier;
let shared: TreeClassifier;
let own: TreeClassifier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-classifier-'));
  flat = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
  shared = await trainTree(data, { taxonomy, from: flat, training: { epochs: 3 }, make });
  own = await trainTree(data, { taxonomy, trunk: 'own', network: tinyNetwork, training: tinyTraining, make });
});
afterAll(async () => {
  for (const classifier of [flat, shared, own]) classifier.dispose();
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

const nan = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.map(() => Number.NaN) }]),
  );
const all = () => Object.entries({ flat, shared, own });

describe('flat and tree', () => {
  it('learn, and give one row of leaf probabilities for each image', async () => {
    for (const [name, classifier] of all()) {
      const rows = await classifier.predict(unseen);
      expect(classifier.classes, name).toEqual(SHAPES);
      let correct = 0;
      for (let i = 0; i < unseen.count; i++) {
        const row = rows.subarray(i * 4, i * 4 + 4);
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
        correct += row.indexOf(Math.max(...row)) === unseen.labels[i] ? 1 : 0;
      }
      expect(correct / unseen.count, name).toBeGreaterThan(0.8);
      expect(classifier.description.test?.images).toBe(data.split.test.length);
    }
  });

  it('a shared trunk is the flat one, unchanged; own trunks are not', () => {
    expect(shared.weights.get(TRUNK_MODULE)?.['trunk/0/kernel']).toEqual(flat.weights['trunk/0/kernel']);
    expect([...own.weights.keys()]).toEqual(['', 'bars', 'round']);
    expect(own.weights.get('bars')?.['head/output/bias']?.shape).toEqual([2]);
  });

  it('predict the same bit for bit after saving and loading, in batches of any size', async () => {
    for (const [name, classifier] of all()) {
      await classifier.save(join(folder, name));
      const loaded = await loadClassifier(join(folder, name), { make });
      expect(loaded.description).toEqual(classifier.description);
      expect(loaded.history).toEqual(classifier.history);
      const rows = await classifier.predict(unseen);
      expect(await loaded.predict(unseen)).toEqual(rows);
      expect(await loaded.predict(selectImages(unseen, [3]))).toEqual(rows.slice(12, 16));
      loaded.dispose();
    }
  });

  it('are the same for the same seed', async () => {
    const again = await trainTree(data, { taxonomy, from: flat, training: { epochs: 3 }, make });
    expect(await again.predict(unseen)).toEqual(await shared.predict(unseen));
    again.dispose();
  });

  it('leave nothing native behind over predictions and disposals', async () => {
    for (const [, classifier] of all()) classifier.dispose();
    const start = alive();
    for (let i = 0; i < 3; i++) {
      for (const [, classifier] of all()) {
        await classifier.predict(unseen);
        classifier.dispose();
      }
    }
    expect(alive()).toEqual(start);
  });

  it('tell how far they are, stop between batches, and then predict as before', async () => {
    const many = shapes(80, 7);
    for (const [name, classifier] of all()) {
      const rows = await classifier.predict(many);
      const done: number[] = [];
      let total = 0;
      await classifier.predict(many, {
        onProgress: (at) => {
          done.push(at.done);
          total = at.total;
        },
      });
      expect(done, name).toEqual([...done].sort((a, b) => a - b));
      expect(done.at(-1), name).toBe(total);
      const start = alive();
      const controller = new AbortController();
      const stopped = classifier.predict(many, { signal: controller.signal, onProgress: () => controller.abort() });
      await expect(stopped, name).rejects.toMatchObject({ code: 'ABORTED' });
      expect(alive(), name).toEqual(start);
      expect(await classifier.predict(many), name).toEqual(rows);
    }
  });

  it('predict several sets at the same time as one after the other', async () => {
    const sets = [shapes(80, 5), shapes(40, 6), selectImages(unseen, [])];
    for (const [name, classifier] of all()) {
      const expected = [];
      for (const set of sets) expected.push(await classifier.predict(set));
      expect(await Promise.all(sets.map((set) => classifier.predict(set))), name).toEqual(expected);
    }
  });

  it('know what they were trained on, and how it went', () => {
    const { description, history, seen } = shared;
    expect(unpackSeen(seen.test)).toEqual(new Set(Array.from(data.split.test, (i) => data.prints[i] ?? '')));
    expect(description.split).toEqual({
      seed: 1,
      content: expect.stringMatching(/^[0-9a-f]{64}$/),
      // Shapes are drawn on levels from 225 to 254.
      crops: { border: 240, margin: 4 },
      fractions: { train: 0.8, validation: 0.1, test: 0.1 },
      images: { train: data.split.train.length, validation: 16, test: 16 },
    });
    const below = (path: string) => description.nodes.find((node) => node.path === path)?.images;
    expect([below(''), below('bars'), below('round')]).toEqual([128, 64, 64]);
    for (const { path, summary } of nonEmpty(description.nodes)) {
      const own = history.filter(({ node }) => node === path);
      if (summary === null) throw new Error(`${path} was trained by itself`);
      expect(own).toHaveLength(summary.epochs);
      expect(own[summary.best.epoch - 1]).toEqual({ node: path, ...summary.best });
    }
    expect(flat.history).toAllSatisfy(({ node }) => node === undefined);
    expect(flat.history[flat.description.summary.best.epoch - 1]).toEqual(flat.description.summary.best);
  });

  it('refuse images that were prepared for another network', async () => {
    const other = { ...unseen, preprocessing: { ...unseen.preprocessing, size: 8 } };
    await expect(flat.predict(other)).rejects.toThrow(/expected 16x16.*received 8x8/);
  });
});

describe('deep features', () => {
  it('are what the head of the classifier decides on, a row for each path', async () => {
    const { names, rows, values } = await embed(flat, unseen, { make });
    expect(rows).toEqual(unseen.paths);
    expect(names).toEqual(Array.from({ length: 34 }, (_, k) => `f${k}`));
    const head = createHead(flat.description.network.head, 34, 4);
    const weights = headWeights(flat.weights);
    const inference = createFeatureInference(make, 34, weights, 4, (pass, batch) =>
      pass.ops.tf.softmax(headModel(head).forward(pass, batch)),
    );
    const probabilities = await inference.run(Float32Array.from(values));
    inference.dispose();
    const expected = await flat.predict(unseen, { calibrated: false });
    expect(Math.max(...probabilities.map((p, i) => Math.abs(p - (expected[i] ?? 0))))).toBeLessThan(1e-6);
    expect(await embed(shared, unseen, { make })).toEqual({ names, rows, values });
  });

  it('have one row for images of one path', async () => {
    const doubled = selectImages(unseen, [4, 0, 4, 2]);
    const { rows, values } = await embed(flat, doubled, { make });
    expect(rows).toEqual([4, 0, 2].map((i) => unseen.paths[i]));
    expect(values.length).toBe(3 * 34);
  });

  it('are not those of one node among several', async () => {
    await expect(embed(own, unseen, { make })).rejects.toThrow(
      /expected one CNN block.*received none, or one for each/,
    );
  });
});

describe('the cached features of a shared trunk', () => {
  const planOf = async (augmentation: FlatClassifier['description']['training']['augmentation']) => {
    const training = { ...flat.description.training, augmentation };
    const from = new FlatClassifier(make, { ...flat.description, training }, flat.weights, [], flat.seen);
    const plan = await sharedTrunk(data, { from, views: 2 }, make);
    const features = plan.source.state.features as NdArray;
    const width = features.shape[1] ?? 0;
    return { plan, row: (i: number) => Array.from(features.data.subarray(i * width, (i + 1) * width)) };
  };

  it('have no views where nothing is augmented', async () => {
    const { plan } = await planOf(null);
    expect(plan.source.count).toBe(images.count);
    expect(plan.trainRows(3)).toEqual([3]);
  });

  it('have a row for each image, and one for each view of a training image, with its label', async () => {
    const { plan, row } = await planOf({ rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1, noise: 0 });
    const labels = plan.rowLabels(images.labels);
    expect(plan.source.count).toBe(images.count + 2 * data.split.train.length);
    expect(labels.length).toBe(plan.source.count);
    const rows = Array.from(data.split.train).flatMap((image) => plan.trainRows(image));
    expect(new Set(rows).size).toBe(3 * data.split.train.length);
    for (const image of nonEmpty(data.split.train)) {
      const [own, ...views] = plan.trainRows(image);
      expect(own).toBe(image);
      for (const view of nonEmpty(views)) {
        expect(labels[view]).toBe(images.labels[image]);
        // Where nothing may change, a view is the image itself.
        expect(row(view)).toEqual(row(image));
      }
    }
  });

  it('show each view through maps of its own', async () => {
    const { plan, row } = await planOf(flat.description.training.augmentation);
    const [own = 0, first = 0, second = 0] = plan.trainRows(data.split.train[5] ?? 0);
    expect(row(first)).not.toEqual(row(own));
    expect(row(second)).not.toEqual(row(first));
  });
});

describe('what is refused before any training', () => {
  it('a shared trunk that has seen the validation or test images', async () => {
    const other = prepareData(images, { seed: 2 });
    await expect(trainTree(other, { taxonomy, from: flat, make })).rejects.toThrow(
      /leak[\s\S]*validation set[\s\S]*test set[\s\S]*`splitSeed: 1`/,
    );
  });

  it('a shared trunk that has chosen its best epoch by the test images', async () => {
    const { train, validation, test, notes } = data.split;
    const swapped = { ...data, split: { train, validation: test, test: validation, notes } };
    await expect(trainTree(swapped, { taxonomy, from: flat, make })).rejects.toThrow(
      /leak into validation or test\n.*test set: .*received 16 that it has/,
    );
  });

  it('a shared trunk without a flat classifier', async () => {
    await expect(trainTree(data, { taxonomy, make })).rejects.toThrow(/expected a flat classifier/);
  });

  it('a taxonomy that lacks a class, with the nearest name', async () => {
    const lacking = Taxonomy.fromLineages([
      { label: 'bar-long', lineage: ['bar-long'] },
      { label: 'bar-shorts', lineage: ['bar-shorts'] },
      { label: 'disc', lineage: ['disc'] },
      { label: 'ring', lineage: ['ring'] },
    ]);
    await expect(trainTree(data, { taxonomy: lacking, from: flat, make })).rejects.toThrow(
      /bar-short[\s\S]*bar-shorts/,
    );
  });

  it('a class without training images, one class alone, and images of another size', async () => {
    const empty = { ...data, split: { ...data.split, train: data.split.train.filter((i) => images.labels[i] !== 2) } };
    const small = { ...tinyNetwork, trunk: { ...tinyNetwork.trunk, input: { size: 12, channels: 1 as const } } };
    const alone = prepareData({ ...images, classes: ['bar-long'], labels: new Int32Array(images.count) }, { seed: 1 });
    for (const train of [
      (given: TrainingData) => trainFlat(given, { network: tinyNetwork, make }),
      (given: TrainingData) => trainTree(given, { taxonomy, trunk: 'own', network: tinyNetwork, make }),
      (given: TrainingData) => trainTree(given, { taxonomy, from: flat, make }),
    ]) {
      await expect(train(empty)).rejects.toThrow(/class disc: expected at least one training image/);
      await expect(train(alone)).rejects.toThrow(/classes: expected at least 2, received bar-long/);
    }
    await expect(trainFlat(data, { network: small, make })).rejects.toThrow(/expected 12x12.*received 16x16/);
    await expect(trainTree(data, { taxonomy, trunk: 'own', network: small, make })).rejects.toThrow(/expected 12x12/);
  });

  it('a network or a training that makes no sense, with every problem', async () => {
    const training = { epochs: 0, batch: -1 };
    const wanted = /training\.epochs[\s\S]*training\.batch/;
    await expect(trainFlat(data, { network: tinyNetwork, training, make })).rejects.toThrow(wanted);
    await expect(trainTree(data, { taxonomy, from: flat, training, make })).rejects.toThrow(wanted);
    const head = { layers: [{ type: 'dropout', rate: 2 }] } as const;
    await expect(trainTree(data, { taxonomy, from: flat, head: { layers: [...head.layers] }, make })).rejects.toThrow(
      /head\.layers\[0\]\.rate/,
    );
  });

  it('leaving nothing native behind', async () => {
    const start = alive();
    const other = prepareData(images, { seed: 2 });
    await expect(trainTree(other, { taxonomy, from: flat, make })).rejects.toThrow();
    expect(alive()).toEqual(start);
  });
});

describe('a training that fails or is stopped', () => {
  it('leaves nothing native behind', async () => {
    const start = alive();
    const diverging = { ...tinyTraining, optimiser: { kind: 'sgd', rate: 1e30 } } as const;
    await expect(trainFlat(data, { network: tinyNetwork, training: diverging, make })).rejects.toMatchObject({
      code: 'DIVERGED',
    });
    const stop = new AbortController();
    const hooks = { signal: stop.signal, onNode: (path: string) => path === 'bars' && stop.abort() };
    for (const options of [{ trunk: 'own', network: tinyNetwork } as const, { from: flat }]) {
      await expect(trainTree(data, { taxonomy, ...options, hooks, make })).rejects.toMatchObject({ code: 'ABORTED' });
      const failing = { ...options, training: { optimiser: diverging.optimiser } };
      await expect(trainTree(data, { taxonomy, ...failing, make })).rejects.toMatchObject({ code: 'DIVERGED' });
    }
    // Weights that are no numbers give probabilities that cannot be scored.
    const broken = new FlatClassifier(make, flat.description, nan(flat.weights), [], flat.seen);
    await expect(scoreOnTest(broken, data)).rejects.toThrow(/finite/);
    expect(alive()).toEqual(start);
  });
});

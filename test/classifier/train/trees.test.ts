/** Trees of every form, and images of every kind, through training, saving, loading and predicting. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData, type TrainingData } from '../../../src/classifier/data/training-data.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { TreeOptions } from '../../../src/classifier/train/tree-options.js';
import { selectImages } from '../../../src/dataset/images.js';
import type { HeadSpec } from '../../../src/network/spec.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { SHAPES, shapes, shapesTaxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const images = shapes(30);
const data = prepareData(images, { seed: 3 });
const training = { ...tinyTraining, epochs: 1 };
const before = alive();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-trees-'));
});
afterAll(async () => {
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

/** Trains a tree, saves and loads it, and holds the loaded one against the trained one. */
async function throughAll(name: string, given: TrainingData, options: Omit<TreeOptions, 'make'>) {
  const tree = await trainTree(given, { trunk: 'own', network: tinyNetwork, training, make, ...options });
  await tree.save(join(folder, name));
  const loaded = await loadClassifier(join(folder, name), { make });
  const rows = await tree.predict(given.images);
  expect(await loaded.predict(given.images)).toEqual(rows);
  tree.dispose();
  loaded.dispose();
  const columns = tree.classes.length;
  let correct = 0;
  for (let i = 0; i < given.images.count; i++) {
    const row = rows.subarray(i * columns, (i + 1) * columns);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    correct += row.indexOf(Math.max(...row)) === given.images.labels[i] ? 1 : 0;
  }
  return { tree, accuracy: correct / given.images.count };
}

describe('a tree', () => {
  it('of one node is a flat classifier', async () => {
    const taxonomy = Taxonomy.fromLineages(SHAPES.map((label) => ({ label, lineage: [label] })));
    const { tree, accuracy } = await throughAll('one', data, { taxonomy });
    expect(tree.description.nodes.map(({ path, children }) => [path, children.length])).toEqual([['', 4]]);
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it('with nodes of one child has no classifier there', async () => {
    const taxonomy = Taxonomy.fromLineages(
      [
        { label: 'bar-long', lineage: ['life', 'bars', 'long', 'bar-long'] },
        { label: 'bar-short', lineage: ['life', 'bars', 'bar-short'] },
        { label: 'disc', lineage: ['life', 'round', 'only', 'disc'] },
        { label: 'ring', lineage: ['life', 'ring'] },
      ],
      { singleChild: 'keep' },
    );
    const { tree, accuracy } = await throughAll('chain', data, { taxonomy });
    expect(tree.description.nodes.map(({ path }) => path)).toEqual(['life', 'life>bars']);
    expect(tree.taxonomy.node('life>round').children).toEqual(['life>round>only']);
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it('is restricted to the classes that have images; unlabelled images are in no subset', async () => {
    const kept = Array.from(images.labels.keys()).filter((i) => images.labels[i] !== 0);
    const some = selectImages(images, kept);
    const labels = some.labels.map((label, i) => (i % 10 === 0 ? -1 : label - 1));
    const fewer = prepareData({ ...some, labels, classes: SHAPES.slice(1) }, { seed: 3 });
    const { tree } = await throughAll('restricted', fewer, { taxonomy: shapesTaxonomy });
    expect(tree.classes).toEqual(['bar-short', 'disc', 'ring']);
    expect(tree.description.nodes.map(({ path }) => path)).toEqual(['', 'round']);
    const { train, validation, test } = tree.description.split.images;
    expect(train + validation + test).toBe(labels.filter((label) => label >= 0).length);
  });

  it('may have names that no file can have, one name in two places, and classes in another order', async () => {
    const taxonomy = Taxonomy.fromLineages([
      { label: 'bar-long', lineage: ['..', 'other/..'] },
      { label: 'bar-short', lineage: ['..', 'trunk'] },
      { label: 'disc', lineage: ['\u6d6e\u6e38 \u{1f600}', 'trunk'] },
      { label: 'ring', lineage: ['\u6d6e\u6e38 \u{1f600}', 'Trunk'] },
    ]);
    const classes = ['ring', 'bar-short', 'disc', 'bar-long'];
    const labels = images.labels.map((label) => classes.indexOf(SHAPES[label] ?? ''));
    const turned = prepareData({ ...images, labels, classes }, { seed: 3 });
    const { tree, accuracy } = await throughAll('odd', turned, { taxonomy });
    expect(tree.description.nodes).toHaveLength(3);
    // The columns are in the order of the images' classes, not of the taxonomy's.
    expect(tree.classes).toEqual(classes);
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it('on a trunk that was trained without augmentation, with another head and no further views', async () => {
    const flat = await trainFlat(data, {
      network: tinyNetwork,
      training: { ...tinyTraining, augmentation: null },
      make,
    });
    const head: HeadSpec = { layers: [{ type: 'dense', units: 8, norm: false, activation: { kind: 'relu' } }] };
    const { tree, accuracy } = await throughAll('shared', data, {
      taxonomy: shapesTaxonomy,
      trunk: 'shared',
      from: flat,
      head,
      views: 0,
      training: { epochs: 100, batch: 32, optimiser: { kind: 'adamw', rate: 0.01 } },
    });
    expect(tree.description.network).toEqual({ trunk: tinyNetwork.trunk, head });
    expect(tree.weights.get('bars')?.['head/0/kernel']?.shape).toEqual([34, 8]);
    expect(accuracy).toBeGreaterThan(0.8);
  });
});

describe('images', () => {
  it('that do not fit the device memory are streamed, with the same results bit for bit', async () => {
    const resident = await trainFlat(data, { network: tinyNetwork, training, make });
    const streamed = await trainFlat(data, { network: tinyNetwork, training, deviceMemory: 1, make });
    expect(streamed.weights).toEqual(resident.weights);
  });

  it('without a test or a validation set still make a classifier, which has no score', async () => {
    const all = prepareData(images, { seed: 3, fractions: { train: 1, validation: 0, test: 0 } });
    const flat = await trainFlat(all, { network: tinyNetwork, training, make });
    expect(flat.description.test).toBeNull();
    await flat.save(join(folder, 'all'));
    expect((await loadClassifier(join(folder, 'all'), { make })).description).toEqual(flat.description);
    const shared = await trainTree(all, { taxonomy: shapesTaxonomy, from: flat, make });
    expect(shared.description.test).toBeNull();
    expect(shared.description.nodes.map(({ summary }) => summary?.best.epoch === summary?.epochs)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

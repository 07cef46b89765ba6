import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatClassifier } from '../../src/classifier/flat.js';
import { loadClassifier } from '../../src/classifier/load.js';
import { keepCopiesTogether } from '../../src/classifier/seen.js';
import { trainFlat } from '../../src/classifier/train-flat.js';
import { trainTree } from '../../src/classifier/train-tree.js';
import { prepareData } from '../../src/classifier/training-data.js';
import type { TreeClassifier } from '../../src/classifier/tree.js';
import { selectImages } from '../../src/dataset/images.js';
import { writeFolderAtomic } from '../../src/files.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../fixtures/device.js';
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
    expect(shared.weights.trunk?.['trunk/0/kernel']).toEqual(flat.weights['trunk/0/kernel']);
    expect(own.weights.trunk).toBeUndefined();
    expect([...own.weights.nodes.keys()]).toEqual(['', 'bars', 'round']);
    expect(own.weights.nodes.get('bars')?.['head/output/bias']?.shape).toEqual([2]);
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

  it('refuse images that were prepared for another network', async () => {
    const other = { ...unseen, preprocessing: { ...unseen.preprocessing, size: 8 } };
    await expect(flat.predict(other)).rejects.toThrow(/expected 16x16.*received 8x8/);
  });
});

describe('a saved classifier', () => {
  const damage = async (name: string, change: (path: string) => Promise<void>) => {
    const path = join(folder, name);
    await cp(join(folder, 'shared'), path, { recursive: true });
    await change(path);
    return loadClassifier(path, { make });
  };
  const edit = (file: string, change: (text: string) => string) => async (path: string) =>
    writeFile(join(path, file), change(await readFile(join(path, file), 'utf8')));

  it('is refused when it is truncated, changed or incomplete, with every reason at once', async () => {
    const attempt = damage('damaged', async (path) => {
      const [first = '', second = ''] = (await readdir(join(path, 'weights'))).sort();
      const bytes = await readFile(join(path, 'weights', first));
      await writeFile(join(path, 'weights', first), bytes.subarray(0, bytes.length - 8));
      await rm(join(path, 'weights', second));
      await rm(join(path, 'images.json'));
    });
    await expect(attempt).rejects.toThrow(/truncated[\s\S]*ENOENT[\s\S]*images\.json/);
    const flipped = damage('flipped', async (path) => {
      const [first = ''] = (await readdir(join(path, 'weights'))).sort();
      const bytes = await readFile(join(path, 'weights', first));
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(join(path, 'weights', first), bytes);
    });
    await expect(flipped).rejects.toThrow(/damaged/);
  });

  it('is refused when it is foreign, newer, or points outside its folder', async () => {
    await expect(loadClassifier(join(folder, 'nowhere'), { make })).rejects.toThrow(
      /not a classifier[\s\S]*no such file/,
    );
    await expect(
      damage(
        'foreign',
        edit('classifier.json', () => '{"model": 1}'),
      ),
    ).rejects.toThrow(/not a classifier/);
    await expect(
      damage(
        'broken',
        edit('classifier.json', (text) => text.slice(0, 50)),
      ),
    ).rejects.toThrow(/JSON/);
    await expect(
      damage(
        'newer',
        edit('classifier.json', (text) => text.replace('"version": 1', '"version": 9')),
      ),
    ).rejects.toThrow(/expected cladenet-classifier of version 1, received .* 9/);
    await expect(
      damage(
        'outside',
        edit('classifier.json', (text) => text.replace(/weights\/0000[^"]*/, '../../etc/passwd')),
      ),
    ).rejects.toThrow(/parts\.0\.file/);
  });

  it('replaces an older one whole, and stays when saving fails', async () => {
    const path = join(folder, 'replaced');
    await shared.save(path);
    await flat.save(path);
    expect((await loadClassifier(path, { make })).kind).toBe('flat');
    expect(await readdir(join(path, 'weights'))).toHaveLength(1);
    await expect(
      writeFolderAtomic(path, async () => {
        throw new Error('disk full');
      }),
    ).rejects.toThrow('disk full');
    expect((await loadClassifier(path, { make })).kind).toBe('flat');
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('what is refused before any training', () => {
  it('a shared trunk that has seen the validation or test images', async () => {
    const other = prepareData(images, { seed: 2 });
    await expect(trainTree(other, { taxonomy, from: flat, make })).rejects.toThrow(
      /leak[\s\S]*validation part[\s\S]*test part[\s\S]*--split-seed 1/,
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

  it('a class without training images, and a configuration that makes no sense', async () => {
    const empty = { ...data, split: { ...data.split, train: data.split.train.filter((i) => images.labels[i] !== 2) } };
    await expect(trainFlat(empty, { network: tinyNetwork, make })).rejects.toThrow(/class disc/);
    await expect(trainFlat(data, { network: tinyNetwork, training: { epochs: 0, batch: -1 }, make })).rejects.toThrow(
      /training\.epochs[\s\S]*training\.batch/,
    );
  });
});

describe('copies of an image', () => {
  it('end up in one part', () => {
    const split = {
      train: Int32Array.of(0, 1),
      validation: Int32Array.of(2, 3),
      test: Int32Array.of(4, 5, 6),
      notes: [],
    };
    const prints = ['a', 'b', 'b', 'c', 'c', 'd', 'a'];
    const { split: kept, moved } = keepCopiesTogether(split, prints);
    expect([kept.train, kept.validation, kept.test].map((part) => [...part])).toEqual([[0, 1, 2, 6], [3, 4], [5]]);
    expect(moved).toBe(3);
  });
});

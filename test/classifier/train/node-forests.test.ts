/** Trees whose nodes are decided by random forests. */
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { evaluateClassifier } from '../../../src/classifier/judging/evaluate-classifier.js';
import { weakSubtreesOf } from '../../../src/classifier/judging/weak-subtrees-of.js';
import { PCA_MODULE, TRUNK_MODULE } from '../../../src/classifier/modules.js';
import { composeProduct } from '../../../src/classifier/predict/compose.js';
import { embed } from '../../../src/classifier/predict/embed.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { TreeOptions } from '../../../src/classifier/train/tree-options.js';
import type { TreeClassifier } from '../../../src/classifier/tree.js';
import { type ImageSet, squareOf } from '../../../src/dataset/images.js';
import type { FeatureTable } from '../../../src/features/feature-table.js';
import { applyPca, fitPca } from '../../../src/features/pca.js';
import { fitForest } from '../../../src/forest/fit.js';
import { growTree } from '../../../src/growing/grow.js';
import { hash32 } from '../../../src/random.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const images = shapes(40);
const data = prepareData(images, { seed: 1 });
const before = alive();
const trees = 20;
const network = tinyNetwork;
let folder: string;
let flat: FlatClassifier;
let onDeep: TreeClassifier;
let onBoth: TreeClassifier;
let onTable: TreeClassifier;
const at = (...path: string[]) => join(folder, ...path);
const train = (options: Partial<TreeOptions>, of = data) =>
  trainTree(of, { taxonomy, decideBy: 'forest', trees, make, ...options });

/** Ink, and its spread about the middle; three of seven rows lack the spread. */
function measured(set: ImageSet): FeatureTable {
  const values = new Float64Array(set.count * 2);
  for (let i = 0; i < set.count; i++) {
    const square = squareOf(set, i);
    const dark = [...square.keys()].filter((p) => (square[p] ?? 255) < 128);
    const spread = dark.reduce((sum, p) => sum + Math.abs((p % 16) - 8), 0) / dark.length;
    values.set([dark.length, i % 7 < 3 ? Number.NaN : spread], i * 2);
  }
  return { names: ['ink', 'spread'], rows: set.paths, values };
}
const table = measured(images);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-node-forests-'));
  flat = await trainFlat(data, { network, training: tinyTraining, make });
  onDeep = await train({ from: flat, pca: 5 });
  onBoth = await train({ from: flat, features: ['deep', { table }], pca: null, forest: { classWeights: 'balanced' } });
  onTable = await train({ features: [{ table }], network });
}, 60_000);
afterAll(async () => {
  for (const tree of [onDeep, onBoth, onTable]) tree.dispose();
  flat.dispose();
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

describe('trees of forests', () => {
  it('compose the forests of their nodes, each of the training images below it', async () => {
    const { values } = await embed(flat, images, { make });
    const rows = (matrix: Float64Array, width: number, chosen: Int32Array) =>
      Float64Array.from(Array.from(chosen).flatMap((i) => [...matrix.subarray(i * width, (i + 1) * width)]));
    const components = applyPca(fitPca(rows(values, 34, data.split.train), 34, 5), values);
    const table = (matrix: Float64Array) => ({
      names: ['pc1', 'pc2', 'pc3', 'pc4', 'pc5'],
      rows: Array.from({ length: matrix.length / 5 }, (_, i) => `${i}`),
      values: matrix,
    });
    const children = {
      '': [
        [0, 1],
        [2, 3],
      ],
      bars: [[0], [1]],
      round: [[2], [3]],
    };
    const decisions = [];
    for (const [path, labels] of Object.entries(children)) {
      const childOf = (image: number) => labels.findIndex((own) => own.includes(images.labels[image] ?? -1));
      const below = data.split.train.filter((image) => childOf(image) >= 0);
      const names = onDeep.description.nodes.find((node) => node.path === path)?.children ?? [];
      const seed = hash32(flat.description.training.seed, 'node', path) >>> 1;
      const forest = await fitForest(table(rows(components, 5, below)), below.map(childOf), names, {
        trees,
        seed,
        missing: 'median',
      });
      expect(onDeep.forests.get(path)?.outOfBagAccuracy, path).toBe(forest.outOfBagAccuracy);
      decisions.push({ path, conditional: forest.predict(table(components)) });
    }
    const expected = composeProduct(taxonomy, SHAPES, decisions, images.count);
    expect(await onDeep.predict(images, { routing: 'product', calibrated: false })).toEqual(expected);
  });

  it('say what decides, and on which features', () => {
    const nodes = ['', 'bars', 'round'].map((path) => ({ path, decidedBy: 'forest', summary: null }));
    expect(onDeep.description).toMatchObject({
      trunk: 'shared',
      nodes,
      sources: [{ kind: 'deep', pca: { components: 5 } }],
    });
    expect([...onDeep.weights.keys()]).toEqual([TRUNK_MODULE, PCA_MODULE, '>flat']);
    expect(onBoth.description.sources).toMatchObject([
      { kind: 'deep', pca: null },
      { kind: 'table', names: table.names },
    ]);
    expect(onBoth.forests.get('bars')?.settings).toMatchObject({ trees, classWeights: 'balanced', missing: 'median' });
    expect(onTable.description).toMatchObject({ trunk: 'own', flatHead: null, nodes });
    expect([onTable.weights.size, onTable.trunk]).toEqual([0, undefined]);
  });

  it('are judged and saved as any tree is, the same bit for bit after loading', async () => {
    for (const [name, tree] of Object.entries({ onDeep, onBoth, onTable })) {
      const { evaluation, leftOut } = await evaluateClassifier(tree, images);
      expect(leftOut.seen, name).toBe(data.split.train.length + data.split.validation.length);
      expect(evaluation.accuracy, name).toBeGreaterThan(0.8);
      expect(tree.description.test?.accuracy, name).toBe(evaluation.accuracy);
      expect(tree.routings.toSorted(), name).toEqual([...(tree === onTable ? [] : ['combined']), 'greedy', 'product']);
      expect((await weakSubtreesOf(tree, images)).images, name).toBe(16);
      await tree.save(at(name));
      const loaded = (await loadClassifier(at(name), { make, table })) as TreeClassifier;
      expect(loaded.description, name).toEqual(tree.description);
      expect([...loaded.forests.keys()], name).toEqual(['', 'bars', 'round']);
      for (const routing of tree.routings) {
        expect(await loaded.predict(images, { routing }), name).toEqual(await tree.predict(images, { routing }));
      }
      loaded.dispose();
    }
  });

  it('give deep features that are those of the flat classifier', async () => {
    expect(await embed(onDeep, images, { make })).toEqual(await embed(flat, images, { make }));
  });

  it('learn from images labelled at inner nodes in the nodes above', async () => {
    const classes = [...SHAPES, 'round'];
    const labels = images.labels.map((label, i) => (label >= 2 && i % 8 < 4 ? 4 : label));
    const partly = prepareData({ ...images, classes, labels }, { seed: 1, taxonomy });
    const tree = await train({ features: [{ table }], network }, partly);
    const rows = (path: string) => tree.description.nodes.find((node) => node.path === path)?.images;
    expect([rows(''), rows('bars')]).toEqual([partly.split.train.length, 64]);
    const known = partly.split.train.filter((image) => (partly.truth.labels[image] ?? 9) < 4);
    expect(partly.split.train.length).toBeGreaterThan(known.length);
    // Where they were unlabelled instead, the root decides otherwise, and nothing else does.
    const without = prepareData({ ...images, labels: labels.map((label) => (label === 4 ? -1 : label)) }, { seed: 1 });
    const other = await train(
      { features: [{ table }], network },
      { ...without, split: { ...partly.split, train: known } },
    );
    expect(other.forests.get('bars')?.trees).toEqual(tree.forests.get('bars')?.trees);
    expect(other.forests.get('round')?.trees).toEqual(tree.forests.get('round')?.trees);
    expect(other.forests.get('')?.trees).not.toEqual(tree.forests.get('')?.trees);
  });

  it('may have nodes with an image a class', async () => {
    const few = shapes(1);
    const all = Int32Array.of(0, 1, 2, 3);
    const none = new Int32Array(0);
    const split = { train: all, validation: none, test: none, notes: [] };
    const two = { ...prepareData(few, { seed: 1, fractions: { train: 1, validation: 0, test: 0 } }), split };
    const tree = await train({ features: [{ table: measured(few) }], network, forest: { bootstrap: false } }, two);
    const { decisions } = await tree.classify(few);
    expect([...decisions]).toEqual([0, 1, 2, 3]);
  });
});

describe('what is refused', () => {
  it('forms of trees that have no place for a forest, and options of forests where heads decide', async () => {
    await expect(train({ from: flat, headKind: 'path-sum' })).rejects.toThrow(
      /headKind: expected conditional: a forest/,
    );
    await expect(train({ from: flat, trunk: 'own' })).rejects.toThrow(/trunk: expected shared, since deep features/);
    await expect(train({ features: [{ table }], trunk: 'joint' })).rejects.toThrow(/trunk: expected shared or own/);
    await expect(train({})).rejects.toThrow(/from: expected a flat classifier/);
    await expect(train({ decideBy: 'head', from: flat })).rejects.toThrow(/trees: expected nothing, or `decideBy/);
  });

  it('to grow a tree in which forests decide', async () => {
    const moved = Taxonomy.fromLineages(SHAPES.map((label) => ({ label, lineage: [label] })));
    await expect(growTree(onDeep, data, { taxonomy: moved, make } as never)).rejects.toThrow(
      /heads or networks decide.*received a forest in \(root\), bars, round/,
    );
  });

  it('damaged folders, and descriptions that contradict themselves', async () => {
    const damaged = async (from: string, change: (copy: string) => Promise<unknown>) => {
      await rm(at('damaged'), { recursive: true, force: true });
      await cp(at(from), at('damaged'), { recursive: true });
      await change(at('damaged'));
      return expect(loadClassifier(at('damaged'), { make })).rejects;
    };
    type Json = Record<string, never> & { forests: { name: string }[]; nodes: object[]; sources: object[] };
    const edit = (change: (description: Json) => void) => async (copy: string) => {
      const file = join(copy, 'classifier.json');
      const { sha256: _, ...description } = JSON.parse(await readFile(file, 'utf8')) as Json;
      change(description as Json);
      await writeFile(file, JSON.stringify(description));
    };
    const bars = 'forests/0001-bars.bin';
    await (await damaged('onDeep', (copy) => appendFile(join(copy, bars), 'x'))).toThrow(/bars.*a file of \d+ bytes/);
    await (await damaged('onDeep', (copy) => rm(join(copy, bars)))).toThrow(/no such file/);
    const refused = async (change: (description: Json) => void, message: RegExp, from = 'onDeep') =>
      (await damaged(from, edit(change))).toThrow(message);
    await refused(({ forests }) => forests.pop(), /forests: expected \(root\), bars, round, received \(root\), bars/);
    await refused(({ forests }) => {
      const [, b, c] = forests;
      [(b as { name: string }).name, (c as { name: string }).name] = ['round', 'bars'];
    }, /forests: round: classes: expected/);
    await refused(
      (one) => Object.assign(one, { sources: [{ kind: 'table', file: null, names: ['a'] }] }),
      /the 1 columns/,
    );
    await refused(
      (one) => Reflect.deleteProperty(one, 'sources'),
      /sources: expected the features that forests decide on/,
    );
    await refused((one) => one.sources.push({ kind: 'classifier' }), /sources.1: expected features of images/);
    await refused((one) => Object.assign(one, { trunk: 'own' }), /expected the CNN block that the nodes share/);
  });
});

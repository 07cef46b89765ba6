/** Growing a tree: a class that it did not know, and nodes moved, with nothing else touched. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../src/classifier/flat.js';
import { FLAT_HEAD_MODULE, TRUNK_MODULE } from '../../src/classifier/modules.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { fingerprints, unpackSeen } from '../../src/classifier/store/seen.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { trainTree } from '../../src/classifier/train/train-tree.js';
import type { TreeClassifier } from '../../src/classifier/tree.js';
import { selectImages } from '../../src/dataset/images.js';
import { growTree } from '../../src/growing/grow.js';
import type { GrowOptions } from '../../src/growing/options.js';
import { editTaxonomy } from '../../src/taxonomy/edit.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { fineTune } from '../../src/tuning/fine-tune.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SHAPES, shapes, shapesTaxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

const all = shapes(100);
/** Without the rings. */
const three = {
  ...selectImages(
    all,
    Array.from(all.labels.keys()).filter((image) => (all.labels[image] ?? 0) < 3),
  ),
  classes: SHAPES.slice(0, 3),
};
const small = shapesTaxonomy.restrictTo(three.classes);
const withRing = editTaxonomy(small, [{ kind: 'add', label: 'ring', parent: '(root)' }]);
const fractions = { train: 0.5, validation: 0.25, test: 0.25 };
const data = prepareData(three, { seed: 3, fractions });
const before = alive();
let folder: string;
let flat: FlatClassifier;
let tree: TreeClassifier;

const grown = (from: TreeClassifier, options: Partial<GrowOptions> = {}) =>
  growTree(from, prepareData(all, { seed: 3, fractions, known: from.seen }), { taxonomy: withRing, make, ...options });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-grow-'));
  flat = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 8 }, make });
  tree = await trainTree(data, { taxonomy: small, from: flat, make });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a new class', () => {
  it('is learned in the nodes above it, and no other module changes by a byte', async () => {
    const origin = join(folder, 'three');
    const out = join(folder, 'four');
    await tree.save(origin);
    const { tree: four, plan, known } = await grown(tree, { origin });
    expect(plan.added).toEqual(['ring']);
    expect(plan.changed.map(({ path }) => path)).toEqual(['']);
    expect(plan.kept.map(({ path }) => path)).toEqual(['bars']);
    for (const part of [TRUNK_MODULE, 'bars']) expect(four.weights.get(part), part).toBe(tree.weights.get(part));
    // The flat head does not know rings.
    expect(four.weights.has(FLAT_HEAD_MODULE)).toBe(false);
    expect(four.routings).not.toContain('combined');
    expect(four.classes).toEqual(SHAPES);
    expect(four.description.grownFrom).toMatchObject({ name: 'three', added: ['ring'], trained: [''], kept: ['bars'] });
    // Rings and discs on a CNN block that has never seen a ring.
    expect(four.description.test?.accuracy).toBeGreaterThan(0.8);
    expect(known).toMatchObject({ images: 75, before: tree.description.test?.accuracy });
    expect(known?.after).toBeGreaterThan(0.8);

    await four.save(out, { origin });
    const trunk = join('weights', (await readdir(join(out, 'weights'))).find((name) => name.includes('trunk')) ?? '');
    expect((await stat(join(out, trunk))).ino).toBe((await stat(join(origin, trunk))).ino);
    const loaded = (await loadClassifier(out, { make })) as TreeClassifier;
    expect(loaded.description).toEqual(four.description);
    expect(await loaded.predict(all)).toEqual(await four.predict(all));
    expect(four.history.filter(({ node }) => node === 'bars')).toEqual(
      tree.history.filter(({ node }) => node === 'bars'),
    );
    loaded.dispose();
    four.dispose();
  });

  it('leaves every image that the tree knows in its subset, and assigns the new ones', () => {
    const { split, prints } = prepareData(all, { seed: 4, fractions, known: tree.seen });
    const old = new Set(fingerprints(three));
    for (const part of ['train', 'validation', 'test'] as const) {
      const seen = unpackSeen(tree.seen[part]);
      const [known, others] = [true, false].map((is) =>
        Array.from(split[part]).filter((image) => old.has(prints[image] ?? '') === is),
      );
      expect(known?.length, part).toBe(data.split[part].length);
      expect(known, part).toAllSatisfy((image) => seen.has(prints[image] ?? ''));
      expect(others?.length, part).toBe(part === 'train' ? 50 : 25);
      expect(others, part).toAllSatisfy((image) => all.labels[image] === 3);
    }
  });

  it('makes the same tree whether the trainings were kept from a call before or not, and can be tuned', async () => {
    const checkpoint = (part: string) => checkpointFolder(join(folder, 'parts', `_${part}`), ['grow']);
    const first = await grown(tree);
    const stopped = new AbortController();
    const hooks = { checkpoint, signal: stopped.signal, onEpoch: () => stopped.abort() };
    await expect(grown(tree, { hooks })).rejects.toMatchObject({ code: 'ABORTED' });
    const again = await grown(tree, { hooks: { checkpoint } });
    expect(again.tree.weights).toEqual(first.tree.weights);
    const split = prepareData(all, { seed: 3, fractions, known: again.tree.seen });
    const { attempts } = await fineTune(again.tree, split, [''], { make, training: { epochs: 2 } });
    expect(attempts).toHaveLength(1);
  });
});

describe('other changes', () => {
  it('what only has another name goes on, its children in their new order', async () => {
    const rings = await grown(tree);
    const renamed = Taxonomy.fromLineages([
      { label: 'bar-long', lineage: ['z-bars', 'z-long'] },
      { label: 'bar-short', lineage: ['z-bars', 'short'] },
      { label: 'disc', lineage: ['round', 'disc'] },
      { label: 'ring', lineage: ['round', 'ring'] },
    ]);
    const moved = await grown(rings.tree, { taxonomy: renamed });
    expect(moved.plan.changed.map(({ path }) => path)).toEqual(['', 'round']);
    expect(moved.plan.kept).toMatchObject([{ path: 'z-bars', from: { path: 'bars' }, order: [1, 0] }]);
    const says = async (one: TreeClassifier, path: string) => {
      const { decisions } = await one.nodeOutputs(all);
      one.dispose();
      return decisions.find((node) => node.path === path)?.conditional ?? new Float32Array();
    };
    const now = await says(moved.tree, 'z-bars');
    const then = await says(rings.tree, 'bars');
    nonEmpty(then).forEach((value, i) => {
      expect(now[i % 2 === 0 ? i + 1 : i - 1]).toBeCloseTo(value, 5);
    });
  });

  it('with the same classes the flat head stays', async () => {
    const four = prepareData(all, { seed: 3, fractions });
    const onFour = await trainFlat(four, { network: tinyNetwork, training: { ...tinyTraining, epochs: 2 }, make });
    const from = await trainTree(four, { taxonomy: shapesTaxonomy, from: onFour, make });
    const { tree: merged, plan } = await growTree(from, four, {
      taxonomy: editTaxonomy(shapesTaxonomy, [{ kind: 'move', node: 'disc', parent: 'bars' }]),
      make,
    });
    expect(plan.changed.map(({ path }) => path)).toEqual(['', 'bars']);
    expect(merged.weights.get(FLAT_HEAD_MODULE)).toBe(from.weights.get(FLAT_HEAD_MODULE));
    expect(merged.routings).toContain('combined');
  });

  it('networks of their own start from the CNN block that decided there', async () => {
    const options = { trunk: 'own', network: tinyNetwork, training: { ...tinyTraining, epochs: 4 } } as const;
    const own = await trainTree(data, { taxonomy: small, make, ...options });
    const { tree: four } = await grown(own, { training: { epochs: 1, optimiser: { kind: 'adamw', rate: 1e-9 } } });
    expect(four.weights.get('bars')).toBe(own.weights.get('bars'));
    const [now, then] = [four, own].map(({ weights }) => Object.entries(weights.get('') ?? {}));
    const isKernel = ([name]: [string, unknown]) => name.startsWith('trunk/') && name.endsWith('kernel');
    const kernels = (entries: typeof now) => entries?.filter(isKernel).map(([, { data: values }]) => values[0] ?? 0);
    expect(kernels(now)?.length).toBeGreaterThan(0);
    nonEmpty(kernels(now)).forEach((value, i) => {
      expect(value).toBeCloseTo(kernels(then)?.[i] ?? Number.NaN, 5);
    });
  });
});

it('refuses, before anything is trained, what cannot be grown', async () => {
  const fourth = prepareData(all, { seed: 3, fractions, known: tree.seen });
  const grow = (from: TreeClassifier | FlatClassifier, taxonomy: Taxonomy, of = fourth) =>
    growTree(from, of, { taxonomy, make, hooks: { onPlan: () => expect.unreachable() } });
  await expect(grow(flat, withRing)).rejects.toThrow(/a flat classifier, which has no nodes/);
  await expect(grow(tree, small, data)).rejects.toThrow(/one that changes nothing/);
  await expect(grow(tree, small)).rejects.toThrow(/images of 'ring'/);
  await expect(grow(tree, withRing, data)).rejects.toThrow(/class 'ring'/);
  const without = prepareData(
    { ...all, labels: all.labels.map((label) => (label === 0 ? -1 : label)), classes: all.classes },
    { seed: 3, fractions, known: tree.seen },
  );
  await expect(grow(tree, withRing, without)).rejects.toMatchObject({ code: 'DATASET' });
  const whole = await trainTree(data, { taxonomy: small, from: flat, headKind: 'path-sum', make });
  await expect(grow(whole, withRing)).rejects.toThrow(/one head for all nodes/);
});

it('leaves nothing on the device', () => {
  flat.dispose();
  tree.dispose();
  expect(alive()).toEqual(before);
});

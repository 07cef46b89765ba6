/** Taxonomies that are odd in shape or do not fit the images: they work, or are refused before any training starts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareData, type TrainingData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import type { TreeDescription, Trunks } from '../../../src/classifier/schema.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { TreeOptions } from '../../../src/classifier/train/tree-options.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import type { NetworkSpec } from '../../../src/network/spec.js';
import { random } from '../../../src/random.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { shapes, shapesTaxonomy } from '../../fixtures/shapes.js';

const SIDE = 8;

/** As small as a network can be: what matters here is the tree. */
const speck: NetworkSpec = {
  trunk: {
    input: { size: SIDE, channels: 1 },
    layers: [
      { type: 'conv', filters: 2, kernel: 3, stride: 2, padding: 'same', norm: true, activation: { kind: 'relu' } },
    ],
    pooling: 'mean-max',
    appendSize: false,
  },
  head: { layers: [{ type: 'dense', units: 4, norm: false, activation: { kind: 'relu' } }] },
};
const training = { epochs: 1, batch: 8, optimiser: { kind: 'adamw', rate: 0.01 }, augmentation: null } as const;

const named = (count: number) => Array.from({ length: count }, (_, i) => `c${String(i).padStart(4, '0')}`);

/** Noise of one brightness a class, `each` images of it. */
function noise(classes: readonly string[], each: number, seed = 1): TrainingData {
  const count = classes.length * each;
  const draw = random(seed, 'noise');
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes.length);
  const images: ImageSet = {
    preprocessing: { size: SIDE, channels: 1, background: 'white', fit: 'longer-side' },
    count,
    pixels: Uint8Array.from({ length: count * SIDE * SIDE }, (_, i) => {
      const label = labels[Math.floor(i / SIDE ** 2)] ?? 0;
      return Math.floor((200 * label) / classes.length) + draw.integer(50);
    }),
    widths: new Float32Array(count).fill(SIDE),
    heights: new Float32Array(count).fill(SIDE),
    paths: Array.from(labels, (label, i) => `${classes[label]}/${i}.png`),
    labels,
    classes,
  };
  return prepareData(images, { seed: 1 });
}

const chain = (from: string) => Array.from({ length: 30 }, (_, i) => `${from}${i}`);

/**
 * 60 levels with a class beside the way down at every level where one is left. Above the root's first branching and above
 * each class, 30 nodes have one child.
 */
function deep(classes: readonly string[]): Taxonomy {
  const inner = Array.from({ length: 60 }, (_, i) => `n${i}`);
  const every = inner.length / (classes.length - 1);
  return Taxonomy.fromLineages(
    classes.map((label, i) => ({
      label,
      lineage: [...chain('u'), ...inner.slice(0, Math.ceil((i + 1) * every)), ...chain('v'), label],
    })),
    { singleChild: 'keep' },
  );
}

type Form = readonly [trunk: Trunks, head: TreeDescription['headKind']];

const FORMS: readonly Form[] = [
  ['shared', 'conditional'],
  ['shared', 'path-sum'],
  ['joint', 'conditional'],
  ['joint', 'path-sum'],
  ['layered', 'conditional'],
  ['layered', 'path-sum'],
  ['own', 'conditional'],
];

/** Trains the tree, and holds it to be one: every image has probabilities that sum to 1. */
async function grown(data: TrainingData, form: Form, options: Pick<TreeOptions, 'taxonomy' | 'from'>) {
  const [trunk, headKind] = form;
  const epoch = { ...training, batch: data.images.count > 1000 ? 128 : training.batch };
  const given = trunk === 'shared' ? { training: { epochs: 1 } } : { network: speck, training: epoch, from: undefined };
  const tree = await trainTree(data, { trunk, headKind, make, ...options, ...given });
  const rows = await tree.predict(data.images);
  tree.dispose();
  const k = tree.classes.length;
  const sums = Array.from({ length: data.images.count }, (_, i) =>
    rows.subarray(i * k, (i + 1) * k).reduce((sum, p) => sum + p, 0),
  );
  expect(rows).toAllSatisfy((p) => p >= 0);
  expect(Math.max(...sums.map((sum) => Math.abs(sum - 1)))).toBeLessThan(5e-4);
  expect(tree.classes).toEqual(data.truth.classes);
  return tree;
}

/** The flat classifier of these images, trained once for all trees with its CNN block; undefined for trees with CNN blocks of their own. */
function flatFor([trunk]: Form, data: TrainingData): Promise<FlatClassifier> | undefined {
  if (trunk !== 'shared') return undefined;
  const known = flats.get(data) ?? trainFlat(data, { network: speck, training, make });
  flats.set(data, known);
  return known;
}
const flats = new Map<TrainingData, Promise<FlatClassifier>>();

const before = alive();
afterAll(() => expect(alive()).toEqual(before));

describe('a tree 120 levels deep', () => {
  const classes = named(61);
  const data = noise(classes, 3);
  const few = noise(named(7), 6);
  const taxonomy = deep(classes);

  it.each(FORMS)(
    'grows with trunk %s and %s heads, and its nodes with one child cost nothing',
    async (...form: Form) => {
      // Each node that is trained by itself takes a while, so there are fewer of them.
      const fewer = form[1] === 'conditional' && (form[0] === 'shared' || form[0] === 'own') ? named(7) : classes;
      const given = fewer === classes ? data : few;
      const from = await flatFor(form, given);
      const tree = await grown(given, form, { taxonomy: deep(fewer), from });
      expect(tree.description.nodes.map(({ children }) => children.length)).toEqual(Array(fewer.length - 1).fill(2));
      expect(Math.max(...tree.taxonomy.nodes().map(({ depth }) => depth))).toBe(120);
    },
  );

  it('does not train a level longer than the epochs allow', async () => {
    for (const epochs of [1, 7]) {
      const options = { taxonomy, trunk: 'layered', network: speck, training: { ...training, epochs }, make } as const;
      const tree = await trainTree(data, options);
      tree.dispose();
      expect(tree.history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
    }
  });
});

describe('chains of nodes with one child', () => {
  const classes = ['a', 'b', 'c', 'd'];
  const data = noise(classes, 6);
  const taxonomy = Taxonomy.fromLineages(
    classes.map((label, i) => ({ label, lineage: [...chain('u'), i < 2 ? 'x' : 'y', ...chain('v'), label] })),
    { singleChild: 'keep' },
  );

  it('are passed over level by level', async () => {
    const levels: string[] = [];
    const onNode = (name: string) => levels.push(name);
    const given = { taxonomy, trunk: 'layered', network: speck, training: { ...training, epochs: 4 } } as const;
    const tree = await trainTree(data, { ...given, hooks: { onNode }, make });
    tree.dispose();
    expect(levels).toEqual(['level 1', 'level 2']);
    expect(tree.history).toHaveLength(4);
  });
});

describe('a tree of many classes', () => {
  it.each([
    [1000, 'path-sum', 111],
    [200, 'conditional', 23],
  ] as const)('grows with %i classes and %s heads', async (count, headKind, nodes) => {
    const classes = named(count);
    const parts = (i: number) => [`g${Math.floor(i / 100)}`, `h${Math.floor(i / 10)}`];
    const taxonomy = Taxonomy.fromLineages(classes.map((label, i) => ({ label, lineage: [...parts(i), label] })));
    const tree = await grown(noise(classes, 3), ['joint', headKind], { taxonomy, from: undefined });
    expect(tree.description.nodes).toHaveLength(nodes);
  });
});

describe('a taxonomy that has more than the images, and a root that has a name', () => {
  const data = noise(['a', 'b', 'c'], 6);
  const lineage = (path: string) => ({ label: path.split('>').at(-1) ?? '', lineage: path.split('>') });
  // `b` is no organism.
  const parse = (paths: readonly string[]) =>
    Taxonomy.fromLineages(paths.map((path) => ({ ...lineage(path), biological: !path.endsWith('b') })));
  const taxonomy = parse(['T>x>a', 'T>x>p>q', 'T>x>p>r', 'T>y>b', 'T>y>c', 'T>z>s', 'T>z>t']);

  it.each(FORMS)('is cut down to them and kept in the folder with trunk %s and %s heads', async (...form: Form) => {
    const from = await flatFor(form, data);
    const tree = await grown(data, form, { taxonomy, from });
    expect(tree.taxonomy.nodes().map(({ path }) => path)).toEqual(['T', 'T>a', 'T>y', 'T>y>b', 'T>y>c']);
    const folder = join(await mkdtemp(join(tmpdir(), 'cladenet-root-')), 'tree');
    await tree.save(folder);
    const loaded = await loadClassifier(folder, { make }).finally(() => rm(dirname(folder), { recursive: true }));
    expect(loaded.taxonomy?.nodes()).toEqual(parse(['T>a', 'T>y>b', 'T>y>c']).nodes());
    expect([...(loaded.taxonomy?.nonBiological ?? [])]).toEqual(['b']);
    expect(await loaded.predict(data.images)).toEqual(await tree.predict(data.images));
    loaded.dispose();
    tree.dispose();
  });
});

describe('the CNN block of a flat classifier that learned other classes', () => {
  const other = noise(['p', 'q', 'r'], 6, 2);

  it.each(['conditional', 'path-sum'] as const)(
    'carries a tree with %s heads; the flat head is left behind',
    async (head) => {
      const from = await flatFor(['shared', head], other);
      const data = noise(['a', 'b', 'c'], 6);
      const taxonomy = Taxonomy.fromLineages(
        [['a'], ['x', 'b'], ['x', 'c']].map((lineage) => ({ label: lineage.at(-1) ?? '', lineage })),
      );
      const tree = await grown(data, ['shared', head], { taxonomy, from });
      expect(tree.description.flatHead).toBeNull();
      expect(tree.routings).not.toContain('combined');
    },
  );
});

describe('what cannot be trained is refused before anything is', () => {
  const data = noise(['a', 'b', 'c'], 6);
  const refused = (given: TrainingData, options: Partial<TreeOptions>) => {
    const onNode = () => expect.unreachable('a training began');
    return trainTree(given, {
      taxonomy: shapesTaxonomy,
      trunk: 'joint',
      network: speck,
      make,
      ...options,
      hooks: { onNode },
    });
  };

  it('a taxonomy of one class', () => {
    expect(() => Taxonomy.fromLineages([{ label: 'a', lineage: ['life', 'a'] }])).toThrow(
      /at least 2 classes, received one, 'a'\n.*decide between/,
    );
  });

  it('a taxonomy of other classes: each of the images, with the nearest name where one is near', async () => {
    const labels = ['bar-longs', 'disc', 'whale'];
    const other = noise(labels, 6);
    const said = await refused(other, {}).catch((error: Error) => error.message);
    expect(said).toBe(
      [
        'The taxonomy does not fit the classes of the images',
        "  - images of 'bar-longs': expected a class of the taxonomy, received one that it does not have",
        "      Did you mean 'bar-long'?",
        "  - images of 'whale': expected a class of the taxonomy, received one that it does not have",
      ].join('\n'),
    );
  });

  it('images of one class', async () => {
    await expect(refused(noise(['a'], 6), {})).rejects.toThrow(/classes: expected at least 2, received a/);
  });

  it('path-sum heads on networks that know nothing of each other', async () => {
    const options = { trunk: 'own', headKind: 'path-sum' } as const;
    await expect(refused(data, options)).rejects.toThrow(/headKind: expected conditional, with the trunk 'own'/);
  });

  it('a flat classifier of another image size', async () => {
    const flat = await trainFlat(data, { network: speck, training, make });
    const other = prepareData(shapes(6), { seed: 1 });
    await expect(refused(other, { trunk: 'shared', from: flat, network: undefined })).rejects.toThrow(
      /expected 8x8, .*, received 16x16/,
    );
  });
});

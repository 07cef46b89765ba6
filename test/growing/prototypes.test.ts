/** New classes by prototypes: the arithmetic by hand, and a tree that takes one, keeps it, and is trained on it later. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../src/classifier/flat.js';
import { FLAT_HEAD_MODULE } from '../../src/classifier/modules.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { trainTree } from '../../src/classifier/train/train-tree.js';
import type { TreeClassifier } from '../../src/classifier/tree.js';
import { type ImageSet, selectImages } from '../../src/dataset/images.js';
import { growTree } from '../../src/growing/grow.js';
import { addFlatPrototypesInto, addPrototypesInto } from '../../src/growing/grow-into.js';
import { addFlatPrototypes } from '../../src/growing/prototypes/add-flat-prototypes.js';
import { addPrototypes } from '../../src/growing/prototypes/add-prototypes.js';
import { calibrate, neededOutput } from '../../src/growing/prototypes/calibrate.js';
import { fitPrototype } from '../../src/growing/prototypes/fit-prototype.js';
import { discriminantOf, scoreOf, spreadOf } from '../../src/growing/prototypes/prototype.js';
import { insertOutput } from '../../src/network/outputs.js';
import { editTaxonomy } from '../../src/taxonomy/edit.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { SHAPES, shapes, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

describe('the score of a prototype', () => {
  it("is Fisher's discriminant, 0 halfway between both means", () => {
    // Two children around (0, 0) and (4, 0), each with deviations of 1 along x and 2 along y.
    const values = Float32Array.of(-1, -2, 1, 2, -1, 2, 1, -2, 3, -2, 5, 2, 3, 2, 5, -2);
    const spread = spreadOf({ values, width: 2 }, [0, 0, 0, 0, 1, 1, 1, 1], 0);
    expect(Array.from(spread.mean)).toEqual([2, 0]);
    // Variances 1 and 4, no covariance: the direction to (2, 8) is (0, 8 / 4).
    const discriminant = discriminantOf(spread, Float64Array.of(2, 8));
    expect(discriminant.kernel[0]).toBeCloseTo(0, 10);
    expect(discriminant.kernel[1]).toBeCloseTo(2, 10);
    const at = (x: number, y: number) => scoreOf(discriminant, { values: Float32Array.of(x, y), width: 2 }, 0);
    expect(at(7, 4)).toBeCloseTo(0, 6);
    expect(at(2, 8)).toBeCloseTo(8, 6);
    // Half of the spread equal in all directions: variances of 1.75 and 3.25.
    const shrunk = discriminantOf(spreadOf({ values, width: 2 }, [0, 0, 0, 0, 1, 1, 1, 1], 0.5), Float64Array.of(3, 8));
    expect(shrunk.kernel[0]).toBeCloseTo(1 / 1.75, 6);
    expect(shrunk.kernel[1]).toBeCloseTo(8 / 3.25, 6);
  });
});

describe('what the new output has to exceed', () => {
  /** The probabilities of the most probable leaves once the new output is there. */
  const decidedWith = (
    output: number,
    [reach, below, elsewhere, logSum]: readonly [number, number, number, number],
  ) => {
    const q = 1 / (1 + Math.exp(logSum - output));
    return { fresh: reach * q, others: Math.max(below * (1 - q), elsewhere) };
  };
  it.each([
    [0.8, 0.6, 0.1, 1.3],
    [0.5, 0.2, 0.4, -2],
    [1, 0.9, 0, 0.5],
  ] as const)('reach %d, best below %d, best elsewhere %d', (reach, best, elsewhere, logSum) => {
    const place = [reach, best, elsewhere, logSum] as const;
    const needed = neededOutput(...place);
    const more = decidedWith(needed + 1e-6, place);
    const less = decidedWith(needed - 1e-6, place);
    expect(more.fresh).toBeGreaterThan(more.others);
    expect(less.fresh).toBeLessThan(less.others);
  });

  it('is infinite where another leaf is more probable than the node', () => {
    expect(neededOutput(0.3, 0.2, 0.31, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('calibration', () => {
  const scored = (bounds: readonly number[]) => bounds.map((needed) => ({ score: 0, needed }));
  it('finds as many new images as the known ones allow, and reaches as far as these do', () => {
    const known = scored([1, 3, 5, 9]);
    // Those at 0 and 2 are found above 2 and below 3, where the known image at 1 is lost; the one at 4 would lose a second one.
    expect(calibrate(known, scored([0, 2, 4]), 1)).toMatchObject({ found: 2, lost: 1, offset: 2.5 });
    expect(calibrate(known, scored([0, 2, 4]), 0)).toMatchObject({ found: 1, lost: 0, offset: 0.5 });
    expect(calibrate(known, scored([0, 2, 4]), 2)).toMatchObject({ found: 3, lost: 2, offset: 4.5 });
    // One of three is found; up to the known image at 20, which must not be lost, there is room for others like the one at 30.
    expect(calibrate(scored([1, 3, 5, 20]), scored([0, 30, 40]), 3)).toMatchObject({ found: 1, lost: 3, offset: 18 });
  });

  it('chooses the scale by which scores tell new images from known ones', () => {
    const known = [{ score: -4, needed: 1 }];
    const fresh = [{ score: 2, needed: 9 }];
    // With the scale 1 the new image needs an offset of 7, which loses the known one (5); with 2 it needs 5, and the known one is lost at 9.
    expect(calibrate(known, fresh, 0)).toMatchObject({ scale: 2, offset: 7, found: 1, lost: 0 });
  });

  it('is finite where no known image sets a bound, and where nothing can be found', () => {
    expect(calibrate([], scored([1]), 0).offset).toBe(3);
    expect(calibrate(scored([1]), scored([Number.POSITIVE_INFINITY]), 0)).toMatchObject({ found: 0, lost: 0 });
    expect(calibrate([], scored([Number.POSITIVE_INFINITY]), 0).offset).toSatisfy(Number.isFinite);
  });
});

it('an output is inserted before another one', () => {
  const head = {
    'head/0/kernel': { shape: [1, 2], data: Float32Array.of(7, 8) },
    'head/output/kernel': { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    'head/output/bias': { shape: [2], data: Float32Array.of(5, 6) },
  };
  const column = { kernel: Float32Array.of(10, 20), bias: 30 };
  expect(insertOutput(head, 1, column)).toEqual({
    'head/0/kernel': head['head/0/kernel'],
    'head/output/kernel': { shape: [2, 3], data: Float32Array.of(1, 10, 2, 3, 20, 4) },
    'head/output/bias': { shape: [3], data: Float32Array.of(5, 30, 6) },
  });
});

it('a prototype in a head decides as calibrated: every image found, none lost', () => {
  // One node with two children, at x = -3 and x = 3; the new class is at y = 5.
  const head = {
    'head/output/kernel': { shape: [2, 2], data: Float32Array.of(-1, 1, 0, 0) },
    'head/output/bias': { shape: [2], data: Float32Array.of(0, 0) },
  };
  const known = { values: Float32Array.of(-3, 1, -3.5, -1, -2.5, 0, 3, 1, 3.5, -1, 2.5, 0), width: 2 };
  const fresh = { values: Float32Array.of(-0.5, 5, 0.5, 5.5, 1, 4.5), width: 2 };
  const leavesOf = ({ values }: typeof known) =>
    Float32Array.from(values, (_, i) => 1 / (1 + Math.exp((i % 2 === 0 ? 2 : -2) * (values[i - (i % 2)] ?? 0))));
  const {
    head: grown,
    found,
    lost,
  } = fitPrototype({
    head,
    isBelow: [true, true],
    known: { activations: known, children: [0, 0, 0, 1, 1, 1] },
    right: { activations: known, leaves: leavesOf(known) },
    fresh: { activations: fresh, leaves: leavesOf(fresh) },
    most: 0,
    at: 2,
  });
  expect([found, lost]).toEqual([3, 0]);
  const [kernel, bias] = [grown['head/output/kernel']?.data ?? [], grown['head/output/bias']?.data ?? []];
  const decided = ({ values }: typeof known) =>
    Array.from({ length: values.length / 2 }, (_, i) => {
      const outputs = [0, 1, 2].map(
        (k) =>
          (bias[k] ?? 0) + (values[2 * i] ?? 0) * (kernel[k] ?? 0) + (values[2 * i + 1] ?? 0) * (kernel[3 + k] ?? 0),
      );
      return outputs.indexOf(Math.max(...outputs));
    });
  expect(decided(known)).toEqual([0, 0, 0, 1, 1, 1]);
  expect(decided(fresh)).toEqual([2, 2, 2]);
});

describe('a tree', () => {
  const all = shapes(60);
  const RINGS = 10;
  const isThree = (image: number) => (all.labels[image] ?? 0) < 3;
  const of = (images: number[], classes: readonly string[]): ImageSet => ({ ...selectImages(all, images), classes });
  const indices = Array.from(all.labels.keys());
  const three = of(indices.filter(isThree), SHAPES.slice(0, 3));
  const rings = indices.filter((image) => !isThree(image));
  const few = of([...indices.filter(isThree), ...rings.slice(0, RINGS)], SHAPES);
  const others = of(rings.slice(RINGS), SHAPES);
  const small = Taxonomy.fromLineages([
    { label: 'bar-long', lineage: ['bars', 'bar-long'] },
    { label: 'bar-short', lineage: ['bars', 'bar-short'] },
    { label: 'disc', lineage: ['disc'] },
  ]);
  const withRing = editTaxonomy(small, [{ kind: 'add', label: 'ring', parent: '(root)' }]);
  const fractions = { train: 0.5, validation: 0.25, test: 0.25 };
  const before = alive();
  let folder: string;
  let flat: FlatClassifier;
  let tree: TreeClassifier;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cladenet-prototypes-'));
    const data = prepareData(three, { seed: 3, fractions });
    flat = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 30 }, make });
    tree = await trainTree(data, { taxonomy: small, from: flat, make });
    await tree.save(join(folder, 'three'));
  });
  afterAll(async () => {
    tree.dispose();
    flat.dispose();
    expect(alive()).toEqual(before);
    await rm(folder, { recursive: true, force: true });
  });
  const dataOf = (images: ImageSet) => prepareData(images, { seed: 3, fractions, known: tree.seen });

  it('takes a class of ten images, finds others of it, keeps its other weights, and is trained on it later', async () => {
    const origin = join(folder, 'three');
    const out = join(folder, 'four');
    const grown = await addPrototypesInto(out, tree, dataOf(few), { taxonomy: withRing, maxLoss: 0.05, origin, make });
    const four = grown.tree;
    expect(grown.prototypes).toMatchObject([{ name: 'ring', node: '', images: RINGS }]);
    expect(grown.prototypes[0]?.found).toBeGreaterThan(RINGS / 2);
    expect(four.classes).toEqual(SHAPES);
    expect(four.description.grownFrom).toMatchObject({ name: 'three', added: ['ring'], trained: [] });
    const [root] = four.description.nodes;
    expect(root).toMatchObject({
      path: '',
      children: ['bars', 'disc', 'ring'],
      prototypes: [{ name: 'ring', images: RINGS }],
    });
    expect(four.weights.get('bars')).toBe(tree.weights.get('bars'));
    const was = tree.weights.get('')?.['head/output/kernel'];
    const now = four.weights.get('')?.['head/output/kernel'];
    expect(now?.shape).toEqual([was?.shape[0], 3]);
    expect(Array.from(now?.data ?? []).filter((_, i) => i % 3 !== 2)).toEqual(Array.from(was?.data ?? []));
    // The flat head has it too, so that both can still be combined.
    expect(four.weights.get(FLAT_HEAD_MODULE)?.['head/output/bias']?.shape).toEqual([4]);
    expect(four.routings).toContain('combined');
    const { decisions } = await four.classify(others, { routing: 'product' });
    expect(decisions.filter((leaf) => leaf === 3).length / others.count).toBeGreaterThan(0.6);
    expect(grown.known?.images).toBe(45);
    expect(grown.known?.after).toBeGreaterThan((grown.known?.before ?? 1) - 0.1);

    const loaded = (await loadClassifier(out, { make })) as TreeClassifier;
    expect(loaded.description).toEqual(four.description);
    expect(await loaded.predict(others)).toEqual(await four.predict(others));

    const more = prepareData(all, { seed: 3, fractions, known: loaded.seen });
    const trained = await growTree(loaded, more, { taxonomy: withRing, make });
    expect(trained.plan.changed.map(({ path }) => path)).toEqual(['']);
    expect(trained.plan.kept.map(({ path }) => path)).toEqual(['bars']);
    expect(trained.tree.description.nodes.filter((node) => node.prototypes !== undefined)).toEqual([]);
    expect(trained.tree.description.test?.accuracy).toBeGreaterThan(0.8);
    for (const one of [four, loaded, trained.tree]) one.dispose();
  });

  it('so does a flat classifier', async () => {
    const data = prepareData(few, { seed: 3, fractions, known: flat.seen });
    const out = join(folder, 'flat-four');
    await flat.save(join(folder, 'flat'));
    const options = { maxLoss: 0.15, origin: join(folder, 'flat'), make };
    const { flat: four, prototypes, known } = await addFlatPrototypesInto(out, flat, data, options);
    expect(prototypes).toMatchObject([{ name: 'ring', node: null, images: RINGS }]);
    expect(four.classes).toEqual(SHAPES);
    expect(four.description.prototypes).toEqual([{ name: 'ring', images: RINGS }]);
    const [was, now] = [flat, four].map((one) => one.weights['head/output/kernel']?.data ?? []);
    expect(Array.from(now ?? []).filter((_, i) => i % 4 !== 3)).toEqual(Array.from(was ?? []));
    expect(four.weights['trunk/0/kernel']).toEqual(flat.weights['trunk/0/kernel']);
    const { decisions } = await four.classify(others);
    expect(decisions.filter((leaf) => leaf === 3).length / others.count).toBeGreaterThan(0.4);
    expect(known?.images).toBe(45);
    expect(known?.after).toBeGreaterThan((known?.before ?? 1) - 0.25);
    const loaded = await loadClassifier(out, { make });
    expect(loaded.description).toEqual(four.description);
    expect(await loaded.predict(others)).toEqual(await four.predict(others));
    for (const one of [four, loaded]) one.dispose();
    const none = prepareData(three, { seed: 3, fractions, known: flat.seen });
    await expect(addFlatPrototypes(tree, none, { make })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ where: 'images', expected: 'classes that the classifier does not know' }, { where: 'classifier' }],
    });
  });

  it('refuses, before it looks at any image, what is no new class below a node that decides', async () => {
    const moved = Taxonomy.fromLineages(
      [
        { label: 'bar-long', lineage: ['bars', 'bar-long'] },
        { label: 'bar-short', lineage: ['other', 'bar-short'] },
        { label: 'disc', lineage: ['disc'] },
        { label: 'ring', lineage: ['other', 'ring'] },
      ],
      { singleChild: 'keep' },
    );
    const noWork = () => {
      throw new Error('a network was asked');
    };
    const refused = (options: Partial<Parameters<typeof addPrototypes>[2]>, images = few) =>
      addPrototypes(tree, dataOf(images), { taxonomy: withRing, make: noWork, ...options });
    await expect(refused({ taxonomy: moved, maxLoss: 1 })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [
        { where: 'maxLoss', received: '1' },
        { where: 'class bar-short', expected: 'at bars>bar-short, as in the tree', received: 'other>bar-short' },
        { where: 'class ring', received: 'other, where nothing decides' },
      ],
    });
    await expect(refused({ taxonomy: small }, three)).rejects.toMatchObject({
      problems: [{ where: 'taxonomy', expected: 'classes that the tree does not know' }],
    });
  });

  it('refuses images of several classes', async () => {
    const disc = indices.find((image) => all.labels[image] === 2) ?? 0;
    const both = selectImages(all, [...indices.filter(isThree), ...rings.slice(0, 3), disc]);
    const labels = both.labels.map((label, i) => (i === both.count - 1 ? 3 : label));
    const problem = { expected: 'a picture in one class', received: 'the same picture in 2 classes (disc, ring)' };
    const data = dataOf({ ...both, labels, classes: SHAPES });
    await expect(addPrototypes(tree, data, { taxonomy: withRing, make })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [problem],
    });
  });
});

/** Judging a classifier in one call: what each call finds is what its parts find. The models are trained on `shapes(125)`. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceCurve } from '../../../src/calibration/balance.js';
import { calibrateSets } from '../../../src/calibration/conformal-quantile.js';
import { calibrateNodeSets } from '../../../src/calibration/node-set-quantile.js';
import { calibrateStop } from '../../../src/calibration/stop-threshold.js';
import type { Classifier } from '../../../src/classifier/classifier.js';
import { balanceOnValidation, chooseBalanceOf } from '../../../src/classifier/judging/choose-balance.js';
import { chooseSets } from '../../../src/classifier/judging/choose-sets.js';
import { chooseStopThreshold } from '../../../src/classifier/judging/choose-stop-threshold.js';
import { comparableImages } from '../../../src/classifier/judging/comparable-images.js';
import { evaluateClassifier } from '../../../src/classifier/judging/evaluate-classifier.js';
import { judgedImages } from '../../../src/classifier/judging/judged-images.js';
import { openSets } from '../../../src/classifier/judging/map-sets.js';
import { nodeFits } from '../../../src/classifier/judging/node-fits.js';
import { unseenImages } from '../../../src/classifier/judging/unseen-images.js';
import { weakSubtreesOf } from '../../../src/classifier/judging/weak-subtrees-of.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { fingerprints } from '../../../src/classifier/store/seen.js';
import { type ImageSet, selectImages } from '../../../src/dataset/images.js';
import { findWeakSubtrees } from '../../../src/evaluation/attribution/weak-subtrees.js';
import { evaluate } from '../../../src/evaluation/evaluate.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { FORMAT_2 } from '../../fixtures/format-2.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy } from '../../fixtures/shapes.js';

const all = shapes(125);
/** Images that no model has seen, every tenth of which is only known to be round. */
const fresh = shapes(10, 9);
const ROUND = SHAPES.length;
const partlyNamed: ImageSet = {
  ...fresh,
  classes: [...SHAPES, 'round'],
  labels: fresh.labels.map((label, i) => (i % 10 === 2 ? ROUND : label)),
};
const packed = (prints: readonly string[]) => Buffer.from(prints.join(''), 'hex').toString('base64');
const before = alive();
let flat: Classifier;
let tree: Classifier;

beforeAll(async () => {
  flat = await loadClassifier(join(FORMAT_2, 'models', 'flat'), { make });
  tree = await loadClassifier(join(FORMAT_2, 'models', 'tree'), { make });
});
afterAll(() => {
  flat.dispose();
  tree.dispose();
  expect(alive()).toEqual(before);
});

describe('an evaluation', () => {
  it('is of the images that the classifier has not seen, by its own taxonomy and decision', async () => {
    const { images, leftOut } = unseenImages([tree], all);
    const { evaluation, innerLabels, ...rest } = await evaluateClassifier(tree, all);
    expect(evaluation).toEqual(evaluate(await tree.classify(images), { taxonomy }));
    expect(innerLabels).toBeUndefined();
    expect(rest.leftOut).toEqual({ seen: leftOut, otherTaxa: 0, innerLabels: 0 });
    expect(leftOut).toBeGreaterThan(0);
  });

  it('keeps seen images where asked to, and judges images labelled at inner nodes by themselves', async () => {
    expect((await evaluateClassifier(tree, all, { seen: true })).evaluation.images).toBe(all.count);
    const { evaluation, innerLabels, leftOut } = await evaluateClassifier(tree, partlyNamed);
    expect(evaluation.images).toBe(36);
    expect(innerLabels?.images).toBe(4);
    expect(leftOut).toEqual({ seen: 0, otherTaxa: 0, innerLabels: 4 });
  });

  it('of a flat classifier takes a taxonomy, and no notice of a routing', async () => {
    const { evaluation } = await evaluateClassifier(flat, fresh, { taxonomy, routing: 'product' });
    expect(evaluation).toEqual(evaluate(await flat.classify(fresh), { taxonomy }));
    expect(evaluation.ahd).toBeTypeOf('number');
  });
});

describe('weak sub-trees', () => {
  it('are found on the validation images, by the nodes alone, with how these were trained', async () => {
    const { judged, taxonomy: own, ...weak } = await weakSubtreesOf(tree, all, { routing: 'greedy' });
    const { images, trainingImages } = judgedImages(tree, all);
    expect(judged.images.paths).toEqual(images.paths);
    expect(own.classes).toEqual(taxonomy.classes);
    const { classes, labels } = await tree.classify(images);
    const probabilities = await tree.predict(images, { routing: 'greedy' });
    const options = { taxonomy, routing: 'greedy', trainingImages, ...nodeFits(tree) } as const;
    expect(weak).toEqual(findWeakSubtrees({ classes, probabilities, labels }, options));
  });

  it('of a flat classifier are those of a taxonomy, which it needs', async () => {
    const { nodes, judged } = await weakSubtreesOf(flat, fresh, { on: 'unseen', taxonomy });
    expect(nodes.map(({ path }) => path).sort()).toEqual(['', 'bars', 'round']);
    expect(judged.images.count).toBe(fresh.count);
    const refused = {
      code: 'USAGE',
      message: expect.stringMatching(/a flat classifier has no sub-trees.*`taxonomy`/is),
    };
    await expect(weakSubtreesOf(flat, all)).rejects.toMatchObject(refused);
  });
});

describe('a threshold to stop at', () => {
  const open = () => Promise.resolve(all);

  it('keeps the promise on the validation images', async () => {
    const { judged, ...chosen } = await chooseStopThreshold(flat, { targetAccuracy: 0.6, taxonomy, images: open });
    const { images } = judgedImages(flat, all);
    expect(chosen).toEqual(calibrateStop(await flat.classify(images), { taxonomy, targetAccuracy: 0.6 }));
    expect(judged).toMatchObject({ of: all.count, images: { count: images.count } });
  });

  it('needs a taxonomy, images, and a promise that can be kept', async () => {
    const refused = (where: string, received: RegExp) => ({
      code: 'USAGE',
      problems: [expect.objectContaining({ where, received: expect.stringMatching(received) })],
    });
    await expect(chooseStopThreshold(flat, { targetAccuracy: 0.6, images: open })).rejects.toMatchObject(
      refused('taxonomy', /none/),
    );
    await expect(chooseStopThreshold(flat, { targetAccuracy: 0.6, taxonomy })).rejects.toMatchObject(
      refused('images', /nothing/),
    );
    await expect(chooseStopThreshold(flat, { targetAccuracy: 0.9999, taxonomy, images: open })).rejects.toMatchObject(
      refused('targetAccuracy', /^99\.99 %: \d+ validation images are too few to promise it$/),
    );
  });
});

describe('sets of taxa', () => {
  it('are chosen on the validation images, of classes or of nodes', async () => {
    const { images } = judgedImages(tree, all);
    const classification = await tree.classify(images);
    const ofClasses = await chooseSets(tree, all, { coverage: 0.8 });
    expect(ofClasses.sets).toEqual({ quantile: calibrateSets(classification, { coverage: 0.8 }).quantile });
    const { quantile } = calibrateNodeSets(classification, { coverage: 0.8, nodes: 2, taxonomy });
    const ofNodes = await chooseSets(tree, all, { coverage: 0.8, nodes: 2 });
    expect(ofNodes).toMatchObject({ sets: { quantile, nodes: 2 }, images: images.count, judged: { of: all.count } });
  });

  it('leave out validation images that the amending classifier was trained on', async () => {
    const { images } = judgedImages(flat, all);
    const learned = selectImages(images, [0, 2, 4]);
    const seen = { train: packed(fingerprints(learned)), validation: '', test: '' };
    const amendBy = { classes: tree.classes, seen, predict: tree.predict.bind(tree) };
    const { images: used } = await chooseSets(flat, all, { coverage: 0.5, taxonomy, amendBy });
    expect(used).toBe(images.count - 3);
    const everything = { ...amendBy, seen: { ...seen, train: packed(fingerprints(images)) } };
    await expect(chooseSets(flat, all, { coverage: 0.5, taxonomy, amendBy: everything })).rejects.toMatchObject({
      code: 'DATASET',
      problems: [expect.objectContaining({ where: 'amendBy' })],
    });
  });

  it('need a tree for nodes, and enough images for the promise', async () => {
    await expect(chooseSets(flat, all, { coverage: 0.8, nodes: 2 })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(chooseSets(flat, all, { coverage: 0.9999 })).rejects.toMatchObject({
      problems: [
        expect.objectContaining({
          where: 'coverage',
          received: expect.stringMatching(/validation images are too few/),
        }),
      ],
    });
  });
});

describe('a balance for rare classes', () => {
  it('is chosen on the validation images, and changes decisions, not probabilities', async () => {
    const { balance, curve, point, judged } = await chooseBalanceOf(flat, all, { maxLoss: 1 });
    const { images, trainingImages } = judgedImages(flat, all);
    expect(judged).toMatchObject({ of: all.count, images: { count: images.count } });
    expect(balance).toEqual({ tau: point.tau, counts: trainingImages });
    const plain = await flat.classify(images);
    expect(curve).toEqual(balanceCurve(plain, { counts: balance.counts }));
    expect(point.balancedAccuracy).toBe(Math.max(...curve.map(({ balancedAccuracy }) => balancedAccuracy)));
    const counts = new Map(flat.classes.map((name, c) => [name, c === 2 ? 1 : 1e6]));
    const favoured = await flat.classify(images, { balance: { tau: 5, counts } });
    expect(favoured.decisions).toEqual(new Int32Array(images.count).fill(2));
    expect(favoured.probabilities).toEqual(plain.probabilities);
  });

  it('needs all training images, and decisions on the most probable class', async () => {
    const validation = judgedImages(flat, all).images;
    await expect(chooseBalanceOf(flat, validation, { maxLoss: 0.01 })).rejects.toMatchObject({
      code: 'DATASET',
      problems: [expect.objectContaining({ where: 'images', received: 'only some of them' })],
    });
    await expect(balanceOnValidation(flat, all, { decide: 'lca' })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [expect.objectContaining({ where: 'decide', received: 'lca' })],
    });
    await expect(flat.classify(all, { balance: { tau: -1, counts: new Map() } })).rejects.toMatchObject({
      problems: [expect.objectContaining({ where: 'balance.tau', received: '-1' })],
    });
  });
});

describe('images for several classifiers', () => {
  it('are opened once for each preprocessing', async () => {
    const { preprocessing } = flat.description;
    const other = { description: { ...flat.description, preprocessing: { ...preprocessing, size: 8 } } };
    const opened: number[] = [];
    const sets = await openSets([flat, other, tree], async ({ size }) => {
      opened.push(size);
      return { ...all, preprocessing: { ...preprocessing, size } };
    });
    expect(opened).toEqual([16, 8]);
    expect(sets.map((set) => set.preprocessing.size)).toEqual([16, 8, 16]);
    expect(sets[0]).toBe(sets[2]);
  });

  it('are those that none has seen and that have a class', () => {
    const { sets, labelled, leftOut } = comparableImages([flat, tree], [partlyNamed, partlyNamed], { taxonomy });
    expect(labelled.map(({ count }) => count)).toEqual([36, 36]);
    expect(sets.map(({ count }) => count)).toEqual([36, 36]);
    expect(leftOut).toEqual({ seen: 0, innerLabels: 4 });
    const own = comparableImages([flat, tree], [all, all], { taxonomy });
    expect(own.leftOut).toEqual({ seen: unseenImages([flat, tree], all).leftOut, innerLabels: 0 });
    expect(own.labelled[0]).toBe(all);
  });
});

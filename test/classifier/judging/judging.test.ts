/** Which images a classifier may be judged on, and what is known of them. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Classifier } from '../../../src/classifier/classifier.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { separateInnerLabels } from '../../../src/classifier/judging/inner-labels.js';
import { judgedImages } from '../../../src/classifier/judging/judged-images.js';
import { labelsFor, requireLabelsFor } from '../../../src/classifier/judging/labels.js';
import { confusionOfModel, imagesForConfusion } from '../../../src/classifier/judging/model-confusion.js';
import { nodeFits } from '../../../src/classifier/judging/node-fits.js';
import { testImages } from '../../../src/classifier/judging/test-images.js';
import { seenMask, unseenByAll, unseenImages } from '../../../src/classifier/judging/unseen-images.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { packSeen } from '../../../src/classifier/store/seen.js';
import { type ImageSet, selectImages } from '../../../src/dataset/images.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { FORMAT_2 } from '../../fixtures/format-2.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy } from '../../fixtures/shapes.js';

const all = shapes(20, 3);
const data = prepareData(all, { seed: 2, fractions: { train: 0.5, validation: 0.3, test: 0.2 } });
const { train, validation, test } = data.split;
const seen = packSeen(data.prints, data.split);
const description = (images: { train: number; validation: number; test: number }) =>
  ({ split: { images } }) as Classifier['description'];
/** All that is looked at of a classifier that was trained on these images. */
const judged = {
  classes: SHAPES,
  seen,
  description: description({ train: train.length, validation: validation.length, test: test.length }),
};
const nobody = { ...judged, seen: { train: '', validation: '', test: '' } };
const names = (set: ImageSet) => set.paths;
const namesAt = (indices: Int32Array) => Array.from(indices, (i) => all.paths[i]);

describe('unseen images', () => {
  it('are those that no classifier was trained or chosen on, recognised by their pixels', () => {
    const moved = { ...all, paths: all.paths.map((path) => `elsewhere/${path}`) };
    const { images, leftOut } = unseenImages([judged], moved);
    expect(names(images)).toEqual(namesAt(test).map((path) => `elsewhere/${path}`));
    expect(leftOut).toBe(train.length + validation.length);
    expect(seenMask(judged, moved).filter(Boolean)).toHaveLength(leftOut);
  });

  it('are all of them to classifiers that have seen none, or where seen ones are asked for', () => {
    expect(unseenImages([nobody], all)).toEqual({ images: all, leftOut: 0 });
    expect(unseenImages([judged], all, { seen: true })).toEqual({ images: all, leftOut: 0 });
  });

  it('are the same in every preparation, and sets that were shared stay shared', () => {
    const { sets, leftOut } = unseenByAll([judged, nobody, judged], [all, { ...all }, all]);
    expect(leftOut).toBe(train.length + validation.length);
    expect(sets.map(names)).toEqual([namesAt(test), namesAt(test), namesAt(test)]);
    expect(sets[0]).toBe(sets[2]);
    expect(sets[0]).not.toBe(sets[1]);
  });

  it('are refused where there are none', () => {
    const known = selectImages(all, train);
    expect(() => unseenImages([judged], known)).toThrow(/received 40, all of them seen.*\n.*`seen: true`/);
  });
});

describe('images that nodes are judged on', () => {
  it('are the validation set by default, the test set, or all that is unseen', () => {
    const fresh = shapes(1, 77);
    const more = {
      ...all,
      count: all.count + fresh.count,
      pixels: Uint8Array.from([...all.pixels, ...fresh.pixels]),
      widths: Float32Array.from([...all.widths, ...fresh.widths]),
      heights: Float32Array.from([...all.heights, ...fresh.heights]),
      paths: [...all.paths, ...fresh.paths.map((path) => `new/${path}`)],
      labels: Int32Array.from([...all.labels, ...fresh.labels]),
    };
    expect(names(judgedImages(judged, more).images)).toEqual(namesAt(validation));
    expect(judgedImages(judged, more).expected).toBe(24);
    expect(names(judgedImages(judged, more, 'test').images)).toEqual(namesAt(test));
    const unseen = judgedImages(judged, more, 'unseen');
    expect(names(unseen.images)).toEqual([...namesAt(test), ...fresh.paths.map((path) => `new/${path}`)]);
    expect(unseen.expected).toBeUndefined();
  });

  it('come with the number of training images of each class, if all of them are at hand', () => {
    const counts = judgedImages(judged, all).trainingImages;
    expect([...(counts ?? [])].sort()).toEqual(SHAPES.map((name) => [name, 10]));
    const fewer = selectImages(all, [...train.slice(1), ...validation]);
    expect(judgedImages(judged, fewer).trainingImages).toBeUndefined();
    expect(judgedImages(judged, fewer).images.count).toBe(24);
  });

  it('are refused with what to do where there are none', () => {
    const onlyTrain = selectImages(all, train);
    expect(() => judgedImages(judged, onlyTrain)).toThrow(/validation images .*has 24.*\n.*Give the images.*'unseen'/);
    expect(() => judgedImages(judged, onlyTrain, 'unseen')).toThrow(/\n.*`on: 'validation'`/);
    const none = { ...judged, description: description({ train: 56, validation: 0, test: 24 }) };
    expect(() => judgedImages(none, onlyTrain)).toThrow(/has 0.*\n {6}Judge on images that it has not seen/);
  });
});

describe('labels for a classifier', () => {
  it('are indices of its classes, -1 where there is none, with the names of unknown classes', () => {
    const classes = ['star', 'ring', 'bar-long', 'moon'];
    const labels = Int32Array.of(1, 2, 0, -1, 1);
    expect(labelsFor({ classes: SHAPES }, { labels, classes })).toEqual({
      labels: Int32Array.of(3, 0, -1, -1, 3),
      unknownClasses: ['star'],
    });
  });

  it('are required where images are evaluated: all that is missing is said at once', () => {
    const images = { labels: Int32Array.of(0, 1, -1), classes: ['rings', 'ring'] };
    expect(() => requireLabelsFor({ classes: SHAPES }, images)).toThrow(
      /images of rings: .*\n.*Did you mean 'ring'\?\n.*images without a class: .*received 1 without/,
    );
    expect(requireLabelsFor({ classes: SHAPES }, { ...images, labels: Int32Array.of(1) })).toEqual(Int32Array.of(3));
  });
});

describe('images labelled at inner nodes', () => {
  it('are set apart, by name or by path, with the paths of their nodes', () => {
    const classes = ['ring', 'round', 'bars>bar-long', 'bars', 'star'];
    const images = { ...selectImages(all, [0, 1, 2, 3, 4, 5]), classes, labels: Int32Array.of(0, 1, 2, 3, 4, -1) };
    const { known, inner } = separateInnerLabels(images, taxonomy);
    expect([...known.labels]).toEqual([0, 2, 4, -1]);
    expect(inner?.truths).toEqual(['round', 'bars']);
    expect(inner && [...inner.images.labels]).toEqual([1, 3]);
  });

  it('are none without a taxonomy, or where all are classes', () => {
    expect(separateInnerLabels(all, undefined)).toEqual({ known: all, inner: undefined });
    expect(separateInnerLabels(all, taxonomy)).toEqual({ known: all, inner: undefined });
  });
});

describe('images to count mistakes on', () => {
  it('are the validation set, whatever else is there', () => {
    const { images, from, leftOut } = imagesForConfusion(judged, all);
    expect(names(images)).toEqual(namesAt(validation));
    expect([from, leftOut]).toEqual(['validation', { train: 40, test: 16, unseen: 0 }]);
  });

  it('are all images where the classifier has seen none of them', () => {
    const leftOut = { train: 0, test: 0, unseen: 0 };
    expect(imagesForConfusion(nobody, all)).toEqual({ images: all, from: 'unseen', leftOut });
  });

  it('are refused where some were seen and none is of the validation set', () => {
    const others = selectImages(all, [...train, ...test]);
    expect(() => imagesForConfusion(judged, others)).toThrow(/40 of its training set, 16 of its test set, 0 that/);
  });
});

it('the images of the test set come with labels, those of inner nodes left out', () => {
  const classes = [...SHAPES, 'round'];
  const labels = all.labels.map((label, i) => (i % 8 === 2 ? 4 : label));
  const vague = prepareData({ ...all, classes, labels }, { seed: 2, taxonomy });
  const images = testImages(vague);
  expect(images.classes).toEqual(SHAPES);
  expect(images.count).toBe(vague.split.test.filter((i) => labels[i] !== 4).length);
  expect(images.count).toBeGreaterThan(0);
  expect(images.paths.map((path) => path.split('/')[0])).toEqual(Array.from(images.labels, (label) => SHAPES[label]));
});

describe('of a saved classifier', () => {
  const before = alive();
  const load = (name: string) => loadClassifier(join(FORMAT_2, 'models', name), { make });
  let tree: Classifier;
  beforeAll(async () => {
    tree = await load('tree');
  });
  afterAll(() => {
    tree.dispose();
    expect(alive()).toEqual(before);
  });

  it('the confusion matrix counts its decisions, or sums its probabilities', async () => {
    const images = shapes(25, 31);
    const { confusion, classification, from, inner } = await confusionOfModel(tree, images);
    expect([from, inner]).toEqual(['unseen', 0]);
    expect([...(confusion.images ?? [])]).toEqual([25, 25, 25, 25]);
    const right = classification.decisions.filter((decision, i) => decision === images.labels[i]).length;
    const diagonal = SHAPES.reduce((sum, _, k) => sum + 25 * (confusion.shares[5 * k] ?? 0), 0);
    expect(diagonal).toBeCloseTo(right, 8);
    const soft = await confusionOfModel(tree, images, { soft: true });
    expect(soft.confusion.shares).not.toEqual(confusion.shares);
  });

  it('the confusion matrix leaves out images labelled at inner nodes', async () => {
    const images = shapes(5, 31);
    const labels = images.labels.map((label, i) => (i < 4 ? 4 : label));
    const result = await confusionOfModel(tree, { ...images, labels, classes: [...SHAPES, 'round'] }, { taxonomy });
    expect([result.inner, result.images.count]).toEqual([4, 16]);
  });

  it('its nodes tell how they were trained; a flat classifier has none', async () => {
    const fits = nodeFits(tree);
    expect(fits?.trunk).toBe('shared');
    expect([...(fits?.fits.keys() ?? [])]).toEqual(['', 'bars', 'round']);
    expect(fits?.fits.get('bars')).toMatchObject({ epochs: expect.any(Number), bestEpoch: expect.any(Number) });
    expect(nodeFits(await load('flat'))).toBeUndefined();
    expect(nodeFits(await load('joint'))).toEqual({ trunk: 'shared', fits: new Map() });
  });
});

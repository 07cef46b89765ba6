import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceByAugmentation } from '../../../src/classifier/data/balance.js';
import { prepareData, type TrainingData } from '../../../src/classifier/data/training-data.js';
import { fingerprints } from '../../../src/classifier/store/seen.js';
import { selectImages, squareOf } from '../../../src/dataset/images.js';
import { random } from '../../../src/random.js';
import { createOps } from '../../../src/tensorflow/ops.js';
import { scoped } from '../../../src/tensorflow/transfer.js';
import { augment, drawMaps } from '../../../src/training/augment.js';
import { augmentationSchema } from '../../../src/training/config.js';
import { bytesOf } from '../../fixtures/bytes.js';
import { runtime } from '../../fixtures/device.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy } from '../../fixtures/shapes.js';

/** 40 images of the first class, 30, 20 and 10 of the others. */
const all = shapes(40);
const some = Array.from(all.labels.keys()).filter((i) => i < (4 - (i % 4)) * 10 * 4);
const images = selectImages(all, some);
const fractions = { train: 0.6, validation: 0.2, test: 0.2 };
const data = prepareData(images, { seed: 1, fractions });

const counts = ({ truth, split }: TrainingData) =>
  truth.classes.map((_, label) => split.train.filter((image) => truth.labels[image] === label).length);
const square = ({ images }: TrainingData, i: number) => squareOf(images, i).slice();
/** What a training learns from: pixels in any order. */
const learned = (balanced: TrainingData) =>
  Array.from(balanced.split.train, (i) => Buffer.from(square(balanced, i)).toString('base64'));

describe('balancing by augmentation', () => {
  it('gives each class so many training images, and leaves validation and test alone', () => {
    expect(counts(data)).toEqual([24, 18, 12, 6]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(9), (perClass, seed) => {
        const balanced = balanceByAugmentation(data, { perClass, seed });
        expect(counts(balanced)).toEqual([perClass, perClass, perClass, perClass]);
        expect(new Set(balanced.split.train).size).toBe(4 * perClass);
        expect(balanced.split.train).toEqual(balanced.split.train.toSorted());
        expect(balanced.split.validation).toEqual(data.split.validation);
        expect(balanced.split.test).toEqual(data.split.test);
        // Comparing bytes with `toEqual` takes seconds.
        expect(Buffer.compare(bytesOf(balanced.images).subarray(0, bytesOf(images).length), bytesOf(images))).toBe(0);
        expect(balanced.drawnBy).toEqual(data.drawnBy);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps all images of a small class, and makes copies of them in turn, which are others', () => {
    const balanced = balanceByAugmentation(data, { perClass: 20, seed: 1 });
    const rings = balanced.split.train.filter((image) => balanced.truth.labels[image] === 3);
    const real = data.split.train.filter((image) => data.truth.labels[image] === 3);
    expect(rings.slice(0, 6)).toEqual(real);
    const copies = rings.slice(6);
    expect(copies).toAllSatisfy((copy) => copy >= images.count);
    const sources = Array.from(copies, (copy) => data.prints.indexOf(balanced.prints[copy] ?? ''));
    // 14 copies of 6 images: two of each, and a third of two.
    const each = Array.from(real, (image) => sources.filter((source) => source === image).length);
    expect(each.toSorted()).toEqual([2, 2, 2, 2, 3, 3]);
    copies.forEach((copy, k) => {
      const source = sources[k] ?? -1;
      expect(balanced.images.labels[copy]).toBe(3);
      expect(balanced.images.paths[copy]).toBe(images.paths[source]);
      expect(balanced.images.widths[copy]).toBe(images.widths[source]);
      expect(square(balanced, copy)).not.toEqual(square(data, source));
    });
    expect(new Set(learned(balanced)).size).toBe(80);
  });

  it('learns from no image that validates or tests, nor from a copy of one', () => {
    const { split, prints } = balanceByAugmentation(data, { perClass: 60, seed: 1 });
    const held = new Set(Array.from([...split.validation, ...split.test], (image) => prints[image]));
    expect(Array.from(split.train).filter((image) => held.has(prints[image]))).toEqual([]);
  });

  it('is a function of the seed; a smaller set is part of a larger one', () => {
    const of = (perClass: number, seed: number) => learned(balanceByAugmentation(data, { perClass, seed }));
    expect(of(20, 1)).toEqual(of(20, 1));
    expect(of(20, 1)).not.toEqual(of(20, 2));
    const large = new Set(of(30, 1));
    for (const perClass of [3, 10, 20]) expect(of(perClass, 1).filter((one) => !large.has(one))).toEqual([]);
  });

  it('copies images as augmentation in a training step does, to a grey level', () => {
    const config = augmentationSchema.parse({ shear: 15, zoom: 1.3 });
    const balanced = balanceByAugmentation(data, { perClass: 25, seed: 7, augmentation: config });
    const copy = images.count;
    const source = data.prints.indexOf(balanced.prints[copy] ?? '');
    const map = drawMaps(1, SIDE, config, random('copies', 7, SHAPES[0]));
    const ops = createOps(runtime);
    const inStep = scoped(runtime, () => {
      const given = ops.tf.tensor4d(
        Array.from(square(data, source), (byte) => 1 - byte / 255),
        [1, SIDE, SIDE, 1],
      );
      return augment(ops, given, ops.tf.tensor2d(map, [1, 8])).dataSync();
    });
    const differences = Array.from(square(balanced, copy), (byte, i) => Math.abs(byte - 255 * (1 - (inStep[i] ?? 9))));
    expect(Math.max(...differences)).toBeLessThan(0.6);
  });

  it('adds the noise that is asked for, cut off at black and white', () => {
    const still = { rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1 };
    const options = { perClass: 25, seed: 1 };
    const plain = balanceByAugmentation(data, { ...options, augmentation: still });
    const noisy = balanceByAugmentation(data, { ...options, augmentation: { ...still, noise: 0.04 } });
    const copy = images.count;
    expect(square(plain, copy)).toEqual(square(data, data.prints.indexOf(plain.prints[copy] ?? '')));
    const before = square(plain, copy);
    const changes = Array.from(square(noisy, copy), (byte, i) => byte - (before[i] ?? 0));
    // Dark pixels are three deviations from black, so hardly any is cut off; nothing wraps around from white to black.
    const dark = changes.filter((_, i) => (before[i] ?? 0) < 100);
    const deviation = Math.sqrt(dark.reduce((sum, change) => sum + change ** 2, 0) / dark.length);
    expect(Math.abs(deviation - 10.2)).toBeLessThan(3);
    expect(Math.min(...changes)).toBeGreaterThan(-70);
  });

  it('leaves images labelled at an inner node, and classes without training images, as they are', () => {
    const labelled = { ...images, classes: ['bar-long', 'bar-short', 'round', 'ring'] };
    const mixed = prepareData(labelled, { seed: 1, fractions, taxonomy: shapesTaxonomy });
    const balanced = balanceByAugmentation(mixed, { perClass: 20, seed: 1 });
    expect(counts(balanced)).toEqual([20, 20, 20]);
    const groupOf = ({ truth, split }: TrainingData) => split.train.filter((image) => truth.labels[image] === 3);
    expect(groupOf(balanced)).toEqual(groupOf(mixed));
    expect(groupOf(mixed)).toHaveLength(12);

    const without = {
      ...data,
      split: { ...data.split, train: data.split.train.filter((i) => images.labels[i] !== 3) },
    };
    expect(counts(balanceByAugmentation(without, { perClass: 20, seed: 1 }))).toEqual([20, 20, 20, 0]);
  });

  it('refuses numbers and changes that are none', () => {
    for (const perClass of [0, 2.5, Number.NaN]) {
      const refused = expect.objectContaining({
        code: 'USAGE',
        problems: [expect.objectContaining({ where: 'perClass', received: `${perClass}` })],
      });
      expect(() => balanceByAugmentation(data, { perClass, seed: 1 })).toThrow(refused);
    }
    expect(() => balanceByAugmentation(data, { perClass: 5, seed: 1, augmentation: { zoom: 5, shear: -1 } })).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        problems: [
          expect.objectContaining({ where: 'augmentation.shear' }),
          expect.objectContaining({ where: 'augmentation.zoom' }),
        ],
      }),
    );
  });

  it('changes no fingerprint of the images that there were', () => {
    const balanced = balanceByAugmentation(data, { perClass: 25, seed: 1 });
    expect(balanced.prints.slice(0, images.count)).toEqual(fingerprints(images));
  });
});

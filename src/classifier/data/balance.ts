/**
 * Classes of equal size by augmentation: large classes are sampled, small ones are filled up with augmented copies of their
 * images, drawn once. The data has to be split already: a set that is enlarged before the split has copies of one image in
 * both training and test.
 */

import { affineWarp } from '../../dataset/affine-warp.js';
import { type ImageSet, selectImages, squareOf } from '../../dataset/images.js';
import { squareAt, squareBytes } from '../../dataset/preprocessing.js';
import { CladenetError } from '../../errors.js';
import { type Random, random } from '../../random.js';
import { drawMaps } from '../../training/augment.js';
import type { AugmentationConfig, TrainingConfigInput } from '../../training/config.js';
import { parseAugmentation } from '../configuration.js';
import type { TrainingData } from './training-data.js';

/** How classes are balanced by augmented copies. */
export interface BalanceOptions {
  /** Training images of each class, copies included. */
  readonly perClass: number;
  readonly seed: number;
  /** How a copy may differ from its image: the fields and defaults are those of a training's augmentation. */
  readonly augmentation?: NonNullable<TrainingConfigInput['augmentation']> | undefined;
}

/**
 * The same data with exactly `perClass` training images of each class; the validation and test sets are unchanged, of
 * real images only.
 *
 * A class with more images is sampled. A class with fewer keeps all of its images and gets copies of them in turn, each warped
 * by its own affine map (with noise, if set, clipped at black and white) and rounded to bytes. A class without training images
 * stays empty. Images labelled at an inner node of a taxonomy belong to no class, and all are kept.
 *
 * Copies come after the images that there were, whose numbers stay. A copy has the class, path, original size and
 * fingerprint of its image, so a classifier that learned from it is known to have seen the image. With the same seed the
 * training set of a smaller `perClass` is contained in that of a larger one.
 *
 * Where classes need different numbers of copies, anything that distinguishes copies from real images (noise above all) is a
 * cue to the class in training, and none in the test.
 *
 * Such copies add no information beyond `balance` and `augmentation` of a training, which draw again in every epoch and need
 * no memory. They serve work that needs a fixed set: reproducing a publication, or a trainer without augmentation.
 *
 * @throws CladenetError USAGE where `perClass` is not a whole number of at least 1; CONFIG for an invalid augmentation
 */
export function balanceByAugmentation(data: TrainingData, options: BalanceOptions): TrainingData {
  const { perClass, seed } = options;
  if (!Number.isInteger(perClass) || perClass < 1) {
    const problem = { where: 'perClass', expected: 'a whole number of at least 1', received: `${perClass}` };
    throw new CladenetError('USAGE', 'The classes cannot be balanced.', [problem]);
  }
  const augmentation = parseAugmentation(options.augmentation ?? {});
  const { images, truth, split, prints } = data;
  const own: number[][] = truth.classes.map(() => []);
  const train: number[] = [];
  for (const image of split.train) (own[truth.labels[image] ?? -1] ?? train).push(image);
  const copies: { readonly image: number; readonly draw: Random }[] = [];
  truth.classes.forEach((name, label) => {
    const members = random('balance', seed, name).shuffle(own[label] ?? []);
    for (const image of members.slice(0, perClass)) train.push(image);
    // One stream for the class, so that a larger set begins with the copies of a smaller one.
    const draw = random('copies', seed, name);
    const missing = members.length === 0 ? 0 : Math.max(0, perClass - members.length);
    for (let k = 0; k < missing; k++) copies.push({ image: members[k % members.length] ?? 0, draw });
  });

  const order = Int32Array.from({ length: images.count + copies.length }, (_, i) =>
    i < images.count ? i : (copies[i - images.count]?.image ?? 0),
  );
  const enlarged = selectImages(images, order);
  const bytes = squareBytes(images.preprocessing);
  const squares = new Uint8Array(copies.length * bytes);
  copies.forEach(({ image, draw }, k) => {
    const square = squareAt(squares, k, bytes);
    square.set(squareOf(images, image));
    change(square, images.preprocessing, augmentation, draw);
    train.push(images.count + k);
  });
  return {
    ...data,
    images: { ...enlarged, pixels: withCopies(images, enlarged, squares) },
    truth: { ...truth, labels: order.map((image) => truth.labels[image] ?? -1) },
    split: { ...split, train: Int32Array.from(train).sort() },
    prints: Array.from(order, (image) => prints[image] ?? ''),
  };
}

/** The pixels of `enlarged`, of which those after the images are `squares`. */
function withCopies(images: ImageSet, enlarged: ImageSet, squares: Uint8Array): ImageSet['pixels'] {
  const { pixels } = enlarged;
  if (pixels instanceof Uint8Array) {
    pixels.set(squares, pixels.length - squares.length);
    return pixels;
  }
  const read = (i: number, square: Uint8Array) => {
    if (i < images.count) pixels.read(i, square);
    else square.set(squareAt(squares, i - images.count, square.length));
  };
  return { read };
}

/** Augments a square image in place. */
function change(
  square: Uint8Array,
  { size, channels }: { readonly size: number; readonly channels: number },
  augmentation: AugmentationConfig,
  draw: Random,
): void {
  const warped = new Float32Array(square.length);
  affineWarp(square, size, channels, drawMaps(1, size, augmentation, draw), warped);
  if (augmentation.noise > 0) {
    const deviation = 255 * augmentation.noise;
    for (let i = 0; i < warped.length; i++) warped[i] = (warped[i] as number) + deviation * draw.normal();
  }
  // Clamped arrays round, and clip values beyond black and white.
  square.set(Uint8ClampedArray.from(warped));
}

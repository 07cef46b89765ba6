/** What classifiers are trained on: images, the classes they may have, and the split that keeps the test part unseen. */
import type { ImageSet } from '../dataset/images.js';
import { type Fractions, type Split, splitImages } from '../dataset/split.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Task } from '../training/task.js';
import { fingerprints, keepCopiesTogether } from './seen.js';

export interface TrainingData {
  readonly images: ImageSet;
  /** Which images are learned from, which choose, and which test. */
  readonly split: Split;
  /** What the split was drawn by. */
  readonly drawnBy: { readonly seed: number; readonly fractions: Fractions };
  /** A fingerprint of each image's pixels. */
  readonly prints: readonly string[];
}

export const FRACTIONS: Fractions = { train: 0.8, validation: 0.1, test: 0.1 };

/**
 * Splits images for training: stratified by class, by an explicit seed. Copies of one image (the same pixels and size) go
 * to one part, so that none is learned and tested. `split.notes` says what was odd.
 *
 * @param options.fractions default 80 % train, 10 % validation, 10 % test
 */
export function prepareData(
  images: ImageSet,
  { seed, fractions = FRACTIONS }: { readonly seed: number; readonly fractions?: Fractions | undefined },
): TrainingData {
  const prints = fingerprints(images);
  const drawn = splitImages(images.labels, images.classes.length, { seed, fractions, classes: images.classes });
  const { split, moved } = keepCopiesTogether(drawn, prints);
  const notes =
    moved === 0 ? split.notes : [...split.notes, `${moved} copies of an image moved to where the first of them is`];
  return { images, split: { ...split, notes }, drawnBy: { seed, fractions }, prints };
}

/** The flat task: every class of the images. */
export function flatTask({ images, split }: TrainingData): Task {
  return { labels: images.labels, classes: images.classes.length, train: split.train, validation: split.validation };
}

/** @throws CladenetError DATASET when there are fewer than two classes, or classes without training images */
export function requireTrainable({ images, split }: TrainingData): void {
  const counts = new Int32Array(images.classes.length);
  for (const image of split.train) counts[images.labels[image] ?? 0] = (counts[images.labels[image] ?? 0] ?? 0) + 1;
  const problems: Problem[] = [];
  if (images.classes.length < 2) {
    problems.push({ where: 'classes', expected: 'at least 2', received: images.classes.join(', ') || 'none' });
  }
  images.classes.forEach((name, label) => {
    if ((counts[label] ?? 0) > 0) return;
    problems.push({
      where: `class ${name}`,
      expected: 'at least one training image',
      received: 'none',
      remedy: 'Add images, leave the class out with --classes, or raise the training fraction.',
    });
  });
  if (problems.length > 0) throw new CladenetError('DATASET', 'These images cannot be trained on', problems);
}

export function describeSplit({ split, drawnBy }: TrainingData) {
  const { train, validation, test } = split;
  return { ...drawnBy, images: { train: train.length, validation: validation.length, test: test.length } };
}

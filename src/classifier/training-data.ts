/** What classifiers are trained on: images, the classes they may have, and the split that keeps the test part unseen. */
import type { ImageSet } from '../dataset/images.js';
import type { Split } from '../dataset/split.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Task } from '../training/fit.js';

export interface TrainingData {
  readonly images: ImageSet;
  readonly split: Split;
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

export function describeSplit({ split }: TrainingData) {
  const { train, validation, test, seed, fractions } = split;
  return { seed, fractions, images: { train: train.length, validation: validation.length, test: test.length } };
}

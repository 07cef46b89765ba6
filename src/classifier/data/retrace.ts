/** Finds the data of a classifier among images by their pixels, so that other models can learn from the same split. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { FlatClassifier } from '../flat.js';
import { fingerprints, unpackSeen } from '../store/seen.js';
import { drawnAs, type TrainingData } from './training-data.js';
import { type Truth, truthOf } from './truth.js';

export interface Retraced {
  /** Its training and validation sets; the test set is empty. */
  readonly data: TrainingData;
  /** Images that are left out: of the classifier's test set, and those that it has not seen (or that have no label now). */
  readonly leftOut: { readonly tested: number; readonly foreign: number };
}

/**
 * @param taxonomy where images are labelled at its inner nodes
 * @throws CladenetError DATASET when none of the images is of the classifier's training set, or when their labels do not
 *         fit its classes
 */
export function retrace(classifier: FlatClassifier, all: ImageSet, taxonomy: Taxonomy | undefined): Retraced {
  const { classes, seen, description } = classifier;
  const [learned, chose, tested] = [seen.train, seen.validation, seen.test].map(unpackSeen);
  const allPrints = fingerprints(all);
  const isIn = (known: Set<string> | undefined, i: number) => known?.has(allPrints[i] ?? '') ?? false;
  const found = allPrints.flatMap((_, i) =>
    (all.labels[i] ?? -1) >= 0 && (isIn(learned, i) || isIn(chose, i)) ? [i] : [],
  );
  const test = allPrints.reduce((sum, _, i) => sum + (isIn(tested, i) ? 1 : 0), 0);
  if (!found.some((i) => isIn(learned, i))) throw noneLearned(all.count);

  const images = withClassesFirst(selectImages(all, found), classes);
  const truth = truthOf(images, taxonomy);
  requireClasses(truth, classes);
  const subset = (known: Set<string> | undefined) =>
    Int32Array.from(found.keys()).filter((i) => isIn(known, found[i] ?? -1));
  const { groupBy } = description.split;
  const data: TrainingData = {
    images,
    truth,
    split: { train: subset(learned), validation: subset(chose), test: new Int32Array(0), notes: [] },
    drawnBy: drawnAs(description.split),
    groups: groupBy === undefined ? undefined : images.fields?.[groupBy],
    prints: found.map((i) => allPrints[i] ?? ''),
  };
  return { data, leftOut: { tested: test, foreign: all.count - found.length - test } };
}

/** The same images, whose classes are the classifier's, in its order, and what else they are labelled with. */
function withClassesFirst(images: ImageSet, classes: readonly string[]): ImageSet {
  const present = new Set(Array.from(images.labels, (label) => images.classes[label] ?? ''));
  const names = [...classes, ...images.classes.filter((name) => present.has(name) && !classes.includes(name))];
  const numbers = new Map(names.map((name, number) => [name, number]));
  return {
    ...images,
    classes: names,
    labels: images.labels.map((label) => numbers.get(images.classes[label] ?? '') ?? -1),
  };
}

function requireClasses(truth: Truth, classes: readonly string[]): void {
  const problems: Problem[] = [];
  for (const name of truth.classes.filter((name) => !classes.includes(name))) {
    problems.push({
      where: `images of ${name}`,
      expected: 'a class of the classifier, or an inner node of `taxonomy`',
      received: name,
      remedy: didYouMean(name, classes),
    });
  }
  for (const name of classes.filter((name) => !truth.classes.includes(name))) {
    problems.push({ where: `class ${name}`, expected: 'a leaf of the taxonomy', received: 'an inner node' });
  }
  if (problems.length === 0) return;
  throw new CladenetError(
    'DATASET',
    'The labels of the images have changed since the classifier was trained',
    problems,
  );
}

function noneLearned(count: number): CladenetError {
  return new CladenetError('DATASET', 'The images are not those that the classifier was trained on', [
    {
      where: 'images',
      expected: "images of the classifier's training set",
      received: `${count}, none of them`,
      remedy: 'Give the images that it was trained with.',
    },
  ]);
}

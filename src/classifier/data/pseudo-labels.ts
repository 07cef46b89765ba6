/**
 * Pseudo-labels: images whose class nobody gave are labelled by a classifier, where it is sure, and trained on.
 *
 * An image that is labelled at an inner node can only get a class below it: its probabilities are restricted to these classes and
 * renormalised, so that a pseudo-label never contradicts the label that the image has (Su & Maji, "Semi-supervised learning with
 * taxonomic labels", BMVC 2021).
 */
import { selectImages } from '../../dataset/images.js';
import { CladenetError, type Problem } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { requireUnseen } from './seen-before.js';
import type { TrainingData } from './training-data.js';

/** Below this probability an image keeps the label that it has. */
export const PSEUDO_THRESHOLD = 0.9;

/** Options of {@link withPseudoLabels}. */
export interface PseudoLabelOptions {
  /** The least probability of the class, among those that the image's label allows: above 0, up to 1. Default 0.9. */
  readonly threshold?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The result of {@link withPseudoLabels}. */
export interface PseudoLabelled {
  readonly data: TrainingData;
  /** Images labelled at inner nodes, and how many of them got a class. */
  readonly coarse: { readonly images: number; readonly labelled: number };
  /** Images without any label, and how many of them got a class and joined the training set. */
  readonly unlabelled: { readonly images: number; readonly labelled: number };
}

/**
 * The same data, with the classes that a classifier is sure of as labels of training images at inner nodes, and of images without
 * a label, which then join the training set. The others stay as they are: an inner node allows all of its classes, and an image
 * without a label is not trained on. Images of the validation and the test set, and copies of images of any set, are never labelled.
 *
 * @param classifier of exactly the classes of the data, and trained on none of its validation and test images
 * @throws CladenetError USAGE for a threshold out of range; DATASET for other classes, a classifier that has seen validation or test
 *   images, and data without any image to label; ABORTED
 */
export async function withPseudoLabels(
  data: TrainingData,
  classifier: Classifier,
  { threshold = PSEUDO_THRESHOLD, signal }: PseudoLabelOptions = {},
): Promise<PseudoLabelled> {
  const candidates = candidatesOf(data);
  requireUsable(data, classifier, threshold, candidates);
  requireUnseen(data, classifier);
  const { classes, probabilities } = await classifier.classify(selectImages(data.images, candidates), { signal });
  const column = new Map(classes.map((name, i) => [name, i]));
  const columns = data.truth.classes.map((name) => column.get(name) ?? -1);
  const width = classes.length;
  const rowOf = (i: number) => columns.map((at) => probabilities[i * width + at] ?? 0);
  return pseudoLabelled(data, candidates, rowOf, threshold);
}

/** Training images labelled at inner nodes, and images without a label that are no copies of images in any subset of the split. */
export function candidatesOf({ truth: { classes, labels }, split, prints }: TrainingData): Int32Array {
  const used = [split.train, split.validation, split.test].flatMap((subset) => Array.from(subset));
  const known = new Set(used.map((image) => prints[image] ?? ''));
  const training = new Uint8Array(labels.length);
  for (const image of split.train) training[image] = 1;
  return Int32Array.from(labels.keys()).filter((image) => {
    const label = labels[image] ?? -1;
    return label < 0 ? !known.has(prints[image] ?? '') : training[image] === 1 && label >= classes.length;
  });
}

/** @param rowOf the probabilities of the i-th candidate, in the order of the classes of the data */
export function pseudoLabelled(
  data: TrainingData,
  candidates: Int32Array,
  rowOf: (i: number) => ArrayLike<number>,
  threshold: number,
): PseudoLabelled {
  const { truth, split } = data;
  const { classes, groups } = truth;
  const labels = truth.labels.slice();
  const every = [...classes.keys()];
  const joining: number[] = [];
  const coarse = { images: 0, labelled: 0 };
  const unlabelled = { images: 0, labelled: 0 };
  candidates.forEach((image, i) => {
    const label = labels[image] ?? -1;
    const counts = label < 0 ? unlabelled : coarse;
    counts.images++;
    const allowed = label < 0 ? every : (groups[label - classes.length]?.classes ?? []);
    const sure = surestOf(rowOf(i), allowed, threshold);
    if (sure === undefined) return;
    counts.labelled++;
    labels[image] = sure;
    if (label < 0) joining.push(image);
  });
  return {
    data: {
      ...data,
      truth: { ...truth, labels },
      split: { ...split, train: Int32Array.from([...split.train, ...joining]).sort() },
    },
    coarse,
    unlabelled,
  };
}

/** The most probable of the allowed classes, if its share of their probability reaches the threshold. */
function surestOf(row: ArrayLike<number>, allowed: readonly number[], threshold: number): number | undefined {
  let [best, sum] = [-1, 0];
  for (const label of allowed) {
    const p = row[label] ?? 0;
    sum += p;
    if (best < 0 || p > (row[best] ?? 0)) best = label;
  }
  return sum > 0 && (row[best] ?? 0) >= threshold * sum ? best : undefined;
}

function requireUsable(
  { truth: { classes } }: TrainingData,
  classifier: Classifier,
  threshold: number,
  candidates: Int32Array,
): void {
  const problems: Problem[] = [];
  if (!(threshold > 0 && threshold <= 1)) {
    problems.push({ where: 'threshold', expected: 'a number above 0, up to 1', received: `${threshold}` });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'The images cannot be labelled', problems);
  const [own, wanted] = [new Set(classifier.classes), new Set(classes)];
  const lacking = classes.filter((name) => !own.has(name));
  const foreign = classifier.classes.filter((name) => !wanted.has(name));
  if (lacking.length + foreign.length > 0) {
    const received = [
      ...(lacking.length > 0 ? [`one without ${lacking.join(', ')}`] : []),
      ...(foreign.length > 0 ? [`one with ${foreign.join(', ')}`] : []),
    ].join(', ');
    problems.push({ where: 'classifier', expected: 'a classifier of exactly the classes of the images', received });
  }
  if (candidates.length === 0) {
    const expected = 'images that are labelled at inner nodes of the taxonomy, or not at all';
    problems.push({ where: 'images', expected, received: 'none: all have a class' });
  }
  if (problems.length > 0) throw new CladenetError('DATASET', 'The images cannot be labelled', problems);
}

/** Divides the training images into folds, class by class, with copies of a picture in the same fold. */
import { unitsOf } from '../../dataset/groups.js';
import { kFolds } from '../../dataset/split.js';
import { CladenetError, type Problem } from '../../errors.js';
import { type TrainingData, trainingProblems } from '../data/training-data.js';

/** Indices of images, ascending. */
export interface Fold {
  /** The images that its model is trained on: the training set without the held-out images and their copies. */
  readonly train: Int32Array;
  /** The images that it predicts, whose class is known. */
  readonly heldOut: Int32Array;
}

export interface FoldPlan {
  readonly folds: readonly Fold[];
  /** A note for each class that a fold has to predict without having been trained on it. */
  readonly notes: readonly string[];
}

/**
 * Divides the training set: every image whose class is known is held out once, each class spread evenly over the folds.
 * Images labelled at inner nodes are trained on in every fold, except copies of held-out images.
 *
 * @throws CladenetError DATASET, USAGE with all problems of the data and the number of folds
 */
export function planFolds(data: TrainingData, { folds: k, seed }: { folds: number; seed: number }): FoldPlan {
  const { truth, split, prints } = data;
  const labelOf = (image: number) => truth.labels[image] ?? -1;
  const isKnown = (image: number) => labelOf(image) >= 0 && labelOf(image) < truth.classes.length;
  const printOf = (image: number) => prints[image] ?? '';
  const pictures = new Map<string, number>();
  for (const image of split.train) {
    if (isKnown(image) && !pictures.has(printOf(image))) pictures.set(printOf(image), image);
  }
  requireFolds(data, k, pictures.size);

  const ofPictures = new Int32Array(truth.labels.length).fill(-1);
  for (const image of pictures.values()) ofPictures[image] = labelOf(image);
  /** What is held out together: a group with its copies elsewhere, or the copies of a picture. */
  const units = data.groups && unitsOf([data.groups, prints], prints.length);
  const unitOf = (image: number) => units?.[image] ?? printOf(image);
  const foldOf = new Map<string | number, number>();
  kFolds(ofPictures, truth.classes.length, { k, seed, groups: units }).forEach((images, fold) => {
    for (const image of images) foldOf.set(unitOf(image), fold);
  });
  const folds = Array.from({ length: k }, (_, fold): Fold => {
    const isOut = (image: number) => foldOf.get(unitOf(image)) === fold;
    return {
      train: split.train.filter((image) => !isOut(image)),
      heldOut: split.train.filter((image) => isOut(image) && isKnown(image)),
    };
  });
  return { folds, notes: unseenClassNotes(data, folds) };
}

function requireFolds(data: TrainingData, k: number, pictures: number): void {
  const problems: Problem[] = trainingProblems(data);
  const isData = problems.length > 0;
  if (!Number.isInteger(k) || k < 2 || k > pictures) {
    const expected = `a whole number from 2 to ${pictures}, the different training images whose class is known`;
    problems.push({ where: 'folds', expected, received: `${k}` });
  }
  if (problems.length === 0) return;
  throw new CladenetError(isData ? 'DATASET' : 'USAGE', 'These images cannot be predicted out of fold', problems);
}

/** Notes on classes with a single training picture: the model that predicts it has not been trained on the class. */
function unseenClassNotes({ truth: { classes, labels } }: TrainingData, folds: readonly Fold[]): string[] {
  const images = new Map<number, number>();
  for (const { train, heldOut } of folds) {
    const learned = new Set(Array.from(train, (image) => labels[image]));
    for (const image of heldOut) {
      const label = labels[image] ?? -1;
      if (!learned.has(label)) images.set(label, (images.get(label) ?? 0) + 1);
    }
  }
  return [...images]
    .sort(([a], [b]) => a - b)
    .map(([label, count]) => {
      const some = count === 1 ? '1 training image is' : `${count} training images are`;
      return `${classes[label]}: ${some} predicted by a model that has never seen the class: no other picture of it is left to learn from`;
    });
}

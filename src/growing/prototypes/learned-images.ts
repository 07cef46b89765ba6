/** The images that prototypes are made of, and those that they are held against. */
import type { TrainingData } from '../../classifier/data/training-data.js';
import { random } from '../../random.js';

/** A class of more images keeps some of them to be judged by; one of fewer needs all. */
const ENOUGH_TO_JUDGE = 40;

/** Training images below a node that say how its children spread. */
const MOST_KNOWN = 3000;

/** The same data, with all images of these classes in the training set, unless there are enough to judge the class by. */
export function allLearned(data: TrainingData, names: readonly string[]): TrainingData {
  const { truth, split } = data;
  const counts = new Map<number, number>();
  for (const label of truth.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const few = new Set(
    names.map((name) => truth.classes.indexOf(name)).filter((label) => (counts.get(label) ?? 0) < ENOUGH_TO_JUDGE),
  );
  const isFew = (image: number) => few.has(truth.labels[image] ?? -1);
  const moved = [...split.validation, ...split.test].filter(isFew);
  const stays = (image: number) => !isFew(image);
  return {
    ...data,
    split: {
      ...split,
      train: Int32Array.from([...split.train, ...moved]).sort(),
      validation: split.validation.filter(stays),
      test: split.test.filter(stays),
    },
  };
}

/** Some training images of the first `classes` classes, drawn by the seed of the split. */
export function sampleOf(data: TrainingData, images: Int32Array, classes: number, path: string): Int32Array {
  const ofClass = images.filter(
    (image) => (data.truth.labels[image] ?? classes) < classes && (data.truth.labels[image] ?? -1) >= 0,
  );
  return random(data.drawnBy.seed, 'prototypes', path).shuffle(Int32Array.from(ofClass)).slice(0, MOST_KNOWN);
}

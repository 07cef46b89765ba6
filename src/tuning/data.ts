/** Training data as tuning wants it: the classes in the tree's order, and only the images that are looked at. */

import type { TrainingData } from '../classifier/data/training-data.js';
import { trainingBelow } from '../classifier/train/node-plan.js';
import { selectImages } from '../dataset/images.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** The same data with the same classes in another order. */
export function inOrder(data: TrainingData, classes: readonly string[]): TrainingData {
  const { truth } = data;
  const column = new Map(classes.map((name, i) => [name, i]));
  const moved = truth.classes.map((name) => column.get(name) ?? -1);
  const groups = truth.groups.map((group) => ({ ...group, classes: group.classes.map((label) => moved[label] ?? -1) }));
  const labels = truth.labels.map((label) => (label < classes.length ? (moved[label] ?? -1) : label));
  return { ...data, truth: { classes, groups, labels } };
}

/** The validation set, and the training images below any of the nodes; no test set. */
export function dataOf(data: TrainingData, taxonomy: Taxonomy, nodes: readonly string[]): TrainingData {
  const { images, truth, split, prints } = data;
  const train = new Set(nodes.flatMap((path) => [...trainingBelow(data, taxonomy, path)]));
  const kept = [...train, ...split.validation].sort((a, b) => a - b);
  const position = new Map(kept.map((image, i) => [image, i]));
  const moved = (part: Iterable<number>) => Int32Array.from(part, (image) => position.get(image) ?? -1);
  return {
    ...data,
    images: selectImages(images, kept),
    truth: { ...truth, labels: Int32Array.from(kept, (image) => truth.labels[image] ?? -1) },
    split: { train: moved(train).sort(), validation: moved(split.validation), test: new Int32Array(0), notes: [] },
    prints: kept.map((image) => prints[image] ?? ''),
  };
}

/** Validation images whose class is known: those that judge. */
export function judgedImages({ truth, split }: TrainingData): Int32Array {
  return split.validation.filter((image) => {
    const label = truth.labels[image] ?? -1;
    return label >= 0 && label < truth.classes.length;
  });
}

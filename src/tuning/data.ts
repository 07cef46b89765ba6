/** Training data for tuning: classes in the tree's order, and only the images that are needed. */

import type { TrainingData } from '../classifier/data/training-data.js';
import { trainingBelow } from '../classifier/train/node-plan.js';
import { selectImages } from '../dataset/images.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** The same data with its classes reordered. */
export function inOrder(data: TrainingData, classes: readonly string[]): TrainingData {
  const { truth } = data;
  const column = new Map(classes.map((name, i) => [name, i]));
  const newLabels = truth.classes.map((name) => column.get(name) ?? -1);
  const relabel = (label: number) => newLabels[label] ?? -1;
  const groups = truth.groups.map((group) => ({ ...group, classes: group.classes.map(relabel) }));
  const labels = truth.labels.map((label) => (label < classes.length ? relabel(label) : label));
  return { ...data, truth: { classes, groups, labels } };
}

/** The validation set, and the training images below any of the nodes; no test set. */
export function dataOf(data: TrainingData, taxonomy: Taxonomy, nodes: readonly string[]): TrainingData {
  const { images, truth, split, prints } = data;
  const train = new Set(nodes.flatMap((path) => [...trainingBelow(data, taxonomy, path)]));
  const kept = [...train, ...split.validation].sort((a, b) => a - b);
  const position = new Map(kept.map((image, i) => [image, i]));
  const positions = (subset: Iterable<number>) => Int32Array.from(subset, (image) => position.get(image) ?? -1);
  return {
    ...data,
    images: selectImages(images, kept),
    truth: { ...truth, labels: Int32Array.from(kept, (image) => truth.labels[image] ?? -1) },
    split: {
      train: positions(train).sort(),
      validation: positions(split.validation),
      test: new Int32Array(0),
      notes: [],
    },
    prints: kept.map((image) => prints[image] ?? ''),
  };
}

/** Validation images whose class is known, which new versions are judged on. */
export function judgedImages({ truth, split }: TrainingData): Int32Array {
  return split.validation.filter((image) => {
    const label = truth.labels[image] ?? -1;
    return label >= 0 && label < truth.classes.length;
  });
}

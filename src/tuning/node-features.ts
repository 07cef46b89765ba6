/** What forests in nodes are tried on: the features that the tree's forests decide on, or else deep features of its CNN block. */
import type { TrainingData } from '../classifier/data/training-data.js';
import { openSources } from '../classifier/features/open.js';
import { joinedValues } from '../classifier/features/source.js';
import { joinedNames, namesOfSources } from '../classifier/features/source-names.js';
import { type FittedSources, fitSources } from '../classifier/train/fit-sources.js';
import { NODE_FEATURES } from '../classifier/train/train-node-forests.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { MakeProgram } from '../tensorflow/device.js';

export interface NodeFeatures extends FittedSources {
  /** The images that the rows are about. */
  readonly data: TrainingData;
}

/** @param data the training and validation images of the tree */
export async function nodeFeatures(
  tree: TreeClassifier,
  data: TrainingData,
  make: MakeProgram,
  { signal, onProgress, onNotes }: TreeHooks,
): Promise<NodeFeatures> {
  const { sources, preprocessing } = tree.description;
  if (sources === undefined) {
    const options = { features: NODE_FEATURES, from: tree, signal, onProgress, onNotes };
    return { ...(await fitSources(data, options, make)), data };
  }
  const opened = openSources({ sources, preprocessing }, tree.parts, make);
  try {
    const values = await joinedValues(opened, data.images, {
      signal,
      onProgress: ({ done, total }) => onProgress?.('features', done, total),
    });
    const names = joinedNames(namesOfSources(sources, tree.classes));
    return { sources, weights: new Map(), tables: tree.parts.tables ?? [], names, values, data };
  } finally {
    for (const source of opened) source.dispose?.();
  }
}

/** Trains a random forest on features. */
import { fitForest } from '../../forest/fit.js';
import type { ForestOptions } from '../../forest/options.js';
import { programsOn } from '../../tensorflow/device.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import type { FeatureClassifier } from '../feature-classifier.js';
import { asTable } from '../features/source.js';
import type { FeatureOptions } from './feature-options.js';
import { finishFeatures } from './finish-features.js';
import { fitSources, rowsOf } from './fit-sources.js';

/** Where the features come from, and how the forest is grown. */
export interface TrainForestOptions extends FeatureOptions {
  /** Number of trees. Default 300 */
  readonly trees?: ForestOptions['trees'];
  /** Seed of all draws. Default: that of the split */
  readonly seed?: number | undefined;
  /** How the forest is grown: see `ForestOptions`. Features that could not be measured are the median of the training images. */
  readonly forest?:
    | Pick<ForestOptions, 'mtry' | 'minLeaf' | 'maxDepth' | 'classWeights' | 'bootstrap' | 'threads'>
    | undefined;
}

/**
 * Trains a random forest on features of the training images, fits its temperature on the validation set, and scores it on the
 * test set. Images labelled at inner nodes of a taxonomy are left out of its training.
 *
 * @throws CladenetError DATASET, USAGE, RUNTIME, ABORTED
 */
export async function trainForest(data: TrainingData, options: TrainForestOptions): Promise<FeatureClassifier> {
  const { trees, seed = data.drawnBy.seed, forest: growing, signal, onProgress } = options;
  const make = options.make ?? programsOn({ device: options.device });
  requireTrainable(data);
  const started = performance.now();
  const { sources, weights, tables, names, values } = await fitSources(data, options, make);
  const { classes, labels } = data.truth;
  const learned = data.split.train.filter(
    (image) => (labels[image] ?? -1) >= 0 && (labels[image] ?? -1) < classes.length,
  );
  const table = asTable(names, rowsOf(values, names.length, learned));
  const forest = await fitForest(
    table,
    learned.map((image) => labels[image] ?? 0),
    classes,
    {
      ...growing,
      trees,
      seed,
      missing: 'median',
      signal,
      onProgress: (done, total) => onProgress?.('growing trees', done, total),
    },
  );
  const { settings, outOfBagAccuracy = null } = forest;
  return finishFeatures(data, make, {
    sources: [...sources],
    decider: { kind: 'forest', settings, outOfBagAccuracy },
    parts: { weights, forest, tables },
    history: [],
    started,
  });
}

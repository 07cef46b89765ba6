/** Deep features: what a classifier's CNN block makes of images, before anything is decided on it. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import type { FeatureTable } from '../../features/feature-table.js';
import { createTrunk } from '../../network/network.js';
import { type MakeProgram, programsOn } from '../../tensorflow/device.js';
import { createInference } from '../../training/inference.js';
import { trunkModel } from '../../training/model.js';
import type { PredictOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import type { ComputeOptions } from '../compute-options.js';
import { deepNames } from '../features/source-names.js';
import { requirePreprocessing } from '../preprocessing.js';
import type { TrainedTrunk } from '../trunk.js';

/** Where deep features are computed, and how far that is. */
export interface EmbedOptions
  extends Omit<ComputeOptions, 'deviceMemory'>,
    Pick<PredictOptions, 'signal' | 'onProgress'> {}

/**
 * The deep features of images: the output of a classifier's CNN block, as a table with the columns `f0`, `f1`, ... and a row an
 * image, by its path. Of several images with one path, only the first is in the table.
 *
 * @param classifier a flat classifier, or a tree whose nodes share one CNN block
 * @param images     prepared as `description.preprocessing` says
 * @throws CladenetError USAGE for a classifier without a shared CNN block, or images prepared otherwise; RUNTIME; ABORTED
 */
export async function embed(
  classifier: Classifier,
  images: ImageSet,
  options: EmbedOptions = {},
): Promise<FeatureTable> {
  const { device, make = programsOn({ device }), ...predicting } = options;
  const trunk = requireTrunk(classifier);
  const paths = new Set<string>();
  const first = [...images.paths.keys()].filter((i) => paths.size < paths.add(images.paths[i] ?? '').size);
  const once = first.length === images.count ? images : selectImages(images, first);
  const values = await deepFeatures(trunk, once, make, predicting);
  const names = deepNames(values.length / Math.max(1, once.count));
  return { names, rows: once.paths, values: Float64Array.from(values) };
}

/** @internal @returns images x features, row-major */
export async function deepFeatures(
  { spec, weights, preprocessing }: TrainedTrunk,
  images: ImageSet,
  make: MakeProgram,
  options: Pick<PredictOptions, 'signal' | 'onProgress'> = {},
): Promise<Float32Array> {
  requirePreprocessing(images, preprocessing);
  const trunk = createTrunk(spec);
  const inference = createInference(make, preprocessing, weights, trunk.features, trunkModel(trunk).forward);
  return inference.run(images, undefined, options).finally(() => inference.dispose());
}

/** @internal @throws CladenetError USAGE where there is no CNN block, or one for each node */
export function requireTrunk({ trunk }: Pick<Classifier, 'trunk'>): TrainedTrunk {
  if (trunk !== undefined) return trunk;
  throw new CladenetError('USAGE', 'This classifier has no deep features', [
    {
      where: 'classifier',
      expected: 'one CNN block that gives the features of every image',
      received: 'none, or one for each node, each of which gives features of its own',
      remedy: 'Take a flat classifier, or a tree with a shared or jointly trained CNN block.',
    },
  ]);
}

/** Trains a tree: one sub-classifier per node that has something to decide. */
import { CladenetError } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { programsOn } from '../../tensorflow/device.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import { isGlobal, type TreeDescription } from '../schema.js';
import type { TreeClassifier } from '../tree.js';
import { finishTree } from './finish-tree.js';
import { trainedTrunks } from './node-plan.js';
import { sharedTrunk } from './shared-trunk.js';
import { trainGlobal } from './train-global.js';
import { trainNodes } from './train-nodes.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Trains a tree, chooses on the validation set how it decides, and scores it on the split's test set.
 *
 * @throws CladenetError TAXONOMY when the tree does not fit the images' classes; DATASET, CONFIG, USAGE, RUNTIME,
 *         TRAINING, DIVERGED, ABORTED
 * @example
 * ```ts
 * import { openImages, prepareData, preprocessingFor, readTaxonomy, trainFlat, trainTree } from 'cladenet';
 *
 * const images = await openImages('images', preprocessingFor('compact'));
 * const data = prepareData(images, { seed: 1 });
 * const taxonomy = await readTaxonomy('plankton.csv');
 * const flat = await trainFlat(data, { training: { epochs: 2 } });
 * const tree = await trainTree(data, { taxonomy, from: flat, training: { epochs: 2 } });
 * tree.description.nodes.length; // => 6
 * await tree.save('runs/tree');
 * ```
 */
export async function trainTree(data: TrainingData, options: TreeOptions): Promise<TreeClassifier> {
  const { trunk = 'shared', headKind = 'conditional', from, hooks } = options;
  const make = options.make ?? programsOn({ device: options.device });
  requireForm({ trunk, headKind });
  requireTrainable(data);
  const taxonomy = orThrow(
    'The taxonomy does not fit the classes of the images',
    matchClasses(options.taxonomy, data.truth.classes, { allowMissing: true }),
  );
  const started = performance.now();
  const shared = trunk === 'shared';
  const plan = shared ? await sharedTrunk(data, options, make) : trainedTrunks(data, options);
  const trained = isGlobal({ trunk, headKind })
    ? await trainGlobal(data, taxonomy, plan, { trunk, headKind }, make, hooks)
    : await trainNodes(data, taxonomy, plan, make, hooks);
  return finishTree(data, make, {
    ...trained,
    taxonomy,
    plan,
    trunk,
    headKind,
    flat: shared ? from : undefined,
    started,
  });
}

/** @throws CladenetError USAGE for a trunk and a kind of head that exclude each other */
export function requireForm({ trunk, headKind }: Pick<TreeDescription, 'trunk' | 'headKind'>): void {
  if (trunk !== 'own' || headKind !== 'path-sum') return;
  throw new CladenetError('USAGE', 'Separate networks have no scores that could be summed along a path', [
    { where: 'headKind', expected: "conditional, with the trunk 'own'", received: 'path-sum' },
  ]);
}

/** Trains a tree: one sub-classifier per node that has something to decide. */
import { CladenetError } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { programsOn } from '../../tensorflow/device.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import { isWhole, type TreeDescription } from '../schema.js';
import type { TreeClassifier } from '../tree.js';
import { finishTree } from './finish-tree.js';
import { trainedTrunks } from './node-plan.js';
import { sharedTrunk } from './shared-trunk.js';
import { trainNodes } from './train-nodes.js';
import { trainWhole } from './train-whole.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Trains a tree, chooses on the validation part how it decides, and scores it on the split's test part.
 *
 * @throws CladenetError TAXONOMY when the tree does not fit the images' classes; DATASET, CONFIG, USAGE, RUNTIME,
 *         TRAINING, ABORTED
 */
export async function trainTree(data: TrainingData, options: TreeOptions): Promise<TreeClassifier> {
  const { trunk = 'shared', headKind: head = 'conditional', from, hooks } = options;
  const make = options.make ?? programsOn({ device: options.device });
  requireForm({ trunk, head });
  requireTrainable(data);
  const taxonomy = orThrow(
    'The taxonomy does not fit the classes of the images',
    matchClasses(options.taxonomy, data.truth.classes, { allowMissing: true }),
  );
  const started = performance.now();
  const shared = trunk === 'shared';
  const plan = shared ? await sharedTrunk(data, options, make) : trainedTrunks(data, options);
  const trained = isWhole({ trunk, head })
    ? await trainWhole(data, taxonomy, plan, { trunk, head }, make, hooks)
    : await trainNodes(data, taxonomy, plan, make, hooks);
  return finishTree(data, make, { ...trained, taxonomy, plan, trunk, head, flat: shared ? from : undefined, started });
}

/** @throws CladenetError USAGE for a trunk and a head that do not go together */
export function requireForm({ trunk, head }: Pick<TreeDescription, 'trunk' | 'head'>): void {
  if (trunk !== 'own' || head !== 'path-sum') return;
  throw new CladenetError('USAGE', 'Networks that know nothing of each other have no scores to add up', [
    { where: 'head', expected: "conditional, with the trunk 'own'", received: 'path-sum' },
  ]);
}

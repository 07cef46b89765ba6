/** Trains a tree: one sub-classifier per node that has something to decide. */
import { CladenetError } from '../errors.js';
import type { PresetName } from '../network/presets.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { programsOn } from '../tensorflow/device.js';
import type { CheckpointStore } from '../training/checkpoint.js';
import type { TrainingConfigInput } from '../training/config.js';
import type { EpochRecord, FitHooks } from '../training/hooks.js';
import type { ComputeOptions } from './compute-options.js';
import { finishTree } from './finish-tree.js';
import type { FlatClassifier } from './flat.js';
import { trainedTrunks } from './node-plan.js';
import { isWhole, type TreeDescription, type Trunks } from './schema.js';
import { sharedTrunk } from './shared-trunk.js';
import { trainNodes } from './train-nodes.js';
import { trainWhole } from './train-whole.js';
import { requireTrainable, type TrainingData } from './training-data.js';
import type { TreeClassifier } from './tree.js';

export interface TreeOptions extends ComputeOptions {
  /** The tree over (at least) the classes of the images. */
  readonly taxonomy: Taxonomy;
  /**
   * Where features come from. Default `shared`.
   *
   * - `shared`: the CNN block of the flat classifier `from`, which stays as it is; heads are trained on its cached features
   * - `own`: each node trains a CNN block of its own
   * - `joint`: one CNN block, trained together with the decisions of all nodes
   * - `layered`: the same, but level by level: first the decisions at the root, then those below on what was learned
   */
  readonly trunk?: Trunks | undefined;
  /**
   * How decisions are trained. `conditional`: the children of a node compete with each other. `path-sum`: a leaf's score is
   * the sum of the scores on its path, and all leaves compete; not with `own`. Default `conditional`.
   */
  readonly headKind?: TreeDescription['head'] | undefined;
  /**
   * The flat classifier whose CNN block is shared: needed for `shared`. The others start from its CNN block if given. It may
   * have learned other classes; where it has the tree's, a shared trunk brings its head along, for combined routing.
   */
  readonly from?: FlatClassifier | undefined;
  /** But for `shared`: a preset's name or a network of one's own. Default: that of `from`, or `compact`. */
  readonly network?: PresetName | NetworkSpec | undefined;
  /** The nodes' MLP block. Default for conditional heads on a shared trunk: 96 units; else the network's. */
  readonly head?: HeadSpec | undefined;
  /** Anything that shall differ from the usual training of a node. */
  readonly training?: TrainingConfigInput | undefined;
  /** For `shared`: augmented views of each training image whose features are cached beside the plain ones. Default 2. */
  readonly views?: number | undefined;
  readonly hooks?: TreeHooks | undefined;
}

export interface TreeHooks extends Pick<FitHooks, 'signal' | 'onStep'> {
  /** A node's training begins: its path, which one of how many. */
  readonly onNode?: ((path: string, index: number, nodes: number) => void) | undefined;
  readonly onEpoch?: ((path: string, record: EpochRecord) => void | Promise<void>) | undefined;
  /** Where to keep the trainings of nodes, done and under way, so that a later call goes on: a store for each of them. */
  readonly checkpoint?: ((part: string) => CheckpointStore) | undefined;
}

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

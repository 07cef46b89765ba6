/** What `trainTree` takes, and those who train a part of a tree. */
import type { PresetName } from '../../network/presets.js';
import type { HeadSpec, NetworkSpec } from '../../network/spec.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { CheckpointStore } from '../../training/checkpoint.js';
import type { TrainingConfigInput } from '../../training/config.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import type { FitHooks } from '../../training/hooks.js';
import type { ComputeOptions } from '../compute-options.js';
import type { FlatClassifier } from '../flat.js';
import type { TreeDescription, Trunks } from '../schema.js';

/** Options of {@link trainTree}. */
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
  readonly headKind?: TreeDescription['headKind'] | undefined;
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

/** What is called while a tree is trained. */
export interface TreeHooks extends Pick<FitHooks, 'signal' | 'onStep'> {
  /** A node's training begins: its path, which one of how many. */
  readonly onNode?: ((path: string, index: number, nodes: number) => void) | undefined;
  /** Called after every epoch, with the path of the node (or level) that is trained. */
  readonly onEpoch?: ((path: string, record: EpochRecord) => void | Promise<void>) | undefined;
  /** Where to keep the trainings of nodes, done and under way, so that a later call goes on: a store for each of them. */
  readonly checkpoint?: ((part: string) => CheckpointStore) | undefined;
}

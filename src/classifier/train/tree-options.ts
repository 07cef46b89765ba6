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
import type { FeatureMemo } from './feature-memo.js';
import type { FeatureOptions } from './feature-options.js';
import type { TrainForestOptions } from './train-forest.js';

/** What decides in the nodes of a tree after training. */
export const DECIDE_BY = ['head', 'forest'] as const;

/** Where the forests of a tree's nodes have their features from, the same in all nodes, and how they are grown. */
export interface NodeForestOptions
  extends Pick<FeatureOptions, 'measuring' | 'pca'>,
    Pick<TrainForestOptions, 'trees' | 'forest'> {
  /** As for `trainForest`. Default `deep`: the output of the CNN block of `from`. */
  readonly features?: FeatureOptions['features'];
}

/** The taxonomy of a tree, its network and its training. */
export interface TreeOptions extends ComputeOptions, NodeForestOptions {
  /** The tree over (at least) the classes of the images. */
  readonly taxonomy: Taxonomy;
  /**
   * What decides in the nodes. `head`: MLP blocks, on CNN blocks as `trunk` says. `forest`: random forests, on `features`; then
   * `trunk` is `shared` with a flat classifier `from`, whose CNN block does not change, or `own` without one. Default `head`.
   */
  readonly decideBy?: (typeof DECIDE_BY)[number] | undefined;
  /**
   * Where features come from. Default `shared`; `own` for forests without a `from`.
   *
   * - `shared`: the CNN block of the flat classifier `from`, which does not change; heads are trained on its cached features
   * - `own`: each node trains its own CNN block
   * - `joint`: one CNN block, trained together with the decisions of all nodes
   * - `layered`: the same, but level by level: first the decisions at the root, then those below on what was learned
   */
  readonly trunk?: Trunks | undefined;
  /**
   * How decisions are trained. `conditional`: the children of a node compete with each other. `path-sum`: a leaf's score is
   * the sum of the scores on its path, and all leaves compete; not with `own`. `new-child`: the same with a new child of each
   * node beside its known children, which is learned from images whose own branch is left out (Lee et al., 2018); not with `own`
   * and `layered`. Default `conditional`.
   */
  readonly headKind?: TreeDescription['headKind'] | undefined;
  /**
   * The flat classifier whose CNN block is shared: needed for `shared`. The others start from its CNN block if given. It may
   * have learned other classes; where it has the tree's, a shared trunk brings its head along, for combined routing.
   */
  readonly from?: FlatClassifier | undefined;
  /** Except with a `shared` trunk: a preset's name or a network specification. Default: that of `from`, else `compact`. */
  readonly network?: PresetName | NetworkSpec | undefined;
  /** The nodes' MLP block. Default for conditional heads on a shared trunk: 96 units; else the network's. */
  readonly head?: HeadSpec | undefined;
  /** Settings that differ from the default training of a node. */
  readonly training?: TrainingConfigInput | undefined;
  /** For `shared`: augmented views of each training image whose features are cached beside those of the unaugmented image. Default 2. */
  readonly views?: number | undefined;
  /** @internal For `shared`: what keeps the features of the CNN block for other trainings. */
  readonly memo?: FeatureMemo | undefined;
  readonly hooks?: TreeHooks | undefined;
}

/** Reports of a tree's training while it runs, a signal that aborts it, and where its checkpoints are kept. */
export interface TreeHooks extends Pick<FitHooks, 'signal' | 'onStep' | 'onProgress'>, Pick<FeatureOptions, 'onNotes'> {
  /** Called before a node is trained, with its path, its index (from 0) and the number of nodes. */
  readonly onNode?: ((path: string, index: number, nodes: number) => void) | undefined;
  /** Called after every epoch, with the path of the node (or level) that is trained. */
  readonly onEpoch?: ((path: string, record: EpochRecord) => void | Promise<void>) | undefined;
  /** Gives each node's training a store for its checkpoint, so that a later call resumes. Default: none. */
  readonly checkpoint?: ((part: string) => CheckpointStore) | undefined;
}

/** How a node is tuned: the settings that callers may choose, and the others, which follow from the tree's training. */

import { parseTraining } from '../classifier/configuration.js';
import { deciderOf } from '../classifier/deciders.js';
import type { NodeAttempt, NodeDescription, TreeDescription } from '../classifier/schema.js';
import type { NodeForestOptions } from '../classifier/train/tree-options.js';
import { type TrainingConfig, type TrainingConfigInput, takenOver } from '../training/config.js';
import { headTraining, presetTraining } from '../training/presets.js';

/** How a new version of a node is trained. */
export interface NodeTuning {
  /**
   * What is trained. Default: what the node has, and `head` for a node that a head for the whole tree decides in.
   *
   * - `head`: only the MLP block, on cached features of the node's current CNN block, which does not change
   * - `network`: the MLP block and a CNN block that belongs to the node and starts from its current one (shared or its own)
   * - `forest`: a random forest on the features that other forests of the tree decide on; in a tree without forests on 50
   *   principal components of the shared CNN block's output
   */
  readonly as?: NodeAttempt['as'] | undefined;
  /** Whether the MLP block starts from its current weights or from new random ones. Default `current`; `new` for a node without an MLP block. */
  readonly start?: NodeAttempt['start'] | undefined;
  /** Learning rate. Default: a quarter of the rate of the tree's training; the full rate for a new head on an unchanged CNN block. */
  readonly rate?: number | undefined;
  /**
   * Other settings that differ from the tree's training (for a network: from that of the shared CNN block, with half of the
   * epochs). For heads, its augmentation draws the views whose features are cached.
   */
  readonly training?: TrainingConfigInput | undefined;
  /** For heads: augmented views of each training image whose features are cached beside those of the unaugmented image. Default 2. */
  readonly views?: number | undefined;
  /** For forests: the number of trees. Default 300 */
  readonly trees?: NodeForestOptions['trees'];
  /** For forests: how they are grown. Default: the class weights of `training`, if it has any */
  readonly forest?: NodeForestOptions['forest'];
}

/** A new version of a node: everything that determines how it is trained. */
export interface Version extends Required<Pick<NodeAttempt, 'as' | 'start'>> {
  readonly node: NodeDescription;
  /** The CNN block that it starts from: the one of the tree, or the one of the node. */
  readonly trunk: 'tree' | 'node';
  /** Of a forest only the seed counts. */
  readonly config: TrainingConfig;
  readonly views: number | undefined;
  readonly growing: { readonly trees: number; readonly forest: NodeForestOptions['forest'] };
}

const TREES = 300;

const SLOWER = 1 / 4;
const SHORTER = 1 / 2;

/** @throws CladenetError CONFIG */
export function versionOf(tree: TreeDescription, node: NodeDescription, tuning: NodeTuning): Version {
  const decider = deciderOf(tree, node);
  const hasHead = decider === 'head' || decider === 'network';
  const as = tuning.as ?? (decider === 'network' || decider === 'forest' ? decider : 'head');
  const start = hasHead && as !== 'forest' ? (tuning.start ?? 'current') : 'new';
  const usual = usualTraining(tree, as);
  const slower = as === 'head' && start === 'new' ? 1 : SLOWER;
  const rate = tuning.rate ?? usual.optimiser.rate * slower;
  const config = parseTraining({ ...usual, optimiser: { ...usual.optimiser, rate }, ...tuning.training });
  const { views, trees = TREES } = tuning;
  const growing = { trees, forest: { classWeights: tuning.training?.classWeights, ...tuning.forest } };
  return { node, as, start, trunk: decider === 'network' ? 'node' : 'tree', config, views, growing };
}

/** The tree's training. A tree on a shared CNN block may have no record of it; then that of the compact preset. */
function usualTraining({ trunk, training, trunkTraining }: TreeDescription, as: NodeAttempt['as']): TrainingConfig {
  const ofNetworks = trunk === 'shared' ? (trunkTraining ?? parseTraining(presetTraining.compact)) : training;
  const ofHeads = trunk === 'shared' ? training : parseTraining(headTraining);
  const own = as !== 'network' ? ofHeads : { ...ofNetworks, epochs: Math.ceil(SHORTER * ofNetworks.epochs) };
  return { ...takenOver(own), augmentation: ofNetworks.augmentation, seed: training.seed };
}

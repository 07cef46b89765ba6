/** How a node is tuned: what callers may choose, and the rest as it follows from how the tree was trained. */
import { parseTraining } from '../classifier/configuration.js';
import { deciderOf } from '../classifier/deciders.js';
import type { NodeAttempt, NodeDescription, TreeDescription } from '../classifier/schema.js';
import { type TrainingConfig, type TrainingConfigInput, takenOver } from '../training/config.js';
import { headTraining, presetTraining } from '../training/presets.js';

/** How a new version of a node is trained. */
export interface NodeTuning {
  /**
   * What is trained. Default: what the node has of its own, a head where it has nothing.
   *
   * - `head`: the MLP block alone, on cached features of the CNN block that the node has now, which stays as it is
   * - `network`: the MLP block and a CNN block of the node's own, which starts from the one that it has now: the shared
   *   one, or its own
   */
  readonly as?: NodeAttempt['as'] | undefined;
  /** What the MLP block starts from: its weights, or random ones. Default `current`; a node without one has to have a new. */
  readonly start?: NodeAttempt['start'] | undefined;
  /** Default: a quarter of the rate of the tree's training; the whole rate for a new head on a CNN block that stays. */
  readonly rate?: number | undefined;
  /**
   * Other settings that differ from the tree's training (for a network: from the shared CNN block's, with half of the
   * epochs). Its augmentation draws the views whose features are cached.
   */
  readonly training?: TrainingConfigInput | undefined;
  /** For heads: augmented views of each training image whose features are cached beside those of the unaugmented image. Default 2. */
  readonly views?: number | undefined;
}

/** A node's version to be: everything that decides what it becomes. */
export interface Version extends Required<Pick<NodeAttempt, 'as' | 'start'>> {
  readonly node: NodeDescription;
  /** The CNN block that it starts from: the tree's, or the node's own. */
  readonly trunk: 'tree' | 'node';
  readonly config: TrainingConfig;
  readonly views: number | undefined;
}

const SLOWER = 1 / 4;
const SHORTER = 1 / 2;

/** @throws CladenetError CONFIG */
export function versionOf(tree: TreeDescription, node: NodeDescription, tuning: NodeTuning): Version {
  const decider = deciderOf(tree, node);
  const hasHead = decider === 'head' || decider === 'network';
  const as = tuning.as ?? (decider === 'network' ? 'network' : 'head');
  const start = hasHead ? (tuning.start ?? 'current') : 'new';
  const usual = usualTraining(tree, as);
  const slower = as === 'head' && start === 'new' ? 1 : SLOWER;
  const rate = tuning.rate ?? usual.optimiser.rate * slower;
  const config = parseTraining({ ...usual, optimiser: { ...usual.optimiser, rate }, ...tuning.training });
  return { node, as, start, trunk: decider === 'network' ? 'node' : 'tree', config, views: tuning.views };
}

/** As the tree was trained; trees on a shared CNN block may not know how that was: then as the compact preset. */
function usualTraining({ trunk, training, trunkTraining }: TreeDescription, as: NodeAttempt['as']): TrainingConfig {
  const ofNetworks = trunk === 'shared' ? (trunkTraining ?? parseTraining(presetTraining.compact)) : training;
  const ofHeads = trunk === 'shared' ? training : parseTraining(headTraining);
  const own = as === 'head' ? ofHeads : { ...ofNetworks, epochs: Math.ceil(SHORTER * ofNetworks.epochs) };
  return { ...takenOver(own), augmentation: ofNetworks.augmentation, seed: training.seed };
}

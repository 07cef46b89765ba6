/** The options and the result of `fineTune`. */
import type { ComputeOptions } from '../classifier/compute-options.js';
import type { Measure, NodeAttempt } from '../classifier/schema.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { Comparison } from '../evaluation/compare.js';
import type { NodeTuning } from './node-tuning.js';
import type { Weakest } from './weakest.js';

/** A node by its path (or its name, if unique), with its own options. */
export type NodeToTune = string | (NodeTuning & { readonly node: string });

/** The nodes to tune, in the order in which they are tried, or the number of nodes with the most recoverable mistakes to tune. */
export type NodesToTune = readonly NodeToTune[] | { readonly weakest: number };

/** Reports while nodes are tuned. */
export interface TuneHooks extends TreeHooks {
  /** Called with the nodes that `weakest` selected. */
  readonly onWeakest?: ((weakest: Weakest) => void) | undefined;
  /** A version of a node was trained and judged. */
  readonly onAttempt?: ((attempt: NodeAttempt) => void) | undefined;
}

/** The options of `NodeTuning` apply to all nodes that do not set them. */
export interface TuneOptions extends NodeTuning, ComputeOptions {
  /**
   * The measure of the whole tree on the validation set that a new version has to improve; at equal values the log-loss decides.
   * Default `logLoss`: on a few thousand images a gain in accuracy is mostly chance (see `docs/results.md`).
   */
  readonly measure?: Measure | undefined;
  /**
   * Search: for each node, try several versions and take the best. They vary `as`, `start`, `rate` and
   * `training.classWeights` where these are not given. The value is the total number of training seconds, shared by the nodes.
   */
  readonly search?: { readonly budget: number } | undefined;
  /** The folder that the tree was loaded from, which the new tree records. */
  readonly origin?: string | undefined;
  readonly hooks?: TuneHooks | undefined;
}

/** A tuned tree, and its comparison with the old one. */
export interface Tuned {
  /** The tree with the accepted versions; its description lists the attempts. */
  readonly tree: TreeClassifier;
  readonly attempts: readonly NodeAttempt[];
  /** `tuned` against `before` on the test set; undefined if no version was accepted or there are no test images. */
  readonly test: Comparison | undefined;
}

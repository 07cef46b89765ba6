/** What `fineTune` takes and gives. */
import type { ComputeOptions } from '../classifier/compute-options.js';
import type { Measure, NodeAttempt } from '../classifier/schema.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { Comparison } from '../evaluation/compare.js';
import type { NodeTuning } from './node-tuning.js';
import type { Weakest } from './weakest.js';

/** A node by its path (or a name that only one has), with options of its own. */
export type NodeToTune = string | (NodeTuning & { readonly node: string });

/** The nodes to tune, in the order in which they are tried; or how many of those with the most recoverable mistakes. */
export type NodesToTune = readonly NodeToTune[] | { readonly weakest: number };

/** Reports while nodes are tuned. */
export interface TuneHooks extends TreeHooks {
  /** Called with the nodes that `weakest` selected. */
  readonly onWeakest?: ((weakest: Weakest) => void) | undefined;
  /** A version of a node was trained and judged. */
  readonly onAttempt?: ((attempt: NodeAttempt) => void) | undefined;
}

/** The options of `NodeTuning` hold for all nodes that have none of their own. */
export interface TuneOptions extends NodeTuning, ComputeOptions {
  /**
   * What a new version has to improve for the whole tree on the validation set; between equals the lower log-loss decides.
   * Default `logLoss`: on a few thousand images a gain in accuracy is mostly chance (see `docs/results.md`).
   */
  readonly measure?: Measure | undefined;
  /**
   * For each node tries several versions and takes the best: what is not given of `as`, `start`, `rate` and
   * `training.classWeights`. Seconds of training in all, shared out among the nodes.
   */
  readonly search?: { readonly budget: number } | undefined;
  /** The folder that the tree was loaded from, which the new tree records. */
  readonly origin?: string | undefined;
  readonly hooks?: TuneHooks | undefined;
}

/** A tuned tree, and how each attempt went. */
export interface Tuned {
  /** The tree with the accepted versions; its description lists the attempts. */
  readonly tree: TreeClassifier;
  readonly attempts: readonly NodeAttempt[];
  /** `tuned` against `before` on the test set; undefined where nothing was accepted or there are no test images. */
  readonly test: Comparison | undefined;
}

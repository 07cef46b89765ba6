/** The options and the result of `growTree`. */
import type { ComputeOptions } from '../classifier/compute-options.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { TrainingConfigInput } from '../training/config.js';
import type { GrowthPlan } from './growth-plan.js';

/** Reports while a tree grows. */
export interface GrowHooks extends TreeHooks {
  /** Called before any training, with the nodes that are kept and those to be trained. */
  readonly onPlan?: ((plan: GrowthPlan) => void) | undefined;
}

/** The new taxonomy, and how its changed nodes are trained. */
export interface GrowOptions extends ComputeOptions {
  /** The new taxonomy: all classes of the tree, and any others. `editTaxonomy` changes an existing one. */
  readonly taxonomy: Taxonomy;
  /** Settings in which the training differs from that of the tree's nodes. */
  readonly training?: TrainingConfigInput | undefined;
  /** For heads: augmented views of each training image whose features are cached beside those of the unaugmented image. Default 2. */
  readonly views?: number | undefined;
  /** The folder that the tree was loaded from, which the new tree records. */
  readonly origin?: string | undefined;
  readonly hooks?: GrowHooks | undefined;
}

/** A grown tree, and how it differs from the old one. */
export interface Grown {
  readonly tree: TreeClassifier;
  readonly plan: GrowthPlan;
  /**
   * Accuracy of both trees on the test images of the classes that the old tree knows. The new tree also chooses among the
   * new classes. Undefined if there are no such images.
   */
  readonly known: KnownClasses | undefined;
}

/** Accuracy of both trees on test images of the classes that the old tree knows. */
export interface KnownClasses {
  readonly images: number;
  readonly before: number;
  readonly after: number;
}

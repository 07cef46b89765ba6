/** What `growTree` takes and gives. */
import type { ComputeOptions } from '../classifier/compute-options.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { TrainingConfigInput } from '../training/config.js';
import type { GrowthPlan } from './growth-plan.js';

/** What is called while a tree is grown. */
export interface GrowHooks extends TreeHooks {
  /** Which nodes are kept and which are trained, before any training. */
  readonly onPlan?: ((plan: GrowthPlan) => void) | undefined;
}

/** Options of {@link growTree}. */
export interface GrowOptions extends ComputeOptions {
  /** The tree to be: of all classes that the old one has, and any others. `editTaxonomy` changes an old one's. */
  readonly taxonomy: Taxonomy;
  /** Anything that shall differ from how the tree's nodes were trained. */
  readonly training?: TrainingConfigInput | undefined;
  /** For heads: augmented views of each training image whose features are cached beside the plain ones. Default 2. */
  readonly views?: number | undefined;
  /** The folder that the tree was loaded from: the new tree says so. */
  readonly origin?: string | undefined;
  readonly hooks?: GrowHooks | undefined;
}

/** The result of {@link growTree}. */
export interface Grown {
  readonly tree: TreeClassifier;
  readonly plan: GrowthPlan;
  /**
   * Accuracy on the test images of the classes that the old tree knows, which are all that it can be right about: the
   * old tree's, and the new one's with the new classes to choose from. Undefined where there are no such images.
   */
  readonly known: KnownClasses | undefined;
}

/** The accuracies of both trees on test images of the classes that the old tree knows. */
export interface KnownClasses {
  readonly images: number;
  readonly before: number;
  readonly after: number;
}

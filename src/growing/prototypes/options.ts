/** The options and the result of `addPrototypes`. */
import type { ComputeOptions } from '../../classifier/compute-options.js';
import type { FlatClassifier } from '../../classifier/flat.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Grown, KnownClasses } from '../options.js';

/** Share of the validation images that may be lost to new classes. */
export const MAX_LOSS = 0.003;

/** Where the new classes belong, and what they may cost. */
export interface PrototypeOptions extends ComputeOptions {
  /** The classifier's taxonomy with new classes below nodes that decide. `editTaxonomy` adds them. */
  readonly taxonomy: Taxonomy;
  /** Share of the validation images that may be lost to all new classes together. Default 0.003 */
  readonly maxLoss?: number | undefined;
  /** The folder that the tree was loaded from, which the new tree records. */
  readonly origin?: string | undefined;
  readonly hooks?: PrototypeHooks | undefined;
}

/** Reports while prototypes are made. */
export interface PrototypeHooks {
  readonly signal?: AbortSignal | undefined;
  /** Called as features of images are computed. */
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** A new class, as its prototype knows it. */
export interface Prototype {
  readonly name: string;
  /** Path of the node that it is a child of; null in a flat classifier. */
  readonly node: string | null;
  /** Its images, all of which the prototype is the mean of. */
  readonly images: number;
  /** Of these, each left out in turn, those that the prototype of the others finds. */
  readonly found: number;
  /** Validation images of known classes that were right and are given to it. */
  readonly lost: number;
}

/** A tree with new classes by prototypes. */
export interface GrownByPrototypes extends Grown {
  readonly prototypes: readonly Prototype[];
}

/** A flat classifier with new classes by prototypes. */
export interface FlatWithPrototypes {
  readonly flat: FlatClassifier;
  readonly prototypes: readonly Prototype[];
  /** Accuracy of both classifiers on the test images of the classes that the old one knows; undefined if there are none. */
  readonly known: KnownClasses | undefined;
}

/** What a method of recognising new children is given, and what it gives. */
import type { Descent } from '../stop-rules.js';
import type { TreeIndex } from '../tree-index.js';

/** What is known of one image. */
export interface NoveltyEvidence {
  readonly tree: TreeIndex;
  /** Of each node: 0 for the root, 1 for classes. */
  readonly information: Float64Array;
  /** The probability of each node, the sum over its classes. */
  readonly values: Float64Array;
  /** The node of the most probable class. */
  readonly leaf: number;
  /** Of each node the probability of a new child of it, where heads were trained to give one. */
  readonly newChild: Float64Array | undefined;
}

/** A way to recognise new children. */
export interface NoveltyMethod {
  /** As a phrase for the help. */
  readonly description: string;
  /** Whether it needs heads that were trained to give the probability of a new child. Default false. */
  readonly needsNewChild?: boolean;
  /** Why an image is taken for new at a threshold, as the end of a sentence; `node` is the parent, printed. */
  readonly reason: (doubt: { readonly node: string; readonly next: string; readonly strictness: number }) => string;
  /** The nodes that the image can be decided on, and up to which threshold. The last one is its class. */
  readonly descend: (evidence: NoveltyEvidence) => Descent;
}

/** From images to the leaf probabilities of a tree. */
import type { ImageSet } from '../../dataset/images.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { PredictOptions } from '../classification.js';
import type { TreeDescription } from '../schema.js';
import type { TreeParts } from '../tree-parts.js';
import type { NodeDecision } from './compose.js';

/** Leaf probabilities [images x classes], row-major: the tree's, and the flat head's where the tree keeps one. */
export interface Leaves {
  readonly tree: Float32Array;
  readonly flat: Float32Array | undefined;
  /** Images x nodes, where a head has new children: see `newChildPaths`. */
  readonly newChildren?: Float32Array | undefined;
}

/** The conditional probabilities of each node, of which the leaf probabilities are composed, and the flat head's leaves. */
export interface NodeOutputs {
  readonly decisions: readonly NodeDecision[];
  readonly flat: Float32Array | undefined;
}

type RunOptions = Pick<PredictOptions, 'signal' | 'onProgress' | 'onNotes'>;

export interface LeafPredictor {
  run(images: ImageSet, options: RunOptions): Promise<Leaves>;
  nodeOutputs(images: ImageSet, options: RunOptions): Promise<NodeOutputs>;
  dispose(): void;
}

/** What a predictor is made of. */
export interface TreeModel {
  readonly make: MakeProgram;
  readonly description: TreeDescription;
  readonly taxonomy: Taxonomy;
  readonly parts: TreeParts;
}

/** How a tree gets from images to probabilities of leaves. */
import type { ImageSet } from '../../dataset/images.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { PredictOptions } from '../classifier.js';
import type { Parts } from '../parts.js';
import type { TreeDescription } from '../schema.js';
import type { NodeDecision } from './compose.js';

/** Leaf probabilities [images x classes], row-major: the tree's, and the flat head's where the tree keeps one. */
export interface Leaves {
  readonly tree: Float32Array;
  readonly flat: Float32Array | undefined;
}

/** What each node says, which the tree's leaves are composed of. */
export interface Said {
  readonly decisions: readonly NodeDecision[];
  readonly flat: Float32Array | undefined;
}

type RunOptions = Pick<PredictOptions, 'signal' | 'onProgress'>;

export interface LeafPredictor {
  run(images: ImageSet, options: RunOptions): Promise<Leaves>;
  decisions(images: ImageSet, options: RunOptions): Promise<Said>;
  dispose(): void;
}

/** What a predictor is made of. */
export interface TreeParts {
  readonly make: MakeProgram;
  readonly description: TreeDescription;
  readonly taxonomy: Taxonomy;
  readonly parts: Parts;
}

/** Names of the modules in which a classifier's weights are stored. The modules of nodes are named by their paths. */
import type { Weights } from '../network/weights.js';

export const FLAT_MODULE = 'flat';
/** No node's name begins with `>`, so these names differ from every path. */
export const TRUNK_MODULE = '>trunk';
/** The head of a tree that decides in all nodes at once, and the one that decides on features. */
export const TREE_HEAD_MODULE = '>head';
/** The flat classifier's head on the shared trunk. */
export const FLAT_HEAD_MODULE = '>flat';

/** Principal components of the shared trunk's output. */
export const PCA_MODULE = '>pca';
/** What features are standardised by. */
export const SCALE_MODULE = '>scale';

/** The name of the forest that decides on features. */
export const FOREST = '>forest';

/** Weights by module. */
export type WeightsByModule = ReadonlyMap<string, Weights>;

const ofKind = (weights: Weights, kind: 'trunk' | 'head'): Weights =>
  Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(`${kind}/`)));

/** The weights of the CNN block, out of those of a whole network. */
export const trunkWeights = (weights: Weights) => ofKind(weights, 'trunk');
/** The weights of the MLP block, out of those of a whole network. */
export const headWeights = (weights: Weights) => ofKind(weights, 'head');

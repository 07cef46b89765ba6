/** Names of the pieces that a classifier's weights are kept and stored in. The nodes' are called by their paths. */
import type { Weights } from '../network/weights.js';

export const FLAT_MODULE = 'flat';
/** No name of a node begins with `>`, so these equal no path. */
export const TRUNK_MODULE = '>trunk';
/** The head of a tree that decides in all nodes at once. */
export const TREE_HEAD_MODULE = '>head';
/** The flat classifier's head on the shared trunk. */
export const FLAT_HEAD_MODULE = '>flat';

/** Weights by part. */
export type WeightsByModule = ReadonlyMap<string, Weights>;

const ofKind = (weights: Weights, kind: 'trunk' | 'head'): Weights =>
  Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(`${kind}/`)));

/** The CNN block's part of a whole network's weights. */
export const trunkWeights = (weights: Weights) => ofKind(weights, 'trunk');
/** The MLP block's part of a whole network's weights. */
export const headWeights = (weights: Weights) => ofKind(weights, 'head');

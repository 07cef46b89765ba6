/**
 * `cladenet/forest`: a random forest on any feature table.
 *
 * @module
 */
export { type DecodedForest, decodeForest } from './decode.js';
export { type EncodedForest, encodeForest, type ForestDescription } from './encode.js';
export { FittedForest, fitForest } from './fit.js';
export { Forest, type ForestParts } from './forest.js';
export type { ClassWeights } from '../class-weights.js';
export type { ForestOptions, ForestSettings } from './options.js';
export type { OutOfBag } from './out-of-bag.js';
export {
  type GroupImportance,
  type PermutationImportance,
  type PermutationOptions,
  permutationImportance,
} from './permutation-importance.js';
export type { Trees, TreeSizes } from './trees.js';

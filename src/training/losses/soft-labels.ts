/**
 * Soft labels: cross-entropy against probabilities that fall with the distance in the tree (Bertinetto et al., "Making better
 * mistakes: leveraging class hierarchies with deep networks", CVPR 2020, equation 5).
 */
import type { TreeShape } from '../../network/tree-head.js';
import type { Loss } from './loss.js';
import { leafDistances } from './tree-relations.js';

/**
 * The goal of each label: p(leaf) in the proportions of exp(-beta d), where d is the distance of the leaf to the label from 0 to 1.
 *
 * @returns leaves x leaves, row-major; rows sum to 1
 */
export function softGoals(tree: Pick<TreeShape, 'paths'>, beta: number): Float32Array {
  const n = tree.paths.length;
  const distances = leafDistances(tree);
  const weights = distances.map((distance) => Math.exp(-beta * distance));
  return weights.map((weight, i) => {
    const row = weights.subarray(i - (i % n), i - (i % n) + n);
    return weight / row.reduce((sum, value) => sum + value, 0);
  });
}

/** @param beta the larger, the more of the probability is the label's own: 4 to 30 in the paper */
export function softLabels(tree: Pick<TreeShape, 'paths'>, beta: number): Loss {
  const n = tree.paths.length;
  const goals = softGoals(tree, beta);
  return (ops, scores, goal) => ops.softmaxCrossEntropy(scores, ops.matMul(goal, ops.tf.tensor2d(goals, [n, n])));
}

/**
 * Hierarchical cross-entropy, HXE: -sum over the path of exp(-alpha depth) ln p(node | its parent) (Bertinetto et al., "Making better
 * mistakes: leveraging class hierarchies with deep networks", CVPR 2020, equation 3). The paper speaks of a height; its code
 * takes the depth of the parent, 0 for the children of the root, which is what its text describes.
 */
import { largest } from '../../arrays.js';
import type { TreeShape } from '../../network/tree-head.js';
import type { Loss } from './loss.js';
import { leavesBelow } from './tree-relations.js';

/** Added to a probability before its logarithm. A node of 1e-30 is not told from one that is impossible. */
const TINY = 1e-30;

/**
 * Since ln p(node | parent) = ln p(node) - ln p(parent), the loss is a sum of ln p(node) with constant factors: for a node on the path
 * its weight less that of the next one.
 *
 * @param alpha 0 is cross-entropy; the larger, the less the decisions far from the root count: 0.1 to 0.6 in the paper
 */
export function hierarchicalCrossEntropy({ paths }: Pick<TreeShape, 'paths'>, alpha: number): Loss {
  const leaves = paths.length;
  const edges = 1 + largest(paths.flat());
  const weightAt = (path: readonly number[], depth: number) => (depth < path.length ? Math.exp(-alpha * depth) : 0);
  /** [leaves, edges]: the factors; and which leaf, or which leaves, the probability of a node consists of. */
  const factors = new Float32Array(leaves * edges);
  const [alone, together] = [new Float32Array(leaves * edges), new Float32Array(leaves * edges)];
  const isShared = new Float32Array(edges);
  paths.forEach((path, leaf) => {
    path.forEach((edge, depth) => {
      factors[leaf * edges + edge] = weightAt(path, depth) - weightAt(path, depth + 1);
    });
  });
  for (const [edge, below] of leavesBelow({ paths })) {
    isShared[edge] = below.length > 1 ? 1 : 0;
    for (const leaf of below) (below.length > 1 ? together : alone)[leaf * edges + edge] = 1;
  }
  return (ops, scores, goal) => {
    const { tf } = ops;
    const matrix = (values: Float32Array) => tf.tensor2d(values, [leaves, edges]);
    const ofLeaves = ops.logSoftmax(scores);
    const sums = ops.matMul(tf.exp(ofLeaves), matrix(together));
    const ofShared = tf.mul(tf.log(tf.add(sums, TINY)), tf.tensor1d(isShared));
    const ofNodes = tf.add(ops.matMul(ofLeaves, matrix(alone)), ofShared);
    return tf.neg(tf.sum(tf.mul(ofNodes, ops.matMul(goal, matrix(factors))), 1));
  };
}

/**
 * Soft-max-margin: cross-entropy in which each wrong class gets a head start by its distance in the tree, so that the scores have to
 * keep that margin: ln of the sum of exp(score + margin d) less the score of the label. It is the soft form of the structured hinge
 * loss (Gimpel and Smith, "Softmax-margin CRFs", NAACL 2010), with which Valmadre trains path-sum heads ("Hierarchical
 * classification at multiple operating points", NeurIPS 2022; he sums over all nodes, here it is the leaves).
 */
import type { TreeShape } from '../../network/tree-head.js';
import type { Loss } from './loss.js';
import { leafDistances } from './tree-relations.js';

/** @param margin in logits, between classes that share only the root; 0 is cross-entropy */
export function softmaxMargin(tree: Pick<TreeShape, 'paths'>, margin: number): Loss {
  const n = tree.paths.length;
  const margins = leafDistances(tree).map((distance) => margin * distance);
  return (ops, scores, goal) => {
    const ahead = ops.matMul(goal, ops.tf.tensor2d(margins, [n, n]));
    // The goal's own mean margin is 0 for one class; for smoothed goals it makes up for what the cross-entropy counts twice.
    const own = ops.tf.sum(ops.tf.mul(goal, ahead), 1);
    return ops.tf.add(ops.softmaxCrossEntropy(ops.tf.add(scores, ahead), goal), own);
  };
}

/** Greedy top-down routing: at every node go to the most probable child, and never back. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { likeliestChild, sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree } from './tree-index.js';

/**
 * Greedy top-down routing: from the root, always to the child with the largest conditional probability p(child | node),
 * which is the child whose leaves have the largest total probability. It may end in a class other than the most probable
 * one: a sub-tree of several fairly probable leaves beats a sibling with a single good one.
 *
 * The top-down approach of Silla & Freitas, "A survey of hierarchical classification across different application
 * domains", 2011.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @returns an index into `classes` per image; ties go to the first child in the tree
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together
 */
export function greedyDescent(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
): Int32Array {
  const tree = indexTree(taxonomy, classes);
  const decisions = new Int32Array(countImages(probabilities, classes.length));
  const values = new Float64Array(tree.paths.length);
  for (let image = 0; image < decisions.length; image++) {
    sumUpwards(tree, probabilities, image, values);
    let node = 0;
    while ((tree.column[node] as number) < 0) node = likeliestChild(tree, values, node);
    decisions[image] = tree.column[node] as number;
  }
  return decisions;
}

/** The decision of a tree of local classifiers: at every node go to the likeliest child, never back. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { likeliestChild, sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree } from './tree-index.js';

/**
 * Greedy top-down routing: from the root, always the child with the largest conditional p(child | node), which is the
 * child whose leaves have the largest sum of probabilities. It may end in another class than the most probable leaf: one
 * good leaf loses to a sibling sub-tree of several fair ones.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @returns an index into `classes` per image; of equal children the first in the tree is taken
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

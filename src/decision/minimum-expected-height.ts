/** The decision with the lowest expected cost, where a mistake costs the height of the lowest common ancestor (LCA). */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree } from './tree-index.js';

/**
 * For every image the class with the lowest expected distance from the truth: the leaf that minimises
 * Σ_c p(c) · height(LCA(leaf, c)). It trades a little accuracy for milder mistakes: of two classes of nearly the same
 * probability, the one with probable relatives wins.
 *
 * Karthik, Prabhu, Dokania & Gandhi, "No cost likelihood manipulation at test time for making better mistakes in deep
 * networks", ICLR 2021. Their k² sums per image become one walk over the tree. Down the path v₀ (root), v₁, ..., leaf,
 * the truth leaves the path below vᵢ with probability P(vᵢ) - P(vᵢ₊₁) and then costs height(vᵢ); added up by parts, the
 * expected height is height(v₀)·P(v₀) less Σ P(vᵢ) · (height(vᵢ₋₁) - height(vᵢ)), which each node adds to its parent's.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @returns an index into `classes` per image; ties go to the lowest index
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together
 */
export function minimumExpectedHeight(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
): Int32Array {
  const tree = indexTree(taxonomy, classes);
  const { parent, height, leaf } = tree;
  const decisions = new Int32Array(countImages(probabilities, classes.length));
  const values = new Float64Array(tree.paths.length);
  const saved = new Float64Array(tree.paths.length);
  for (let image = 0; image < decisions.length; image++) {
    sumUpwards(tree, probabilities, image, values);
    for (let v = 1; v < saved.length; v++) {
      const above = parent[v] as number;
      const step = (height[above] as number) - (height[v] as number);
      saved[v] = (saved[above] as number) + (values[v] as number) * step;
    }
    let best = 0;
    for (let c = 1; c < leaf.length; c++) {
      if ((saved[leaf[c] as number] as number) > (saved[leaf[best] as number] as number)) best = c;
    }
    decisions[image] = best;
  }
  return decisions;
}

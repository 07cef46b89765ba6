/** The probability of every node of a tree: the sum of the probabilities of its leaves. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree, type TreeIndex } from './tree-index.js';

/** The result of {@link nodeProbabilities}. */
export interface NodeProbabilities {
  /** The nodes' paths in pre-order; the root is first. */
  readonly paths: readonly string[];
  /** Images × nodes, row-major. */
  readonly probabilities: Float64Array;
}

/**
 * The probability of every node for every image: the sum of the probabilities of its leaves.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together
 * @example
 * ```ts
 * import { nodeProbabilities } from 'cladenet/decision';
 * import { Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const { paths, probabilities } = nodeProbabilities(Float64Array.of(0.5, 0.25, 0.25), classes, taxonomy);
 * paths; // => [ '', 'Copepod', 'Copepod>calanoid', 'Copepod>cyclopoid', 'diatom' ]
 * probabilities; // => Float64Array(5) [ 1, 0.75, 0.5, 0.25, 0.25 ]
 * ```
 */
export function nodeProbabilities(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
): NodeProbabilities {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(probabilities, classes.length);
  const nodes = tree.paths.length;
  const sums = new Float64Array(images * nodes);
  for (let image = 0; image < images; image++) {
    sumUpwards(tree, probabilities, image, sums.subarray(image * nodes, (image + 1) * nodes));
  }
  return { paths: tree.paths, probabilities: sums };
}

/**
 * Writes the probability of every node for one image into `into` (one value per node). Children are added to their parent
 * rather than read off prefix sums: this takes as few additions, and a nearly impossible sub-tree keeps its digits.
 */
export function sumUpwards(tree: TreeIndex, probabilities: Probabilities, image: number, into: Float64Array): void {
  const { parent, column, leaf } = tree;
  const row = image * leaf.length;
  for (let v = 0; v < into.length; v++) {
    const c = column[v] as number;
    into[v] = c < 0 ? 0 : (probabilities[row + c] as number);
  }
  for (let v = into.length - 1; v > 0; v--) {
    const above = parent[v] as number;
    into[above] = (into[above] as number) + (into[v] as number);
  }
}

/** The child of internal node `v` with the largest value; ties go to the first in the tree. */
export function likeliestChild({ end }: TreeIndex, values: Float64Array, v: number): number {
  const stop = end[v] as number;
  let best = v + 1;
  for (let child = end[best] as number; child < stop; child = end[child] as number) {
    if ((values[child] as number) > (values[best] as number)) best = child;
  }
  return best;
}

/** p(child | node), the conditional probabilities at a node, from the probabilities of the nodes. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree, type TreeIndex } from './tree-index.js';

/** The children of node `v`, in the tree's order; none for a leaf. */
export function childrenOf({ end }: TreeIndex, v: number): number[] {
  const children: number[] = [];
  for (let child = v + 1; child < (end[v] as number); child = end[child] as number) children.push(child);
  return children;
}

/**
 * The conditional probabilities of `children` given their parent: each child's share of their sum. Where all of them have
 * probability 0, they share equally.
 * @param values a value per node, each the sum of its leaves'
 */
export function conditionals(values: Float64Array, children: readonly number[]): Float64Array {
  const shares = Float64Array.from(children, (child) => values[child] as number);
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((value) => (sum > 0 ? value / sum : 1 / children.length));
}

/**
 * The conditional probabilities that leaf probabilities imply at nodes: for each of `paths` images x children, row-major,
 * children in the taxonomy's order, rows summing to 1.
 *
 * @param leaves  images x classes, row-major
 * @param classes the matrix's columns: the taxonomy's classes in any order
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together
 */
export function conditionalMatrices(
  leaves: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  paths: readonly string[],
): { readonly path: string; readonly conditional: Float32Array }[] {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(leaves, classes.length);
  const wanted = paths.map((path) => {
    const children = childrenOf(tree, tree.paths.indexOf(path));
    return { path, children, conditional: new Float32Array(images * children.length) };
  });
  const values = new Float64Array(tree.paths.length);
  for (let image = 0; image < images; image++) {
    sumUpwards(tree, leaves, image, values);
    for (const { children, conditional } of wanted) {
      conditional.set(conditionals(values, children), image * children.length);
    }
  }
  return wanted.map(({ path, conditional }) => ({ path, conditional }));
}

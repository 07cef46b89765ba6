/**
 * From the decisions of a tree's nodes to one leaf-probability matrix. With it, every classifier looks alike: a node's
 * probability is the sum of its leaves', and what an image is called follows from the matrix alone.
 */
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** The conditional probabilities p(child | node) of one node: [images x children], children in the taxonomy's order. */
export interface NodeDecision {
  readonly path: string;
  readonly conditional: Float32Array;
}

/**
 * The product of the conditionals along each leaf's lineage: p(leaf) = prod p(child | node). Rows sum to 1 when the
 * conditionals do.
 *
 * @param decisions one per internal node
 * @param classes   the order of the columns
 * @returns images x classes, row-major
 */
export function composeProduct(
  taxonomy: Taxonomy,
  classes: readonly string[],
  decisions: readonly NodeDecision[],
  images: number,
): Float32Array {
  const columns = new Map(classes.map((name, column) => [name, column]));
  const byPath = new Map(decisions.map(({ path, conditional }) => [path, conditional]));
  /** Probability of reaching a node, for each image. */
  const reach = new Map<string, Float32Array>([[taxonomy.root, new Float32Array(images).fill(1)]]);
  const leaves = new Float32Array(images * classes.length);
  for (const node of taxonomy.nodes()) {
    const arrived = reach.get(node.path) as Float32Array;
    reach.delete(node.path);
    if (node.label !== undefined) {
      const column = columns.get(node.label) ?? 0;
      for (let i = 0; i < images; i++) leaves[i * classes.length + column] = arrived[i] ?? 0;
      continue;
    }
    const width = node.children.length;
    const conditional = byPath.get(node.path);
    node.children.forEach((child, k) => {
      const next = arrived.slice();
      // A node with one child has nothing to decide and no classifier.
      if (conditional !== undefined)
        for (let i = 0; i < images; i++) next[i] = (arrived[i] ?? 0) * (conditional[i * width + k] ?? 0);
      reach.set(child, next);
    });
  }
  return leaves;
}

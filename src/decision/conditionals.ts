/** p(child | node): what a node's own classifier says, read off the probabilities of the nodes. */
import type { TreeIndex } from './tree-index.js';

/** The children of node `v`, in the tree's order; none for a leaf. */
export function childrenOf({ end }: TreeIndex, v: number): number[] {
  const children: number[] = [];
  for (let child = v + 1; child < (end[v] as number); child = end[child] as number) children.push(child);
  return children;
}

/**
 * The conditional probabilities of `children` given their parent: their shares of their own sum. Where all of them are
 * impossible (0), nothing prefers one of them and they share equally.
 * @param values a value per node, each the sum of its leaves'
 */
export function conditionals(values: Float64Array, children: readonly number[]): Float64Array {
  const shares = Float64Array.from(children, (child) => values[child] as number);
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((value) => (sum > 0 ? value / sum : 1 / children.length));
}

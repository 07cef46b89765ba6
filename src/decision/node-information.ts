/** How much a node says: nothing at the root, everything at a class. */
import type { TreeIndex } from './tree-index.js';

/**
 * The information of each node: 1 - ln(leaves below it) / ln(classes), which is 0 for the root and 1 for a leaf.
 *
 * Deng, Krause, Berg & Fei-Fei, "Hedging your bets: optimizing accuracy-specificity trade-offs in large scale visual
 * recognition", CVPR 2012.
 */
export function nodeInformation({ parent, column, leaf }: TreeIndex): Float64Array {
  const leaves = Float64Array.from(column, (c) => (c < 0 ? 0 : 1));
  for (let v = leaves.length - 1; v > 0; v--) {
    const above = parent[v] as number;
    leaves[above] = (leaves[above] as number) + (leaves[v] as number);
  }
  return leaves.map((count) => 1 - Math.log(count) / Math.log(leaf.length));
}

/** A taxonomy as the numbers that a head for a whole tree is built from. */
import { childrenOf } from '../decision/conditionals.js';
import { indexTree, type TreeIndex } from '../decision/tree-index.js';
import type { TreeShape } from '../network/tree-head.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/**
 * The edges of the tree's index: edge `v - 1` leads to node `v`, in pre-order. Leaves are in the order of `classes`.
 *
 * @throws CladenetError EVALUATION when the classes are not those of the taxonomy
 */
export function treeShape(taxonomy: Taxonomy, classes: readonly string[]): TreeShape {
  const tree = indexTree(taxonomy, classes);
  const isInner = (node: number) => tree.column[node] === -1;
  return {
    siblings: [...tree.paths.keys()].filter(isInner).map((node) => childrenOf(tree, node).map((child) => child - 1)),
    paths: Array.from(tree.leaf, (leaf) => edgesTo(tree, leaf)),
  };
}

/** The edges from the root to a node. */
export function edgesTo({ parent }: TreeIndex, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = parent[at] as number) path.unshift(at - 1);
  return path;
}

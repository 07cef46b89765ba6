/**
 * Every mistake is charged to one node: the one where the decided path leaves the true one, which is the lowest common
 * ancestor of truth and decision. Nodes above it decided correctly, and those below it on the true path were never asked.
 */
import { lowestCommonAncestor, type TreeIndex } from '../../decision/tree-index.js';

/** Counts of images, one for each node of the tree in pre-order, leaves included. */
export interface Charges {
  /** For each image the node where its decided path leaves the true one; the true leaf where it never does. */
  readonly parting: Int32Array;
  /** Images whose truth is below the node. */
  readonly below: Int32Array;
  /** Those whose decided path also leads through it; at a leaf, the hits of its class. */
  readonly arrived: Int32Array;
  /** Mistakes charged to the node; none at leaves. */
  readonly caused: Int32Array;
}

/** @param labels, decisions true and decided class of each image, as columns of `tree` */
export function chargeMistakes(tree: TreeIndex, labels: Int32Array, decisions: Int32Array): Charges {
  const nodes = tree.paths.length;
  const below = new Int32Array(nodes);
  const arrived = new Int32Array(nodes);
  const caused = new Int32Array(nodes);
  const parting = labels.map((label, image) => {
    const truth = tree.leaf[label] as number;
    const parted = lowestCommonAncestor(tree, truth, tree.leaf[decisions[image] as number] as number);
    for (let v = truth; v >= 0; v = tree.parent[v] as number) {
      below[v] = (below[v] as number) + 1;
      // On one path, what comes no later in pre-order is above or the same.
      if (v <= parted) arrived[v] = (arrived[v] as number) + 1;
    }
    if (parted !== truth) caused[parted] = (caused[parted] as number) + 1;
    return parted;
  });
  return { parting, below, arrived, caused };
}

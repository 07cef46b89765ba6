/** The accuracy of each node of a tree among its own children. */
import { likeliestChild, sumUpwards } from '../decision/node-probabilities.js';
import type { TreeIndex } from '../decision/tree-index.js';
import type { Predictions } from './predictions.js';

/** The accuracy of the decisions of one node. */
export interface NodeScore {
  /** Path of the internal node. */
  readonly path: string;
  /** Images whose true class lies below the node. */
  readonly images: number;
  /**
   * The share of these whose most probable child (the one with the largest sum over its leaves; ties go to the first) is
   * the child with the true class below it; null when there are none. All images that belong below the node count, also
   * those that routing from the root would have sent elsewhere.
   */
  readonly accuracy: number | null;
}

/** The score of every internal node, in pre-order. */
export function scoreNodes(tree: TreeIndex, { probabilities, labels }: Predictions): NodeScore[] {
  const nodes = tree.paths.length;
  const images = new Int32Array(nodes);
  const right = new Int32Array(nodes);
  const values = new Float64Array(nodes);
  labels.forEach((label, image) => {
    sumUpwards(tree, probabilities, image, values);
    let child = tree.leaf[label] as number;
    for (let node = tree.parent[child] as number; node >= 0; node = tree.parent[node] as number) {
      images[node] = (images[node] as number) + 1;
      if (likeliestChild(tree, values, node) === child) right[node] = (right[node] as number) + 1;
      child = node;
    }
  });
  return tree.paths.flatMap((path, v) => {
    if (tree.end[v] === v + 1) return [];
    const below = images[v] as number;
    return [{ path, images: below, accuracy: below === 0 ? null : (right[v] as number) / below }];
  });
}

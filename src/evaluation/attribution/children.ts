/** The children of a node: their images, how many of them are decided correctly, and which children are confused. */
import type { TreeIndex } from '../../decision/tree-index.js';
import type { Charges } from './charge.js';

/** How many images of a child of a node arrived there and went on to it. */
export interface ChildScore {
  readonly path: string;
  /** Judged images that belong below the child and arrived at the node. */
  readonly arrived: number;
  /** Those of them that went on to the child. */
  readonly right: number;
  /** Images below the child that the classifier was trained on; null where that is not known. */
  readonly training: number | null;
}

/** Two children and how often each was taken for the other. */
export interface ConfusedPair {
  readonly a: string;
  readonly b: string;
  /** Images of `a` that went on to `b`. */
  readonly aAsB: number;
  readonly bAsA: number;
}

/** For each node its confused pairs of children, most frequent first; ties in the order of the tree. */
export function confusedPairs(
  tree: TreeIndex,
  labels: Int32Array,
  decisions: Int32Array,
  { parting }: Charges,
): Map<number, ConfusedPair[]> {
  const byNode = new Map<number, Map<string, { a: number; b: number; aAsB: number; bAsA: number }>>();
  labels.forEach((label, image) => {
    const node = parting[image] as number;
    const truth = tree.leaf[label] as number;
    if (node === truth) return;
    const from = childTowards(tree, node, truth);
    const to = childTowards(tree, node, tree.leaf[decisions[image] as number] as number);
    const [a, b] = from < to ? [from, to] : [to, from];
    const pairs = byNode.get(node) ?? new Map();
    byNode.set(node, pairs);
    const pair = pairs.get(`${a} ${b}`) ?? { a, b, aAsB: 0, bAsA: 0 };
    pairs.set(`${a} ${b}`, pair);
    if (from === a) pair.aAsB += 1;
    else pair.bAsA += 1;
  });
  const path = (v: number) => tree.paths[v] as string;
  return new Map(
    [...byNode].map(([node, pairs]) => [
      node,
      [...pairs.values()]
        .sort((x, y) => y.aAsB + y.bAsA - x.aAsB - x.bAsA || x.a - y.a || x.b - y.b)
        .map((pair) => ({ ...pair, a: path(pair.a), b: path(pair.b) })),
    ]),
  );
}

/** The child of `node` on the way down to `below`. */
function childTowards({ parent }: TreeIndex, node: number, below: number): number {
  let child = below;
  while (parent[child] !== node) child = parent[child] as number;
  return child;
}

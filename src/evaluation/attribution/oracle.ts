/**
 * What would be right if one node, or a whole sub-tree, made no errors. The oracle at a node replaces its conditional
 * probabilities by 1 for the true child and 0 for the others; the leaf probabilities are composed again with it, and the
 * class is decided again. All other conditionals stay. The result is exact: every mistake is decided again with each node
 * above its true class perfect in turn.
 *
 * With v's conditional perfect, the leaves below its true child c get p(leaf) · p(v) / p(c), the others below v get 0, and
 * all leaves outside v keep theirs. Two facts make it fast:
 * - An image whose truth is not below v has no true child there, and a hit stays a hit, since the truth can only gain and,
 *   of its rivals, only those below c gain, in proportion. So only the nodes above the truth of a mistake are tried.
 * - Greedy routing uses v only if the path arrives there, so a mistake is recovered only where the node that erred is v
 *   itself and the path from c on ends at the truth. With the most probable leaf, a mistake made higher up can be recovered
 *   too, since a perfect v may raise the truth above leaves elsewhere.
 *
 * A true child of probability exactly 0 has no conditionals below it (0 / 0): such a mistake counts as recovered only where
 * that child is the true leaf.
 */
import { likeliestChild, sumUpwards } from '../../decision/node-probabilities.js';
import type { TreeIndex } from '../../decision/tree-index.js';
import type { Predictions } from '../predictions.js';
import type { Routing } from './routing.js';

/** Counts of images, one for each node of the tree in pre-order. */
export interface Recoveries {
  /** Mistakes that a perfect node would turn into hits, all other nodes unchanged. */
  readonly byNode: Int32Array;
  /** Mistakes that a perfect sub-tree, the node and all below it, turns into hits. */
  readonly bySubtree: Int32Array;
}

/** One image and its node probabilities. */
interface Mistake {
  readonly tree: TreeIndex;
  /** Probability of each node. */
  readonly values: Float64Array;
  readonly truth: number;
  /** The node where the decided path leaves the true one. */
  readonly parting: number;
}

/**
 * Whether the image is right when the path, or the probability, of node `v` all goes to `child`, the one above the truth.
 * A perfect sub-tree is the same with the true leaf itself as that child.
 */
type DecideAgain = (mistake: Mistake, v: number, child: number) => boolean;

/** @param parting for each image the node where its decided path leaves the true one, the true leaf where it never does */
export function recoveries(
  tree: TreeIndex,
  { probabilities, labels }: Predictions,
  parting: Int32Array,
  routing: Routing,
): Recoveries {
  const decideAgain = routing === 'greedy' ? descendAgain : compareAgain;
  const nodes = tree.paths.length;
  const byNode = new Int32Array(nodes);
  const bySubtree = new Int32Array(nodes);
  const values = new Float64Array(nodes);
  labels.forEach((label, image) => {
    const mistake = { tree, values, truth: tree.leaf[label] as number, parting: parting[image] as number };
    if (mistake.parting === mistake.truth) return;
    sumUpwards(tree, probabilities, image, values);
    let child = mistake.truth;
    for (let v = tree.parent[child] as number; v >= 0; v = tree.parent[v] as number) {
      const whole = mistake.truth;
      if (decideAgain(mistake, v, child)) byNode[v] = (byNode[v] as number) + 1;
      if (decideAgain(mistake, v, whole)) bySubtree[v] = (bySubtree[v] as number) + 1;
      child = v;
    }
  });
  return { byNode, bySubtree };
}

const descendAgain: DecideAgain = ({ tree, values, truth, parting }, v, child) => {
  if (child === truth) return v <= parting;
  if (v !== parting || values[child] === 0) return false;
  let node = child;
  while ((tree.column[node] as number) < 0) node = likeliestChild(tree, values, node);
  return node === truth;
};

const compareAgain: DecideAgain = ({ tree, values, truth }, v, child) => {
  const whole = values[v] as number;
  if (child !== truth && values[child] === 0) return false;
  const share = whole / (values[child] as number);
  const own = child === truth ? whole : (values[truth] as number) * share;
  const [end, endOfChild] = [tree.end[v] as number, tree.end[child] as number];
  const column = tree.column[truth] as number;
  return tree.leaf.every((leaf, c) => {
    if (leaf === truth) return true;
    const p = values[leaf] as number;
    const rival = leaf < v || leaf >= end ? p : leaf >= child && leaf < endOfChild ? p * share : 0;
    // Of equal probabilities the lowest column is taken, as by `mostProbableLeaf`.
    return rival < own || (rival === own && column < c);
  });
};

/**
 * Rules for stopping above the class. Each gives the nodes of a lineage a strictness: a decision at threshold t is the deepest
 * node that has at least t. Whatever stops, calibrates or draws a curve does so with these numbers, for any rule.
 */
import type { Problem } from '../errors.js';
import type { TreeIndex } from './tree-index.js';

/** The nodes that one image can be decided on, from the root to its class. */
export interface Descent {
  /** Numbers of the nodes in the tree's pre-order. */
  readonly nodes: readonly number[];
  /** Of each node, non-increasing: infinite for the root, at most 1 for the others. */
  readonly strictness: readonly number[];
}

/** What the rules know of an image: the probability and the information of each node, and the class to start from. */
interface Lineage {
  readonly tree: TreeIndex;
  readonly information: Float64Array;
  readonly probability: (node: number) => number;
  readonly leaf: number;
}

/** The names of the rules. */
export const STOP_RULES = ['probability', 'information', 'rejection'] as const;
/** How a decision stops above the class: see `STOP_RULES` for the names. */
export type StopRule = (typeof STOP_RULES)[number];

const RULES: Readonly<Record<StopRule, (lineage: Lineage) => Descent>> = {
  probability: climb,
  information: weigh,
  rejection: reject,
};

/** @param where the name of the argument */
export function ruleProblems(where: string, rule: StopRule): Problem[] {
  if (STOP_RULES.includes(rule)) return [];
  return [{ where, expected: `one of ${STOP_RULES.join(', ')}`, received: `${rule}` }];
}

/** The nodes that an image can be decided on by a rule, and up to which threshold. */
export const descend = (rule: StopRule, lineage: Lineage): Descent => RULES[rule](lineage);

/** The deepest node whose strictness is at least `threshold`, as an index into the descent. */
export function stopAt({ strictness }: Descent, threshold: number): number {
  let at = 0;
  while (at + 1 < strictness.length && (strictness[at + 1] as number) >= threshold) at++;
  return at;
}

/**
 * The deepest node of at least a given probability.
 *
 * The climbing rule of Goren, Galil & El-Yaniv, "Hierarchical selective classification", NeurIPS 2024.
 */
function climb({ tree, probability, leaf }: Lineage): Descent {
  const nodes = pathTo(tree, leaf);
  return { nodes, strictness: nodes.map((node, i) => (i === 0 ? Number.POSITIVE_INFINITY : probability(node))) };
}

/**
 * The class, or the root where its probability is too low: classification with a reject option.
 *
 * Chow, "On optimum recognition error and reject tradeoff", IEEE Transactions on Information Theory 16, 1970.
 */
function reject({ probability, leaf }: Lineage): Descent {
  return { nodes: [0, leaf], strictness: [Number.POSITIVE_INFINITY, probability(leaf)] };
}

/**
 * The node with the largest (1 - w) · information + w · probability, where w is the threshold. If the probabilities are right,
 * no other rule keeps as much information at the same share of right decisions: a step down is taken where it says much for
 * the risk that it adds, whatever the probability is.
 *
 * The Lagrangian of Deng, Krause, Berg & Fei-Fei, "Hedging your bets", CVPR 2012, on the lineage of the class. They
 * count the information of right decisions only; here all of it counts, as in the coverage of Goren et al. (2024), so that w = 0
 * keeps every class.
 */
function weigh({ tree, information, probability, leaf }: Lineage): Descent {
  const path = pathTo(tree, leaf);
  const nodes = [0];
  const strictness = [Number.POSITIVE_INFINITY];
  let last = 0;
  let bound = 1;
  while (last + 1 < path.length) {
    const from = path[last] as number;
    let [next, best] = [last + 1, -1];
    for (let i = last + 1; i < path.length; i++) {
      const to = path[i] as number;
      const gain = (information[to] as number) - (information[from] as number);
      const risk = Math.max(0, probability(from) - probability(to));
      // A node with a single child says no more than the child.
      const weight = risk === 0 ? 1 : gain / (gain + risk);
      if (weight >= best) [next, best] = [i, weight];
    }
    bound = Math.min(bound, best);
    nodes.push(path[next] as number);
    strictness.push(bound);
    last = next;
  }
  return { nodes, strictness };
}

/** The nodes from the root to a leaf. */
function pathTo({ parent }: TreeIndex, leaf: number): number[] {
  const path: number[] = [];
  for (let node = leaf; node >= 0; node = parent[node] as number) path.push(node);
  return path.reverse();
}

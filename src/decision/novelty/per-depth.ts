/**
 * New children by the uncertainty at each depth, from the root down: of what arrives at a node, a share stays as a new child of it,
 * and the rest goes on to the known children.
 *
 * Wallin, Kahl & Hammarstrand, "ProHOC: probabilistic hierarchical out-of-distribution classification via multi-depth networks",
 * CVPR 2025, with the conditionals of one classifier in place of a network for each depth.
 */
import { childrenOf, conditionals } from '../conditionals.js';
import type { Descent } from '../stop-rules.js';
import type { TreeIndex } from '../tree-index.js';
import type { NoveltyEvidence, NoveltyMethod } from './method.js';

/** The share that stays at a node, 0..1, from the conditional probabilities of its children, of which there are two or more. */
export type Uncertainty = (shares: Float64Array) => number;

/** The entropy of the conditionals over its maximum, ln(children): the model of the paper. */
export const entropyOf: Uncertainty = (shares) => {
  const entropy = shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.min(1, entropy / Math.log(shares.length));
};

/**
 * How far the greatest conditional is from certainty: 0 where one child has it all, 1 where all have the same.
 *
 * The maximum softmax probability of Hendrycks & Gimpel, "A baseline for detecting misclassified and out-of-distribution examples
 * in neural networks", ICLR 2017, at each node.
 */
export const doubtOf: Uncertainty = (shares) => {
  const most = shares.reduce((best, p) => Math.max(best, p), 0);
  return Math.min(1, ((1 - most) * shares.length) / (shares.length - 1));
};

/** The probability of a new child of each node, and of all known classes together. They sum to 1. */
export function splitByUncertainty(
  tree: TreeIndex,
  values: Float64Array,
  uncertainty: Uncertainty,
): { readonly novel: Float64Array; readonly known: number } {
  const novel = new Float64Array(values.length);
  const arriving = new Float64Array(values.length);
  arriving[0] = 1;
  let known = 0;
  for (let v = 0; v < values.length; v++) {
    const here = arriving[v] as number;
    if ((tree.column[v] as number) >= 0) {
      known += here;
      continue;
    }
    const children = childrenOf(tree, v);
    const shares = conditionals(values, children);
    const stays = children.length > 1 ? uncertainty(shares) : 0;
    novel[v] = here * stays;
    children.forEach((child, i) => {
      arriving[child] = here * (1 - stays) * (shares[i] as number);
    });
  }
  return { novel, known: Math.min(1, known) };
}

const perDepth =
  (uncertainty: Uncertainty) =>
  ({ tree, values, leaf }: NoveltyEvidence): Descent => {
    const { novel, known } = splitByUncertainty(tree, values, uncertainty);
    const parent = novel.reduce((best, p, v) => (p > (novel[best] as number) ? v : best), 0);
    return { nodes: [parent, leaf], strictness: [Number.POSITIVE_INFINITY, known] };
  };

const reason: NoveltyMethod['reason'] = ({ node, strictness }) =>
  `the known children of ${node} share it too evenly: known with ${strictness.toFixed(4)}`;

export const byEntropy: NoveltyMethod = {
  description: 'the entropy of each node from the root down; a new child of the node where most stays',
  reason,
  descend: perDepth(entropyOf),
};

export const byDoubt: NoveltyMethod = {
  description: 'the same with how far the most probable child of each node is from certain',
  reason,
  descend: perDepth(doubtOf),
};

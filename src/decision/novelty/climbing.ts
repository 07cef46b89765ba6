/** New children by climbing: a decision that stops above the class says a new child of the node where it stops. */
import { probabilityOf } from '../stop-at-ancestor.js';
import { type Descent, descend } from '../stop-rules.js';
import type { NoveltyEvidence, NoveltyMethod } from './method.js';

/** As `stopAtAncestor` by the same rule. */
const climbing =
  (rule: 'probability' | 'information') =>
  ({ tree, information, values, leaf }: NoveltyEvidence): Descent =>
    descend(rule, { tree, information, probability: (node) => probabilityOf(values, node), leaf });

/** Goren, Galil & El-Yaniv, "Hierarchical selective classification", NeurIPS 2024. */
export const byProbability: NoveltyMethod = {
  description: 'climb from the class to the first node that is probable enough',
  reason: ({ next, strictness }) => `${next} has ${strictness.toFixed(4)}`,
  descend: climbing('probability'),
};

/** Deng, Krause, Berg & Fei-Fei, "Hedging your bets", CVPR 2012. */
export const byInformation: NoveltyMethod = {
  description: 'climb to the node that says most for its risk',
  reason: ({ next, strictness }) => `${next} weighs ${strictness.toFixed(4)}, too little for what it says`,
  descend: climbing('information'),
};

/**
 * New children beside their nearest relatives: an image whose most probable class is not probable enough is a new child of the node
 * whose own classes, those that are its children, are the most probable together.
 *
 * Climbing gives up a level for each doubt and ends too high: an unseen species is a sibling of known ones, and its node is rarely
 * probable as a whole. The score is the maximum softmax probability of Hendrycks & Gimpel, "A baseline for detecting misclassified
 * and out-of-distribution examples in neural networks", ICLR 2017.
 */
import { probabilityOf } from '../stop-at-ancestor.js';
import type { NoveltyMethod } from './method.js';

export const bySiblings: NoveltyMethod = {
  description:
    'where the class is not probable enough, a new child of the node whose own classes are the most probable',
  reason: ({ node, next, strictness }) =>
    `${next} has ${strictness.toFixed(4)}, and the classes of ${node} the most together`,
  descend({ tree, values, leaf }) {
    const ofClasses = new Float64Array(values.length);
    tree.leaf.forEach((node) => {
      const parent = tree.parent[node] as number;
      ofClasses[parent] = (ofClasses[parent] as number) + (values[node] as number);
    });
    const parent = ofClasses.reduce((best, p, v) => (p > (ofClasses[best] as number) ? v : best), 0);
    return { nodes: [parent, leaf], strictness: [Number.POSITIVE_INFINITY, probabilityOf(values, leaf)] };
  },
};

/** The two ways a tree's probabilities become a decision, under the names of the command line. */
import { greedyDescent } from '../../decision/greedy-descent.js';
import { mostProbableLeaf } from '../../decision/most-probable-leaf.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Predictions } from '../predictions.js';

/** `product`: the most probable leaf. `greedy`: from the root always the likeliest child. */
export type Routing = 'product' | 'greedy';

/** The class decided on for each image, an index into the classes. */
export function route({ probabilities, classes }: Predictions, taxonomy: Taxonomy, routing: Routing): Int32Array {
  return routing === 'greedy'
    ? greedyDescent(probabilities, classes, taxonomy)
    : mostProbableLeaf(probabilities, classes.length);
}

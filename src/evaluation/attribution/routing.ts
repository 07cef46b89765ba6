/** The two rules by which a tree's probabilities become a decision that an oracle can take again. */
import { decideLeaves } from '../../decision/decide-leaves.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Predictions } from '../predictions.js';

/** `product`: the most probable leaf. `greedy`: from the root always to the most probable child. */
export type Routing = 'product' | 'greedy';

/** The class decided on for each image by a routing, as an index into the classes. */
export function route({ probabilities, classes }: Predictions, taxonomy: Taxonomy, routing: Routing): Int32Array {
  return decideLeaves(probabilities, classes, { routing, taxonomy });
}

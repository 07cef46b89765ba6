/** A random forest that decides on features. */
import type { Forest } from '../../forest/forest.js';
import type { FeaturesDecider } from './decider.js';
import { asTable } from './source.js';

export function forestDecider(forest: Forest): FeaturesDecider {
  return { decide: (values) => Promise.resolve(forest.predict(asTable(forest.names, values))) };
}

/** Late fusion: a weighted mean of the probabilities of two classifiers. */
import type { FeaturesDecider } from './decider.js';

/**
 * @param share   weight of the first classifier's probabilities, which come first in a row; the second has the rest
 * @param classes number of classes
 */
export function mixtureDecider(share: number, classes: number): FeaturesDecider {
  return {
    decide(values) {
      const count = values.length / (2 * classes);
      const mixed = new Float32Array(count * classes);
      for (let i = 0; i < mixed.length; i++) {
        const at = Math.floor(i / classes) * 2 * classes + (i % classes);
        mixed[i] = share * (values[at] as number) + (1 - share) * (values[at + classes] as number);
      }
      return Promise.resolve(mixed);
    },
  };
}

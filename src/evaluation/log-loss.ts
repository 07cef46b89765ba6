/** How much probability the truth was given. */
import type { Predictions } from './predictions.js';

/** No image costs more than -ln of this. scikit-learn clipped here before version 1.2, since then at the type's epsilon. */
export const FLOOR = 1e-15;

/**
 * The log-loss (categorical cross-entropy) of each image in nats: -ln of the probability of its true class, which is
 * clipped to [1e-15, 1]. The log-loss of a classifier is the mean. Rows are taken as they are, not normalised again.
 */
export function logLosses({ classes, probabilities, labels }: Predictions): Float64Array {
  return Float64Array.from(labels, (label, image) => {
    const p = probabilities[image * classes.length + label] as number;
    return p >= 1 ? 0 : -Math.log(Math.max(p, FLOOR));
  });
}

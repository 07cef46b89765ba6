/** The log-loss of each image. */
import type { Predictions } from './predictions.js';

/** Probabilities are clipped to at least this. scikit-learn did so before version 1.2, and uses the type's epsilon since. */
export const FLOOR = 1e-15;

/**
 * The log-loss (categorical cross-entropy) of each image in nats: -ln of the probability of its true class, clipped to
 * [1e-15, 1]. The log-loss of a classifier is the mean. Rows are not normalised again.
 */
export function logLosses({ classes, probabilities, labels }: Predictions): Float64Array {
  return Float64Array.from(labels, (label, image) => {
    const p = probabilities[image * classes.length + label] as number;
    return p >= 1 ? 0 : -Math.log(Math.max(p, FLOOR));
  });
}

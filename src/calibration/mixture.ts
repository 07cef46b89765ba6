/** The share of one classifier in a mixture with another that explains labelled images best. */
import type { Probabilities } from '../decision/probabilities.js';
import { FLOOR } from '../evaluation/log-loss.js';

const PRECISION = 1e-4;

/**
 * The share w in [0, 1] for which w a + (1 - w) b has the lowest mean log-loss: the linear opinion pool (Stone, 1961) of
 * two classifiers, whose loss is convex in w, so that the zero of its slope is found by bisection. Fit it on images that
 * neither was trained on.
 *
 * @param a      images x `k`, row-major
 * @param b      of the same form
 * @param labels column of the true class of each image
 */
export function fitMixture(a: Probabilities, b: Probabilities, labels: Int32Array, k: number): number {
  /** Of the loss, up to the number of images: falling where it is below 0. */
  const slope = (w: number) =>
    labels.reduce((sum, label, image) => {
      const [p, q] = [a[image * k + label] ?? 0, b[image * k + label] ?? 0];
      return sum - (p - q) / Math.max(FLOOR, w * p + (1 - w) * q);
    }, 0);
  if (slope(0) >= 0) return 0;
  if (slope(1) <= 0) return 1;
  let [low, high] = [0, 1];
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

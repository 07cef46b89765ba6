/** The best mixture of two classifiers, fitted to labelled images. */
import type { Probabilities } from '../decision/probabilities.js';
import { FLOOR } from '../evaluation/log-loss.js';

const PRECISION = 1e-4;

/**
 * The weight w in [0, 1] for which w a + (1 - w) b has the lowest mean log-loss, to a precision of 1e-4. Fit it on images
 * that neither classifier was trained on. The loss is convex in w, so bisection finds the zero of its slope.
 *
 * The linear opinion pool: Stone, "The opinion pool", Annals of Mathematical Statistics 32, 1961.
 *
 * @param a      images x `k`, row-major
 * @param b      of the same shape
 * @param labels the column of the true class of each image
 * @param k      number of classes
 */
export function fitMixture(a: Probabilities, b: Probabilities, labels: Int32Array, k: number): number {
  /** Slope of the summed loss at `w`. */
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

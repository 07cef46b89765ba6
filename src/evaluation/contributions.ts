/** The difference of two classifiers in any metric, as a sum of contributions of the images. */
import type { RatioOfSums } from './bootstrap.js';

/** Smaller contributions are rounding errors of equal values. */
const ROUNDING = 1e-15;

/**
 * What each image contributes to the metric of `a` minus that of `b` on the same images. The contributions sum to the
 * difference. Where there is none they scatter around 0, so the sum of their squares is its variance over images.
 *
 * For a mean, the contribution of an image is its own difference divided by the number of images. A ratio of sums is
 * linearised (the delta method) at its value over both classifiers together, as a test of their equality requires. For
 * accuracy the squared difference divided by that variance is McNemar's chi-squared statistic.
 * @returns undefined where the metric is not defined for one of them (severity without mistakes)
 */
export function contributions(a: RatioOfSums, b: RatioOfSums): Float64Array | undefined {
  const values = new Float64Array(a.numerator.length);
  let groups = 0;
  for (let g = 0; g + 1 < a.bounds.length; g++) {
    const [start, stop] = [a.bounds[g] as number, a.bounds[g + 1] as number];
    const [belowA, belowB] = [sum(a.denominator, start, stop), sum(b.denominator, start, stop)];
    // Left out of the metric itself too: a class without images, or one that is not counted.
    if (belowA === 0 && belowB === 0) continue;
    if (belowA === 0 || belowB === 0) return undefined;
    const pooled = (sum(a.numerator, start, stop) + sum(b.numerator, start, stop)) / (belowA + belowB);
    for (let i = start; i < stop; i++) {
      const ofA = (a.numerator[i] as number) - pooled * (a.denominator[i] as number);
      const ofB = (b.numerator[i] as number) - pooled * (b.denominator[i] as number);
      values[i] = ofA / belowA - ofB / belowB;
    }
    groups++;
  }
  if (groups === 0) return undefined;
  return values.map((value) => (Math.abs(value / groups) < ROUNDING ? 0 : value / groups));
}

function sum(values: Float64Array, start: number, stop: number): number {
  let total = 0;
  for (let i = start; i < stop; i++) total += values[i] as number;
  return total;
}

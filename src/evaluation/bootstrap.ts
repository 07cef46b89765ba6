/**
 * Paired bootstrap over images. A metric is kept as a ratio of sums over images, two numbers per image, so that a resample
 * costs one pass of weighted sums instead of an evaluation.
 *
 * Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 16.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A metric as a mean over groups of images of Σ numerator / Σ denominator. */
export interface RatioOfSums {
  /** One value per image. */
  readonly numerator: Float64Array;
  /** One value per image. */
  readonly denominator: Float64Array;
  /** Group `g` is the run of images `[bounds[g], bounds[g + 1])`. */
  readonly bounds: Int32Array;
}

/**
 * The metric when image `i` counts `weights[i]` times. Groups whose denominator is then 0 (a class that a resample missed)
 * are left out.
 */
export function weightedMetric({ numerator, denominator, bounds }: RatioOfSums, weights: Int32Array): number {
  let total = 0;
  let groups = 0;
  for (let g = 0; g + 1 < bounds.length; g++) {
    const stop = bounds[g + 1] as number;
    let above = 0;
    let below = 0;
    for (let i = bounds[g] as number; i < stop; i++) {
      const weight = weights[i] as number;
      above += weight * (numerator[i] as number);
      below += weight * (denominator[i] as number);
    }
    if (below === 0) continue;
    total += above / below;
    groups++;
  }
  return total / groups;
}

/**
 * Draws `resamples` times as many images as there are, with replacement, and computes every metric of every classifier
 * on each draw: the same draws for all of them, so that their differences are paired.
 * @param classifiers the metrics of each one, by name
 * @returns for each classifier and metric its values on the resamples, in the order of the draws
 */
export function bootstrap<Name>(
  classifiers: readonly ReadonlyMap<Name, RatioOfSums>[],
  { images, resamples, seed }: { images: number; resamples: number; seed: number },
): Map<Name, Float64Array>[] {
  const jobs = classifiers.map((metrics) =>
    [...metrics].map(([name, metric]) => ({ name, metric, values: new Float64Array(resamples) })),
  );
  forEachResample({ images, resamples, seed }, (weights, r) => {
    for (const { metric, values } of jobs.flat()) values[r] = weightedMetric(metric, weights);
  });
  return jobs.map((ofOne) => new Map(ofOne.map(({ name, values }) => [name, values])));
}

/** Calls `use` with how often each image was drawn, for each of the resamples. The array is reused. */
export function forEachResample(
  { images, resamples, seed }: { images: number; resamples: number; seed: number },
  use: (weights: Int32Array, resample: number) => void,
): void {
  const random = xoroshiro128plus(seed);
  const weights = new Int32Array(images);
  for (let r = 0; r < resamples; r++) {
    weights.fill(0);
    for (let i = 0; i < images; i++) {
      const drawn = uniformInt(random, 0, images - 1);
      weights[drawn] = (weights[drawn] as number) + 1;
    }
    use(weights, r);
  }
}

/** The `q`-quantile of sorted values, linear between neighbours (numpy's default). */
export function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

/** Smaller differences are equal values with different rounding errors. */
const ROUNDING = 1e-12;

/**
 * Two-sided p-value of the hypothesis that a difference is 0, by inverting the percentile interval: twice the smaller share
 * of resampled differences on either side of 0. Zeros count on both sides, and one is added to each side, so that p is at
 * least 2 / (resamples + 1), the least that this number of resamples can show.
 */
export function bootstrapP(differences: Float64Array): number {
  let low = 1;
  let high = 1;
  for (const difference of differences) {
    if (difference <= ROUNDING) low++;
    if (difference >= -ROUNDING) high++;
  }
  return Math.min(1, (2 * Math.min(low, high)) / (differences.length + 1));
}

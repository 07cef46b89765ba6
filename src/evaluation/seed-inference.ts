/**
 * Inference for a difference when both the images and the trainings are samples. There are usually few seeds (3 to 5), for
 * which a bootstrap is far too optimistic, so this is normal theory for two sources of variance.
 *
 * With S seeds let D_s be the difference in seed s, D their mean, and c_is what image i contributes to D_s (they sum to
 * D_s, see `contributions`). Then
 * - `seeds` = sample variance of the D_s / S, with S - 1 degrees of freedom. It covers everything that is drawn anew with
 *   each seed: the training, its split, and images that no other seed is tested on.
 * - `shared` = the mean over pairs of seeds of Σ_i c_is c_it: the variance due to images that several seeds are tested on,
 *   which the spread between seeds does not show. 0 where all seeds have different images.
 * - `images` = Σ_i (Σ_s c_is / S)²: the variance due to images alone, for exactly these trainings.
 *
 * seeds + shared is an unbiased estimate of the variance of D. The precision of its two parts differs so much (2 degrees of
 * freedom against hundreds) that the half-width is √(t² seeds + t'² shared), each with the quantile t of its own degrees of
 * freedom. The interval then has at least its nominal coverage whatever the true variances are (for normal
 * parts: Banerjee, "Approximate confidence interval for linear functions of means of k populations when the population
 * variances are not equal", Sankhyā 22, 1960). It is never narrower than the interval over images alone, t' √images, since
 * three seeds may agree by luck. With one seed only that interval remains, and it does not cover seeds.
 *
 * Degrees of freedom over images are (Σ u²)² / Σ u⁴ of the contributions u (Satterthwaite, "An approximate distribution of
 * estimates of variance components", 1946): for accuracy, the number of images on which the two classifiers differ.
 */
import { studentQuantile } from './student-t.js';

/** The contributions of the images of one seed to a difference. */
export interface SeedContributions {
  readonly values: Float64Array;
  /** The number of each image; an image tested in several seeds has the same number in all of them. */
  readonly images: Int32Array;
}

/** The estimated variance of a mean difference, by source. */
export interface VarianceParts {
  readonly seeds: number;
  readonly shared: number;
  readonly images: number;
  /** Degrees of freedom of `shared` and `images`. */
  readonly imageFreedom: number;
  /** Degrees of freedom of `seeds`; 0 where there is one seed only. */
  readonly seedFreedom: number;
}

/** @param distinct how many different images there are; their numbers are below it */
export function varianceParts(bySeed: readonly SeedContributions[], distinct: number): VarianceParts {
  const s = bySeed.length;
  const byImage = new Float64Array(distinct);
  const differences = bySeed.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  // Mean over seeds of the variance due to the images of that seed.
  let own = 0;
  for (const { values, images } of bySeed) {
    values.forEach((value, i) => {
      const image = images[i] as number;
      byImage[image] = (byImage[image] as number) + value / s;
      own += (value * value) / s;
    });
  }
  let [squares, fourths] = [0, 0];
  for (const u of byImage) {
    squares += u * u;
    fourths += u ** 4;
  }
  const mean = differences.reduce((sum, d) => sum + d / s, 0);
  const spread = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  return {
    // squares = own / S + shared (S - 1) / S
    shared: s === 1 ? 0 : Math.max(0, (s * squares - own) / (s - 1)),
    seeds: s === 1 ? 0 : spread / (s * (s - 1)),
    images: squares,
    imageFreedom: squares === 0 ? 1 : squares ** 2 / fourths,
    seedFreedom: s - 1,
  };
}

/** Half the width of the interval of level 1 - `p`, with `p` in (0, 1]. */
export function halfWidth({ seeds, shared, images, imageFreedom, seedFreedom }: VarianceParts, p: number): number {
  const overImages = studentQuantile(p, imageFreedom) ** 2;
  const overSeeds = seeds === 0 ? 0 : studentQuantile(p, seedFreedom) ** 2;
  return Math.sqrt(Math.max(overSeeds * seeds + overImages * shared, overImages * images));
}

/** No smaller p-value is reported: normal theory does not hold so far out. */
const LEAST = 1e-12;

/** Two-sided p-value of no difference: the one whose interval just reaches 0. */
export function pOfNone(parts: VarianceParts, difference: number): number {
  const size = Math.abs(difference);
  if (size === 0) return 1;
  let [low, high] = [Math.log(LEAST), 0];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (halfWidth(parts, Math.exp(middle)) > size) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

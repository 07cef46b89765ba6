/** How much more or less frequent each class is in a sample than among known images. */
import type { Random } from '../../random.js';
import { drawGamma } from './draws.js';
import { drawCounts, expectedCounts, type Scores } from './scores.js';

/**
 * The ratio of a class's shares in the sample and among known images has a gamma prior of mean 1 that counts as this many images of
 * each class: a class of which little is seen keeps its share.
 */
const PRIOR_IMAGES = 2;

/** Of each class. */
interface RatioOptions {
  /** By which the odds of the classes are multiplied to be without bias. */
  readonly factors: Float64Array;
  /** The number of images that there would be if the shares were those of the known images. */
  readonly usual: Float64Array;
}

/**
 * Steps of expectation maximisation towards the most probable ratios: the class probabilities of each image with the ratios so far give
 * the numbers of images, and these the ratios.
 *
 * Saerens, Latinne & Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities", Neural Computation 14, 2002.
 * @param ratios to start from
 */
export function followRatios(
  sample: Scores,
  ratios: Float64Array,
  { factors, usual }: RatioOptions,
  steps: number,
): Float64Array {
  let found = ratios;
  for (let step = 0; step < steps; step++) {
    const counts = expectedCounts(sample, times(found, factors));
    found = counts.map((count, c) => (count + PRIOR_IMAGES) / ((usual[c] as number) + PRIOR_IMAGES));
  }
  return found;
}

/** The result of {@link drawRatios}. */
interface DrawnRatios {
  readonly ratios: Float64Array;
  /** Images of each class. */
  readonly counts: Float64Array;
}

/**
 * Steps of a Gibbs sampler: draws the classes of all images given the ratios, and the ratios given these.
 *
 * Tanner & Wong, "The calculation of posterior distributions by data augmentation", JASA 82, 1987.
 */
export function drawRatios(
  random: Random,
  sample: Scores,
  start: Float64Array,
  { factors, usual }: RatioOptions,
  steps: number,
): DrawnRatios {
  let ratios = start;
  for (let step = 0; step < steps; step++) {
    const counts = drawCounts(random, sample, times(ratios, factors));
    ratios = counts.map((count, c) => drawGamma(random, count + PRIOR_IMAGES) / ((usual[c] as number) + PRIOR_IMAGES));
  }
  return { ratios, counts: drawCounts(random, sample, times(ratios, factors)) };
}

const times = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, c) => value * (b[c] as number));

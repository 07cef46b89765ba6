/** The quantile with which prediction sets reach a chosen coverage. */
import { rankClasses, startRanking } from '../decision/conformal-sets.js';
import { CladenetError } from '../errors.js';
import { type Predictions, predictionProblems } from '../evaluation/predictions.js';
import { shareProblems, spareImages } from './finite-sample.js';

/** A quantile for `conformalSets` or `nodeSets`, and what it guarantees. */
export interface ConformalQuantile {
  /** 1, all classes, where there are too few images. */
  readonly quantile: number;
  readonly coverage: number;
  /** Number of images that it was calibrated on. */
  readonly images: number;
  /** `too-few-images`: with fewer than 1 / (1 - coverage) - 1 images only sets of all classes guarantee the coverage. */
  readonly outcome: 'sets' | 'too-few-images';
}

/**
 * The quantile with which `conformalSets` contain the true class of a new image with a probability of at least `coverage`.
 * The guarantee is for images that are exchangeable with these, on average over the draws of these and of the new one.
 *
 * Split conformal prediction (Vovk, Gammerman & Shafer, "Algorithmic learning in a random world", 2005): the
 * ⌈(n + 1) · coverage⌉-th smallest score of the true classes of n images; the score is that of `conformalSets`.
 * @param options `coverage`: the probability to guarantee, above 0 and below 1
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 * @example
 * ```ts
 * import { calibrateSets } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid'];
 * const probabilities = Float64Array.of(0.75, 0.25, 0.75, 0.25, 0.25, 0.75, 0.5, 0.5);
 * const labels = Int32Array.from([0, 1, 1, 0]);
 * calibrateSets({ classes, probabilities, labels }, { coverage: 0.8 }).quantile; // => 0.75
 * ```
 */
export function calibrateSets(
  predictions: Predictions,
  { coverage }: { readonly coverage: number },
): ConformalQuantile {
  const problems = [...predictionProblems(predictions), ...shareProblems('coverage', coverage)];
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'Prediction sets cannot be calibrated.', problems);
  const { classes, probabilities, labels } = predictions;
  const ranking = startRanking(classes.length);
  const scores = Float64Array.from(labels, (label, image) => {
    rankClasses(probabilities, image, ranking);
    return ranking.ahead[ranking.order.indexOf(label)] as number;
  });
  return splitQuantile(scores, coverage);
}

/** The ⌈(n + 1) · coverage⌉-th smallest of n scores, 0..1; 1 where there are too few. */
export function splitQuantile(scores: Float64Array, coverage: number): ConformalQuantile {
  const images = scores.length;
  const spare = spareImages(images, coverage);
  if (spare < 0) return { quantile: 1, coverage, images, outcome: 'too-few-images' };
  return { quantile: scores.toSorted()[images - 1 - spare] as number, coverage, images, outcome: 'sets' };
}

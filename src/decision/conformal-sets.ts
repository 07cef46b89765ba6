/** Several classes instead of one: as many as it takes to have the true one among them with a promised probability. */
import { CladenetError } from '../errors.js';
import { countImages, type Probabilities } from './probabilities.js';

/**
 * The set of classes of every image that cannot be ruled out: each class whose score, the probability that was given to
 * more probable classes, is at most `quantile`. So the most probable class is in every set, and a sure image's set is
 * small, an unsure one's large. With a quantile from `calibrateSets` the set holds the true class with the probability
 * asked for there.
 *
 * The adaptive score of Romano, Sesia & Candès, "Classification with valid and adaptive coverage", NeurIPS 2020, without
 * its random draw: a class's own probability is never counted. Counting it in full (no draw either) makes sets several
 * times larger where there are many classes, since the true class is often the one that fills the sum up; the score
 * 1 - p (Sadinle, Lei & Wasserman, 2019) makes slightly smaller ones, but pays with unsure images, whose sets then hold
 * the true class far less often than promised.
 * @param probabilities images × `k`, row-major
 * @param k             number of classes
 * @param quantile      0 gives the most probable class alone, 1 all classes
 * @returns per image the indices of its classes, the most probable first, of equal ones the lowest index
 * @throws CladenetError `EVALUATION` when the matrix does not cut into rows of `k`, or the quantile is not in 0..1
 * @example
 * ```ts
 * import { conformalSets } from 'cladenet';
 *
 * const probabilities = Float64Array.of(0.9, 0.1, 0, 0.5, 0.4, 0.1);
 * conformalSets(probabilities, 3, 0.6); // => [ Int32Array(1) [ 0 ], Int32Array(2) [ 0, 1 ] ]
 * ```
 */
export function conformalSets(probabilities: Probabilities, k: number, quantile: number): Int32Array[] {
  const images = countImages(probabilities, k);
  if (!(quantile >= 0 && quantile <= 1)) {
    const problem = { where: 'quantile', expected: 'a number from 0 to 1', received: `${quantile}` };
    throw new CladenetError('EVALUATION', 'These sets cannot be formed.', [problem]);
  }
  const ranking = startRanking(k);
  return Array.from({ length: images }, (_, image) => {
    rankClasses(probabilities, image, ranking);
    let size = 1;
    while (size < k && (ranking.ahead[size] as number) <= quantile) size++;
    return ranking.order.slice(0, size);
  });
}

/** The classes of one image from the most to the least probable. */
export interface Ranking {
  readonly order: Int32Array;
  /** The probability of all classes ahead of each rank, at most 1; never falls. */
  readonly ahead: Float64Array;
}

export function startRanking(k: number): Ranking {
  return { order: new Int32Array(k), ahead: new Float64Array(k) };
}

/** Ranks the classes of one image; of equal ones the lowest index goes first. */
export function rankClasses(probabilities: Probabilities, image: number, { order, ahead }: Ranking): void {
  const row = image * order.length;
  for (let c = 0; c < order.length; c++) order[c] = c;
  // The sort is stable.
  order.sort((a, b) => (probabilities[row + b] as number) - (probabilities[row + a] as number));
  let sum = 0;
  order.forEach((c, rank) => {
    ahead[rank] = Math.min(1, sum);
    sum += probabilities[row + c] as number;
  });
}

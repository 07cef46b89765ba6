/** Prediction sets: as many classes as it takes to include the true one with a chosen probability. */
import { CladenetError } from '../errors.js';
import { countImages, type Probabilities } from './probabilities.js';

/**
 * The prediction set of every image: each class whose score, the total probability of the more probable classes, is at
 * most `quantile`. The most probable class is in every set; the set is small where the classifier is confident, and large
 * where it is not. With a quantile from `calibrateSets`, a set contains the true class with the coverage chosen there.
 *
 * The adaptive score of Romano, Sesia & Candès, "Classification with valid and adaptive coverage", NeurIPS 2020, without
 * its random draw: a class's own probability never counts. Counting it in full, also without a draw, makes sets several
 * times larger where there are many classes, since the true class is often the one that completes the sum. The score
 * 1 - p (Sadinle, Lei & Wasserman, 2019) makes slightly smaller sets, but at the expense of uncertain images, whose sets
 * then contain the true class far less often than promised.
 * @param probabilities images × `k`, row-major
 * @param k             number of classes
 * @param quantile      0 gives the most probable class alone, 1 all classes
 * @returns for each image the indices of its classes, most probable first; ties go to the lowest index
 * @throws CladenetError `EVALUATION` when the length of the matrix is not a multiple of `k`, or the quantile is not in 0..1
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
    throw new CladenetError('EVALUATION', 'The prediction sets cannot be formed.', [problem]);
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
  /** The total probability of the classes ahead of each rank, at most 1; non-decreasing. */
  readonly ahead: Float64Array;
}

export function startRanking(k: number): Ranking {
  return { order: new Int32Array(k), ahead: new Float64Array(k) };
}

/** Ranks the classes of one image; ties go to the lowest index. */
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

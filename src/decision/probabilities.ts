/**
 * What every classifier predicts: a matrix of leaf probabilities, images × classes, row-major. All decisions derive from
 * it, so no two of them can disagree about the same image.
 */
import { CladenetError } from '../errors.js';

/** Images × classes, row-major: entry `image * k + c` is the probability of class `c` of `k`. */
export type Probabilities = Float32Array | Float64Array;

/**
 * How many images (rows) a matrix of `k` classes holds.
 * @throws CladenetError `EVALUATION` when its length is not a multiple of `k`
 */
export function countImages(probabilities: Probabilities, k: number): number {
  const images = probabilities.length / k;
  if (Number.isInteger(images)) return images;
  throw new CladenetError('EVALUATION', 'The probability matrix does not fit its classes.', [
    { where: 'probabilities', expected: `a multiple of ${k} values`, received: `${probabilities.length} values` },
  ]);
}

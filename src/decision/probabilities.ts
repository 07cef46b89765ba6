/**
 * The one thing every classifier ends in: a leaf-probability matrix, images × classes, row-major. All decisions derive
 * from it, so two decisions can never disagree about the same image.
 */
import { CladenetError } from '../errors.js';

/** Images × classes, row-major: entry `image * k + c` is the probability of class `c` of `k`. */
export type Probabilities = Float32Array | Float64Array;

/**
 * How many images (rows) a matrix of `k` classes holds.
 * @throws CladenetError `EVALUATION` when it does not cut into whole rows
 */
export function countImages(probabilities: Probabilities, k: number): number {
  const images = probabilities.length / k;
  if (Number.isInteger(images)) return images;
  throw new CladenetError('EVALUATION', 'The probability matrix does not fit its classes.', [
    { where: 'probabilities', expected: `a multiple of ${k} values`, received: `${probabilities.length} values` },
  ]);
}

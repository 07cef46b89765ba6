/** The most probable classes of every image, for tables of predictions. */
import { countImages, type Probabilities } from './probabilities.js';

/**
 * The `n` most probable classes of every image, most probable first; ties go to the lowest index, so the first column is
 * that of `mostProbableLeaf`.
 * @param probabilities images × `k`, row-major
 * @param k             number of classes
 * @param n             how many to give; all classes where there are fewer
 * @returns images × min(n, k), row-major, of indices into the classes
 * @throws CladenetError `EVALUATION` when the length of the matrix is not a multiple of `k`
 * @example
 * ```ts
 * import { topK } from 'cladenet';
 *
 * const probabilities = Float64Array.of(0.2, 0.7, 0.1, 0.3, 0.1, 0.6);
 * topK(probabilities, 3, 2); // => Int32Array(4) [ 1, 0, 2, 0 ]
 * ```
 */
export function topK(probabilities: Probabilities, k: number, n: number): Int32Array {
  const images = countImages(probabilities, k);
  const width = Math.min(n, k);
  const top = new Int32Array(images * width);
  for (let image = 0; image < images; image++) {
    const row = image * k;
    const out = image * width;
    for (let c = 0, filled = 0; c < k; c++) {
      // Insertion into a short sorted list: most classes lose the first comparison, with its last entry.
      const p = probabilities[row + c] as number;
      let place = filled;
      while (place > 0 && p > (probabilities[row + (top[out + place - 1] as number)] as number)) place--;
      if (place === width) continue;
      if (filled < width) filled++;
      top.copyWithin(out + place + 1, out + place, out + filled - 1);
      top[out + place] = c;
    }
  }
  return top;
}

/** Bootstrap resamples of the images of a confusion matrix. */
import { random } from '../random.js';
import type { Confusion } from './confusion.js';

/**
 * A bootstrap of the images (Efron & Tibshirani, 1993), class by class: as many images of each class as there were, each
 * assigned a class with the frequencies of its row, which equals drawing the images of the class with replacement. So no
 * class is ever without images. (Of summed probabilities only the row is known; their resamples vary as decisions would,
 * which is more than the probabilities do.)
 * @param images the images of each class
 * @param draw   the number of the resample; each has its own random stream
 * @returns n x n, row-major: the shares C of the resample
 */
export function resampleImages(
  { classes, shares }: Confusion,
  images: Float64Array,
  seed: number,
  draw: number,
): Float64Array {
  const n = classes.length;
  const { uniform } = random(seed, 'bootstrap of images', draw);
  const resampled = new Float64Array(n * n);
  const cumulative = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let j = 0; j < n; j++) {
      total += shares[i * n + j] as number;
      cumulative[j] = total;
    }
    // Sums of probabilities can miss a whole number by rounding.
    const count = Math.max(1, Math.round(images[i] as number));
    for (let image = 0; image < count; image++) {
      const entry = i * n + firstAbove(cumulative, uniform() * total);
      resampled[entry] = (resampled[entry] as number) + 1 / count;
    }
  }
  return resampled;
}

/** The first index whose value is above `target`, by bisection of ascending values; the last one if none is. */
function firstAbove(ascending: Float64Array, target: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Texture by which neighbours of a pixel are lighter than it. */
import type { GreyImage } from '../grey-image.js';

/** The weight of the farther pixels where a diagonal neighbour is interpolated: it lies at a distance of 1 too. */
const FAR = Math.SQRT1_2;
/** What rounding can make of equal levels. */
const EQUAL = 1e-7;

/**
 * The shares of the ten kinds of pixels in a mask: those around which 0 to 8 of the eight neighbours at a distance of 1 are
 * at least as light, without a gap between them, and all others (T. Ojala, M. Pietikainen and T. Maenpaa, "Multiresolution
 * gray-scale and rotation invariant texture classification with local binary patterns", IEEE Transactions on Pattern Analysis
 * and Machine Intelligence 24 (2002) 971-987; scikit-image, `local_binary_pattern` with `uniform`, P = 8, R = 1). Pixels at
 * the border of the image are left out. NaN if none is left.
 *
 * @param isIn whether a pixel of the image is in the mask
 */
export function localBinaryPatterns({ pixels, width, height }: GreyImage, isIn: (at: number) => boolean): Float64Array {
  const counts = new Float64Array(10);
  let total = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (!isIn(at)) continue;
      const grey = pixels[at] as number;
      const level = (offset: number) => pixels[at + offset] as number;
      const between = (side: number, other: number) => {
        const near = grey * (1 - FAR) + level(side) * FAR;
        const far = level(other) * (1 - FAR) + level(side + other) * FAR;
        return near * (1 - FAR) + far * FAR;
      };
      let pattern = 0;
      const add = (neighbour: number, bit: number) => {
        if (neighbour >= grey - EQUAL) pattern |= 1 << bit;
      };
      add(level(1), 0);
      add(between(1, -width), 1);
      add(level(-width), 2);
      add(between(-1, -width), 3);
      add(level(-1), 4);
      add(between(-1, width), 5);
      add(level(width), 6);
      add(between(1, width), 7);
      const kind = KINDS[pattern] as number;
      counts[kind] = (counts[kind] as number) + 1;
      total++;
    }
  }
  return counts.map((count) => count / total);
}

/** The kind of each pattern of eight neighbours: how many are set, if they are without a gap; 9 otherwise. */
const KINDS = Uint8Array.from({ length: 256 }, (_, pattern) => {
  const bit = (k: number) => (pattern >> (k & 7)) & 1;
  let [ones, changes] = [0, 0];
  for (let k = 0; k < 8; k++) {
    ones += bit(k);
    if (bit(k) !== bit(k + 1)) changes++;
  }
  return changes <= 2 ? ones : 9;
});

/** ZooProcess's measures of grey levels in their places. */
import { labelRegions } from '../segmentation/regions.js';

/**
 * ZooProcess's `fcons`, a contrast after M. Amadasun and R. King, "Textural features corresponding to textural properties",
 * IEEE Transactions on Systems, Man, and Cybernetics 19 (1989) 1264-1274: at pixels of three grey levels, the difference to
 * the mean of the eight neighbours, summed up as the image is read column by column. The three levels are the last ones that
 * as few pixels have as the quartiles say.
 *
 * @param grey levels of the object, 255 outside of it
 */
export function texturalContrast(
  grey: Uint8Array,
  width: number,
  height: number,
  histogram: Uint32Array,
  quartiles: readonly number[],
): number {
  const levels = quartiles.map((quartile) => {
    let level = 0;
    for (let k = 0; k < 255; k++) if (histogram[k] !== 0 && (histogram[k] as number) <= quartile) level = k;
    return level;
  });
  const differences = new Float64Array(256);
  let [sum, count] = [0, 1];
  for (let x = 1; x < width - 1; x++) {
    for (let y = 1; y < height - 1; y++) {
      const at = y * width + x;
      const level = grey[at] as number;
      if (!levels.includes(level)) continue;
      let around = -level;
      for (let row = at - width; row <= at + width; row += width) {
        around += (grey[row - 1] as number) + (grey[row] as number) + (grey[row + 1] as number);
      }
      differences[level] = (differences[level] as number) + Math.abs(level - around / 8);
      sum += ((differences[level] as number) * (histogram[level] as number)) / 256;
      count++;
    }
  }
  return sum / count;
}

/**
 * Objects of at least 5 pixels that are left of the pixels up to a grey level when the mask is eroded once (a pixel stays if
 * its eight neighbours are in the mask), without those that touch the border of the box.
 */
export function partsUpTo(grey: Uint8Array, width: number, height: number, level: number): number {
  const eroded = new Uint8Array(grey.length);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      let isInner = 1;
      for (let row = at - width; row <= at + width && isInner === 1; row += width) {
        if ((grey[row - 1] as number) > level || (grey[row] as number) > level || (grey[row + 1] as number) > level)
          isInner = 0;
      }
      eroded[at] = isInner;
    }
  }
  return labelRegions(eroded, width, height).regions.filter(({ area }) => area >= 5).length;
}

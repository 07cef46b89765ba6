/** What is background in an image, and where the organism begins. */
import type { GreyImage } from '../grey-image.js';

/** A light background has dark objects on it, a dark one light objects. */
export type Background = 'light' | 'dark';

/** What a background of this grey level is. */
export const backgroundOf = (level: number): Background => (level >= 128 ? 'light' : 'dark');

/** Grey levels that separate objects from the background where none is given: ZooProcess's and UVP6's. */
export const DEFAULT_THRESHOLDS: Readonly<Record<Background, number>> = { light: 243, dark: 20 };

/** Whether a grey level is an object's: at most the threshold on a light background, above it on a dark one. */
export function isObject(grey: number, background: Background, threshold: number): boolean {
  return background === 'light' ? grey <= threshold : grey > threshold;
}

/** The median grey level of the pixels along the border; of an even number, the lower of the two in the middle. */
export const medianOfBorder = (image: GreyImage): number => medianOf(countBorder(image));

/** How many pixels along the border have each grey level. */
function countBorder({ pixels, width, height }: GreyImage): Float64Array {
  const counts = new Float64Array(256);
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 || width === 1 ? 1 : width - 1;
    for (let x = 0; x < width; x += step) {
      const grey = pixels[y * width + x] as number;
      counts[grey] = (counts[grey] as number) + 1;
    }
  }
  return counts;
}

/** The median of grey levels that are counted; of an even number, the lower of the two in the middle. */
export function medianOf(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let level = 0;
  for (let below = counts[0] as number; below * 2 < total; below += counts[level] as number) level++;
  return level;
}

/**
 * The grey level that separates an image's pixels best into two classes: those up to it and those above it, with the
 * largest variance between the classes (N. Otsu, "A threshold selection method from gray-level histograms", IEEE
 * Transactions on Systems, Man, and Cybernetics 9 (1979) 62-66).
 */
export const otsuThreshold = ({ pixels }: Pick<GreyImage, 'pixels'>): number => otsuOf(countLevels(pixels));

/** Adds how many pixels have each grey level to `counts`. */
export function countLevels(pixels: Uint8Array, counts = new Float64Array(256)): Float64Array {
  for (const grey of pixels) counts[grey] = (counts[grey] as number) + 1;
  return counts;
}

/** As {@link otsuThreshold}, of grey levels that are counted. */
export function otsuOf(counts: Float64Array): number {
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const all = counts.reduce((sum, count, level) => sum + count * level, 0);
  let [best, threshold, below, sum] = [-1, 0, 0, 0];
  for (let level = 0; level < 255; level++) {
    const count = counts[level] as number;
    below += count;
    sum += level * count;
    const above = pixels - below;
    if (below === 0 || above === 0) continue;
    const difference = sum / below - (all - sum) / above;
    const between = below * above * difference * difference;
    if (between > best) {
      best = between;
      threshold = level;
    }
  }
  return threshold;
}

/** Statistics of the grey levels in a mask. */

/** What the grey levels of some pixels are like. */
export interface GreyStatistics {
  readonly count: number;
  readonly sum: number;
  readonly mean: number;
  /** Standard deviation of a sample (divided by the number of pixels - 1). */
  readonly deviation: number;
  /** The most frequent level; of several, the lowest. */
  readonly mode: number;
  readonly min: number;
  readonly max: number;
  /** The first level that more than half of the pixels do not exceed. */
  readonly median: number;
  /** Third central moment over the cube of the standard deviation of the population. */
  readonly skewness: number;
  /** Fourth central moment over the fourth power of the standard deviation of the population, minus 3. */
  readonly kurtosis: number;
}

/** Pixels by grey level, 256 counts, of the pixels in a mask. */
export function histogramOf(grey: Uint8Array, mask: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (let i = 0; i < grey.length; i++) {
    if (mask[i] === 1) counts[grey[i] as number] = (counts[grey[i] as number] as number) + 1;
  }
  return counts;
}

/** Statistics of a histogram of 256 counts. NaN where there are too few pixels, or all have one level. */
export function greyStatistics(histogram: Uint32Array): GreyStatistics {
  let [count, sum, min, max, mode] = [0, 0, Number.NaN, Number.NaN, Number.NaN];
  for (let level = 0; level < 256; level++) {
    const pixels = histogram[level] as number;
    if (pixels === 0) continue;
    if (count === 0) min = level;
    max = level;
    count += pixels;
    sum += pixels * level;
    if (Number.isNaN(mode) || pixels > (histogram[mode] as number)) mode = level;
  }
  const mean = sum / count;
  let [second, third, fourth, below, median] = [0, 0, 0, 0, Number.NaN];
  for (let level = 0; level < 256; level++) {
    const pixels = histogram[level] as number;
    const distance = level - mean;
    second += pixels * distance ** 2;
    third += pixels * distance ** 3;
    fourth += pixels * distance ** 4;
    below += pixels;
    if (Number.isNaN(median) && below * 2 > count) median = level;
  }
  const variance = second / count;
  return {
    ...{ count, sum, mean, mode, min, max, median },
    deviation: Math.sqrt(second / (count - 1)),
    skewness: third / count / variance ** 1.5,
    kurtosis: fourth / count / variance ** 2 - 3,
  };
}

/** The last level below which less than a share of the pixels lie: 0 if already level 0 has more. */
export function lastLevelBelow(histogram: Uint32Array, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (let level = 0; level < 256; level++) {
    below += histogram[level] as number;
    if (below / total >= share) return Math.max(0, level - 1);
  }
  return 255;
}

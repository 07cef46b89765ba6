/** Means over seeds, with intervals. */
import { mean } from '../evaluation/mean.js';
import { studentQuantile } from '../evaluation/student-t.js';

/** A number measured once for each seed. */
export interface MeanOverSeeds {
  readonly mean: number;
  /** 95 % interval of the mean by Student's t: it covers other seeds, not other images. Null for one seed. */
  readonly interval: readonly [low: number, high: number] | null;
  /** In the order of the seeds. */
  readonly perSeed: readonly number[];
}

export function overSeeds(perSeed: readonly number[]): MeanOverSeeds {
  const [centre, seeds] = [mean(perSeed), perSeed.length];
  if (seeds < 2) return { mean: centre, interval: null, perSeed };
  const variance = perSeed.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (seeds - 1);
  const half = studentQuantile(0.05, seeds - 1) * Math.sqrt(variance / seeds);
  return { mean: centre, interval: [centre - half, centre + half], perSeed };
}

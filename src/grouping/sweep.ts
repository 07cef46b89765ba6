/** Choosing beta: the groups of beta-threshold clustering at many thresholds, and their quality. */
import { append } from '../arrays.js';
import type { Problem } from '../errors.js';
import { adjustedRand } from './adjusted-rand.js';
import { betaThreshold } from './beta-threshold.js';
import { type Confusion, refusal } from './confusion.js';
import { betaProblems, requireGroupable } from './group-classes.js';
import { mistakesIn, pairsIn } from './mistakes.js';
import { type Recommendation, recommendBeta, type SweepPoint } from './recommend.js';
import { resampleImages } from './resample.js';
import { type Similarities, similaritiesOf, toSimilarities } from './similarities.js';
import { type SymmetrizeOptions, symmetrizeProblems } from './symmetrize.js';

/** Options of {@link sweepBeta}. */
export interface SweepOptions extends SymmetrizeOptions {
  /** The thresholds to try, from 0 to 1. Default: up to 24, evenly spaced over the similarities on a logarithmic scale. */
  readonly betas?: readonly number[] | undefined;
  /** Resamples of the images for the stability of the groups; 0 skips it. Default 20. */
  readonly resamples?: number | undefined;
  /** Seed of the resamples. Default 1. */
  readonly seed?: number | undefined;
}

/** The result of {@link sweepBeta}. */
export interface Sweep {
  /** In ascending order of beta. */
  readonly points: readonly SweepPoint[];
  readonly recommended: Recommendation;
}

/** Number of default thresholds; a figure or a table can show as many. */
const STEPS = 24;
/** The smallest default threshold, as a fraction of the greatest similarity. */
const SPAN = 1e-3;

/**
 * Groups the classes at each threshold and measures the quality of the groups. Mistakes are counted in images where the
 * images of each class are known; otherwise every class has the same weight.
 *
 * Time O((resamples + 1) · betas · n²), and the images of each resample.
 *
 * @throws CladenetError `USAGE` with every problem of the options; `EVALUATION` for a matrix without mistakes to group by
 * @example
 * ```ts
 * import { confusionFromCounts, sweepBeta } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const confusion = confusionFromCounts({ classes, counts: [[6, 4, 0], [2, 8, 0], [1, 0, 9]] });
 * const { points } = sweepBeta(confusion, { betas: [0.01, 0.1, 0.4] });
 * points.map(({ beta, groups, alone }) => [beta, groups, alone]); // => [ [ 0.01, 1, 0 ], [ 0.1, 1, 1 ], [ 0.4, 0, 3 ] ]
 * ```
 */
export function sweepBeta(confusion: Confusion, options: SweepOptions = {}): Sweep {
  const { resamples = 20, seed = 1 } = options;
  requireGroupable(confusion, sweepProblems(options));
  const { classes, images } = confusion;
  const similarities = similaritiesOf(confusion, options);
  const betas =
    options.betas === undefined ? defaultBetas(similarities) : [...new Set(options.betas)].sort((a, b) => a - b);
  if (mistakesIn(confusion, new Int32Array(classes.length)).inside === 0 || betas.length === 0) {
    const expected = 'classes that are confused with each other, to group them by';
    throw refusal([{ where: 'confusion', expected, received: 'no such confusion' }]);
  }

  const full = betas.map((beta) => partition(similarities, beta));
  const agreements = betas.map(() => 0);
  const drawn = images === undefined ? 0 : resamples;
  for (let draw = 0; draw < drawn; draw++) {
    const shares = resampleImages(confusion, images as Float64Array, seed, draw);
    const other = toSimilarities(classes, shares, options);
    betas.forEach((beta, b) => {
      agreements[b] = (agreements[b] as number) + adjustedRand(full[b] as Int32Array, partition(other, beta));
    });
  }

  const points = betas.map((beta, b): SweepPoint => {
    const groupOf = new Int32Array(classes.length);
    full[b]?.forEach((group, i) => {
      groupOf[similarities.order[i] as number] = group;
    });
    const sizes = groupSizes(groupOf);
    const { inside, modularity } = mistakesIn(confusion, groupOf);
    return {
      beta,
      groups: sizes.length,
      sizes,
      alone: classes.length - sizes.reduce((sum, size) => sum + size, 0),
      mistakesInside: inside,
      pairsInside: pairsIn(sizes) / pairsIn([classes.length]),
      modularity,
      stability: drawn > 0 ? (agreements[b] as number) / drawn : undefined,
    };
  });
  return { points, recommended: recommendBeta(points) };
}

function partition({ n, values, exponent }: Similarities, beta: number): Int32Array {
  return betaThreshold(values, n, beta ** exponent).groupOf;
}

/** Thresholds rounded to two digits, from the smallest to the greatest similarity on a logarithmic scale. */
function defaultBetas({ n, values, exponent }: Similarities): number[] {
  let [low, high] = [Infinity, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = values[i * n + j] as number;
      if (value > 0) low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (high === 0) return [];
  const top = Math.min(1, high ** (1 / exponent));
  const bottom = Math.max(low ** (1 / exponent), SPAN * top);
  const steps = Array.from({ length: STEPS }, (_, i) => bottom * (top / bottom) ** (i / (STEPS - 1)));
  return [...new Set(steps.map((beta) => Number(beta.toPrecision(2))))];
}

function groupSizes(groupOf: Int32Array): number[] {
  const sizes = new Map<number, number>();
  for (const group of groupOf) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [...sizes.values()].filter((size) => size > 1).sort((a, b) => b - a);
}

function sweepProblems(options: SweepOptions): Problem[] {
  const { betas, resamples, seed } = options;
  const problems = symmetrizeProblems(options);
  betas?.forEach((beta, b) => {
    append(problems, betaProblems(`betas[${b}]`, beta));
  });
  if (betas?.length === 0) problems.push({ where: 'betas', expected: 'at least one threshold', received: 'none' });
  if (resamples !== undefined && !(Number.isSafeInteger(resamples) && resamples >= 0)) {
    problems.push({ where: 'resamples', expected: 'a whole number of 0 or more', received: `${resamples}` });
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    problems.push({ where: 'seed', expected: 'a whole number', received: `${seed}` });
  }
  return problems;
}

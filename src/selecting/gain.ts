/** What a group of features adds, and how much of that may be chance. */
import { metricSums, type Runs, runsOfLabels } from '../evaluation/compared-metrics.js';
import { contributions } from '../evaluation/contributions.js';
import type { Predictions } from '../evaluation/predictions.js';
import { type VarianceParts, varianceParts } from '../evaluation/seed-inference.js';
import { studentQuantile } from '../evaluation/student-t.js';
import { BETTER } from '../evaluation/study-metrics.js';
import { overSeeds } from './over-seeds.js';

/** By what features are selected, on the validation rows. */
export type SelectionMetric = 'logLoss' | 'balancedAccuracy' | 'accuracy';

/** How much better predictions are with a group than without it. */
export interface Gain {
  /** Mean over seeds. Above 0 the group helps, whichever way the metric goes. */
  readonly gain: number;
  /** In the order of the seeds. */
  readonly perSeed: readonly number[];
  readonly variance: VarianceParts;
}

/** @param before and `after`: predictions of the same rows, one for each seed */
export function gainOf(before: readonly Predictions[], after: readonly Predictions[], metric: SelectionMetric): Gain {
  const runs = runsOfLabels(before[0] as Predictions);
  const bySeed = before.map((one, k) => {
    const [a, b] = [sums(after[k] as Predictions, runs, metric), sums(one, runs, metric)];
    const values = BETTER[metric] === 'higher' ? contributions(a, b) : contributions(b, a);
    return { values: values as Float64Array, images: runs.order };
  });
  const perSeed = bySeed.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  return { gain: overSeeds(perSeed).mean, perSeed, variance: varianceParts(bySeed, runs.order.length) };
}

// These three metrics are defined for any predictions.
const sums = (predictions: Predictions, runs: Runs, metric: SelectionMetric) =>
  metricSums(predictions, runs, undefined).get(metric) as NonNullable<ReturnType<ReturnType<typeof metricSums>['get']>>;

/** How often one group that adds nothing passes one standard error by chance. */
const ALONE = 0.15865525393145707;

/**
 * What a gain of the best group of a round has to exceed. For one group that is one standard error, over seeds and over images. The
 * best of k groups is above it by chance far more often, so the bar rises until the best of k groups that add nothing passes
 * as seldom as one would alone (Sidak, 1967). Forests of one round scatter alike, so the variance over seeds is the mean over
 * its groups.
 *
 * @param best  a gain of the group that gained most
 * @param tried the gains of all groups of the round
 */
export function barOf(best: Gain, tried: readonly Gain[]): { readonly noise: number; readonly bar: number } {
  const overSeeds = tried.reduce((sum, { variance }) => sum + variance.seeds / tried.length, 0);
  const { shared, images, imageFreedom } = best.variance;
  const noise = Math.sqrt(Math.max(overSeeds + shared, images));
  const freedom = best.perSeed.length > 1 ? tried.length * (best.perSeed.length - 1) : imageFreedom;
  const tail = 1 - (1 - ALONE) ** (1 / tried.length);
  return { noise, bar: noise * studentQuantile(2 * tail, freedom) };
}

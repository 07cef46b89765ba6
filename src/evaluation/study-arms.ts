/** The runs of one arm of a study, scored and summarised over its seeds. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type RatioOfSums, weightedMetric } from './bootstrap.js';
import type { Runs } from './compared-metrics.js';
import { mean } from './mean.js';
import { perMetric, type StudyMetric, studySums } from './study-metrics.js';
import type { ArmSummary, OverSeeds, StudyArm, StudyRun } from './study-types.js';

export interface ScoredArm {
  /** For each seed its metrics as sums over images. */
  readonly sums: readonly ReadonlyMap<StudyMetric, RatioOfSums>[];
  readonly summary: ArmSummary;
}

/**
 * @param tests  runs with the seeds to use, in this order
 * @param orders the order of the images of each seed
 */
export function scoreArm(
  { name, runs }: StudyArm,
  tests: readonly StudyRun[],
  orders: readonly Runs[],
  taxonomy: Taxonomy | undefined,
): ScoredArm {
  const inOrder = tests.map(({ seed }) => runs.find((run) => run.seed === seed) as StudyRun);
  const sums = inOrder.map(({ predictions }, s) => studySums(predictions, orders[s] as Runs, taxonomy));
  const metrics = perMetric((metric) => overSeeds(sums.map((ofSeed) => metricValue(ofSeed.get(metric)))));
  const seconds = {
    training: overSeeds(inOrder.map((run) => run.seconds?.training)),
    prediction: overSeeds(inOrder.map((run) => run.seconds?.prediction)),
  };
  return { sums, summary: { name, metrics, seconds } };
}

function metricValue(metric: RatioOfSums | undefined): number | undefined {
  if (metric === undefined) return undefined;
  const value = weightedMetric(metric, new Int32Array(metric.numerator.length).fill(1));
  return Number.isNaN(value) ? undefined : value;
}

/** Null where the value is unknown for any seed. */
function overSeeds(values: readonly (number | undefined)[]): OverSeeds | null {
  const perSeed = values.flatMap((value) => value ?? []);
  if (perSeed.length < values.length) return null;
  const middle = mean(perSeed);
  const squares = perSeed.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean: middle, sd: perSeed.length > 1 ? Math.sqrt(squares / (perSeed.length - 1)) : null, perSeed };
}

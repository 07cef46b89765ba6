/** The metrics by which a study judges its arms, as sums over images. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { RatioOfSums } from './bootstrap.js';
import { metricSums, type Runs } from './compared-metrics.js';
import type { Predictions } from './predictions.js';

/** The metrics that a study compares. */
export type StudyMetric =
  | 'accuracy'
  | 'balancedAccuracy'
  | 'top5'
  | 'logLoss'
  | 'ahd'
  | 'severity'
  | 'biologicalAccuracy'
  | 'biologicalBalancedAccuracy';

/** Whether higher or lower values of each metric are better. */
export const BETTER: Readonly<Record<StudyMetric, 'higher' | 'lower'>> = {
  accuracy: 'higher',
  balancedAccuracy: 'higher',
  top5: 'higher',
  logLoss: 'lower',
  ahd: 'lower',
  severity: 'lower',
  biologicalAccuracy: 'higher',
  biologicalBalancedAccuracy: 'higher',
};

export const STUDY_METRICS = Object.keys(BETTER) as readonly StudyMetric[];

/** Every metric of a run as sums over images, in the order of `runs`; `ahd`, `severity` and the biological ones need a taxonomy. */
export function studySums(
  predictions: Predictions,
  runs: Runs,
  taxonomy: Taxonomy | undefined,
): Map<StudyMetric, RatioOfSums> {
  const sums = metricSums(predictions, runs, taxonomy);
  const ahd = sums.get('ahd');
  // The common ancestor has a height above 0 exactly where the two leaves differ, in a mistake.
  const severity = ahd && { ...ahd, denominator: ahd.numerator.map((height) => (height > 0 ? 1 : 0)) };
  return new Map(
    STUDY_METRICS.flatMap((metric): [StudyMetric, RatioOfSums][] => {
      const ofMetric = metric === 'severity' ? severity : sums.get(metric);
      return ofMetric === undefined ? [] : [[metric, ofMetric]];
    }),
  );
}

/** A value for every metric. */
export function perMetric<T>(value: (metric: StudyMetric) => T): Readonly<Record<StudyMetric, T>> {
  return Object.fromEntries(STUDY_METRICS.map((metric) => [metric, value(metric)])) as Record<StudyMetric, T>;
}

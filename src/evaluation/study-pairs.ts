/** Comparing two arms of a study. */
import { contributions } from './contributions.js';
import { holm } from './holm.js';
import type { Identities } from './image-identity.js';
import { mean } from './mean.js';
import { halfWidth, pOfNone, varianceParts } from './seed-inference.js';
import type { ScoredArm } from './study-arms.js';
import { ofTrainings } from './study-folds.js';
import { BETTER, perMetric, type StudyMetric } from './study-metrics.js';
import type { MetricVerdict, OverSeeds, PairVerdict } from './study-types.js';

interface Judging {
  readonly identities: Identities;
  /** For each seed the fold of each of its images; undefined without folds. */
  readonly folds: readonly Int32Array[] | undefined;
  readonly level: number;
}

/** Arm `a` against arm `b`; `pHolm` is not yet corrected. */
export function judgePair(a: ScoredArm, b: ScoredArm, judging: Judging): PairVerdict {
  const ratio = (above: OverSeeds | null, below: OverSeeds | null) =>
    above !== null && below !== null && below.mean > 0 ? above.mean / below.mean : null;
  return {
    a: a.summary.name,
    b: b.summary.name,
    costRatio: {
      training: ratio(a.summary.seconds.training, b.summary.seconds.training),
      prediction: ratio(a.summary.seconds.prediction, b.summary.seconds.prediction),
    },
    metrics: perMetric((metric) => judgeMetric(metric, a, b, judging)),
  };
}

function judgeMetric(
  metric: StudyMetric,
  a: ScoredArm,
  b: ScoredArm,
  { identities: { numbers, distinct }, folds, level }: Judging,
): MetricVerdict | null {
  const bySeed = numbers.flatMap((images, s) => {
    const [ofA, ofB] = [a.sums[s]?.get(metric), b.sums[s]?.get(metric)];
    const values = ofA && ofB && contributions(ofA, ofB);
    return values === undefined ? [] : [{ values, images }];
  });
  if (bySeed.length < numbers.length) return null;
  const perSeed = bySeed.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const difference = mean(perSeed);
  const parts = varianceParts(folds === undefined ? bySeed : ofTrainings(bySeed, folds), distinct);
  const half = halfWidth(parts, 1 - level);
  const p = pOfNone(parts, difference);
  const interval = [difference - half, difference + half] as const;
  return { metric, difference, perSeed, interval, p, pHolm: p, verdict: verdictOf(metric, interval) };
}

function verdictOf(metric: StudyMetric, [low, high]: MetricVerdict['interval']): MetricVerdict['verdict'] {
  if (low <= 0 && high >= 0) return 'tie';
  return low > 0 === (BETTER[metric] === 'higher') ? 'win' : 'loss';
}

/** The pairs with `pHolm` over all pairs of each metric. */
export function correctForPairs(pairs: readonly PairVerdict[]): PairVerdict[] {
  const corrected = perMetric((metric) => {
    const judged = pairs.flatMap(({ metrics }) => metrics[metric] ?? []);
    const ps = holm(judged.map(({ p }) => p));
    return new Map(judged.map((verdict, i) => [verdict, ps[i] as number]));
  });
  return pairs.map((pair) => ({
    ...pair,
    metrics: perMetric((metric) => {
      const verdict = pair.metrics[metric];
      return verdict && { ...verdict, pHolm: corrected[metric].get(verdict) as number };
    }),
  }));
}

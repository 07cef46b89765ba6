/** Questions to a judged study: every arm against a baseline, and non-inferiority. */
import { CladenetError, didYouMean } from '../errors.js';
import { BETTER, perMetric } from './study-metrics.js';
import { correctForPairs } from './study-pairs.js';
import type { MetricVerdict, PairVerdict, Study } from './study-types.js';

/**
 * Every other arm against `baseline`, in the order of the arms, with `pHolm` for these pairs alone. That is right for a
 * baseline chosen before the results are known.
 * @throws CladenetError `EVALUATION` when the study has no such arm
 */
export function pairsAgainst({ arms, pairs }: Study, baseline: string): PairVerdict[] {
  const names = arms.map(({ name }) => name);
  if (!names.includes(baseline)) {
    const remedy = didYouMean(baseline, names);
    const problem = { where: 'baseline', expected: 'the name of an arm', received: `'${baseline}'`, remedy };
    throw new CladenetError('EVALUATION', 'The study has no such arm.', [problem]);
  }
  const against = names.flatMap((name) =>
    pairs.flatMap((pair) => {
      if (pair.a === name && pair.b === baseline) return [pair];
      return pair.a === baseline && pair.b === name ? [swapped(pair)] : [];
    }),
  );
  return correctForPairs(against);
}

/**
 * Non-inferiority: whether the interval excludes that `a` is worse than `b` by `margin` or more, in the unit of the metric
 * (0.005 of accuracy is half a percentage point). The interval is two-sided, so at level 0.95 the probability of this for
 * an arm that is worse by exactly `margin` is at most 2.5 %.
 */
export function excludesLoss({ metric, interval: [low, high] }: MetricVerdict, margin: number): boolean {
  return BETTER[metric] === 'higher' ? low > -margin : high < margin;
}

/** The same verdict for `b` against `a`. */
function swapped({ a, b, costRatio: { training, prediction }, metrics }: PairVerdict): PairVerdict {
  const inverse = (ratio: number | null) => (ratio === null || ratio === 0 ? null : 1 / ratio);
  const opposite = { win: 'loss', tie: 'tie', loss: 'win' } as const;
  return {
    a: b,
    b: a,
    costRatio: { training: inverse(training), prediction: inverse(prediction) },
    metrics: perMetric((metric) => {
      const found = metrics[metric];
      if (found === null) return null;
      const { difference, perSeed, interval, verdict } = found;
      return {
        ...found,
        difference: 0 - difference,
        perSeed: perSeed.map((value) => 0 - value),
        interval: [0 - interval[1], 0 - interval[0]],
        verdict: opposite[verdict],
      };
    }),
  };
}

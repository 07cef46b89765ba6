/** What people ask of a judged study: everything against one baseline, and whether an arm is at least not worse. */
import { CladenetError, nearest } from '../errors.js';
import { BETTER, perMetric } from './study-metrics.js';
import { correctForPairs } from './study-pairs.js';
import type { MetricVerdict, PairVerdict, Study } from './study-types.js';

/**
 * Every other arm against `baseline`, in the order of the arms, with `pHolm` for these pairs alone: for a baseline that was
 * chosen before looking, the other pairs are no chances to be wrong.
 * @throws CladenetError `EVALUATION` if there is no such arm
 */
export function pairsAgainst({ arms, pairs }: Study, baseline: string): PairVerdict[] {
  const names = arms.map(({ name }) => name);
  if (!names.includes(baseline)) {
    const near = nearest(baseline, names);
    const remedy = near === undefined ? undefined : `Did you mean '${near}'?`;
    const problem = { where: 'baseline', expected: 'the name of an arm', received: `'${baseline}'`, remedy };
    throw new CladenetError('EVALUATION', 'The study has no such arm.', [problem]);
  }
  const against = names.flatMap((name) =>
    pairs.flatMap((pair) => {
      if (pair.a === name && pair.b === baseline) return [pair];
      return pair.a === baseline && pair.b === name ? [turned(pair)] : [];
    }),
  );
  return correctForPairs(against);
}

/**
 * Non-inferiority: whether the interval excludes that `a` is worse than `b` by `margin` or more, in the units of the
 * metric (0.005 of accuracy is half a point). The interval is two-sided, so with level 0.95 the chance of saying so of an
 * arm that is worse by just that is at most 2.5 %.
 */
export function excludesLoss({ metric, interval: [low, high] }: MetricVerdict, margin: number): boolean {
  return BETTER[metric] === 'higher' ? low > -margin : high < margin;
}

/** The same finding, said of `b` against `a`. */
function turned({ a, b, costRatio: { training, prediction }, metrics }: PairVerdict): PairVerdict {
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

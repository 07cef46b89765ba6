import { describe, expect, it } from 'vitest';
import { perMetric } from '../../../src/evaluation/study-metrics.js';
import type { MetricVerdict, Study } from '../../../src/evaluation/study-types.js';
import { studyVerdict } from '../../../src/report/tables/study-verdict.js';

const found = (
  metric: MetricVerdict['metric'],
  difference: number,
  interval: readonly [number, number],
  verdict: MetricVerdict['verdict'],
): MetricVerdict => ({ metric, difference, perSeed: [difference], interval, p: 0.1, pHolm: 0.1, verdict });

const arm = (name: string): Study['arms'][number] => ({
  name,
  metrics: perMetric(() => null),
  seconds: { training: null, prediction: null },
});

/** Two arms that differ in accuracy by `accuracy` and in AHD by `ahd`. */
const study = (accuracy: MetricVerdict, ahd: MetricVerdict | null): Study => ({
  level: 0.99,
  covers: 'images and seeds',
  seeds: [1, 2, 3],
  images: [700, 700, 700],
  distinctImages: 1500,
  arms: [arm('flat'), arm('tree')],
  pairs: [
    {
      a: 'tree',
      b: 'flat',
      costRatio: { training: null, prediction: null },
      metrics: { ...perMetric(() => null), accuracy, ahd },
    },
  ],
});

describe('studyVerdict', () => {
  it('says what was found in each metric, with the interval that says so', () => {
    const accuracy = found('accuracy', 0.0124, [-0.0201, 0.0449], 'tie');
    const ahd = found('ahd', -0.0312, [-0.05, -0.0123], 'win');
    expect(studyVerdict(study(accuracy, ahd))).toEqual([
      'no difference in accuracy was found between tree and flat (+1.2 points, 99 % interval -2.0 to +4.5)',
      'tree is better than flat in AHD (-0.031, 99 % interval -0.050 to -0.012)',
    ]);
  });

  it('turns a finding round for another baseline, and leaves out what the study does not have', () => {
    const accuracy = found('accuracy', 0.03, [0.01, 0.05], 'win');
    expect(studyVerdict(study(accuracy, null), { baseline: 'tree' })).toEqual([
      'flat is worse than tree in accuracy (-3.0 points, 99 % interval -5.0 to -1.0)',
    ]);
  });

  it('refuses a baseline that is no arm', () => {
    const accuracy = found('accuracy', 0.03, [0.01, 0.05], 'win');
    expect(() => studyVerdict(study(accuracy, null), { baseline: 'flta' })).toThrow("Did you mean 'flat'?");
  });
});

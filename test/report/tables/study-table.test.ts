import { describe, expect, it } from 'vitest';
import { judgeStudy } from '../../../src/evaluation/study.js';
import { perMetric } from '../../../src/evaluation/study-metrics.js';
import type { Study } from '../../../src/evaluation/study-types.js';
import { studyFigure } from '../../../src/report/figures/study-figure.js';
import { studyTable } from '../../../src/report/tables/study-table.js';
import { simulateStudy, taxonomy } from '../../evaluation/simulated-study.js';
import { expectSound, textsOf } from '../figures/svg.js';

function named(names: readonly string[], seeds: number) {
  const skills = names.map((_, i) => (i === 1 ? 0.6 : 0));
  return simulateStudy('table', { seeds, images: 150, skills }).map(({ runs }, i) => ({
    name: names[i] ?? '',
    runs: runs.map((run, s) => ({ ...run, seconds: { training: 900 + 30 * i + s, prediction: 3 } })),
  }));
}

const names = ['flat', 'tree, path-sum', 'random tree'];
const study = judgeStudy(named(names, 3), { taxonomy });

describe('studyTable', () => {
  it('has the arms, the pairs by metric, the costs, and how to read it', () => {
    const over = (mean: number, sd: number) => ({ mean, sd, perSeed: [mean - sd, mean + sd] });
    const none = perMetric(() => null);
    const verdict = (metric: 'accuracy' | 'logLoss', difference: number, half: number, p: number) => ({
      metric,
      difference,
      perSeed: [difference],
      interval: [difference - half, difference + half] as const,
      p,
      pHolm: p,
      verdict: p < 0.05 ? ('win' as const) : ('tie' as const),
    });
    const small: Study = {
      level: 0.95,
      covers: 'images and seeds',
      seeds: [1, 2],
      images: [1000, 1000],
      distinctImages: 2000,
      arms: [
        {
          name: 'flat',
          metrics: { ...none, accuracy: over(0.726, 0.004), logLoss: over(0.9, 0.0123) },
          seconds: { training: over(840, 3), prediction: null },
        },
        {
          name: 'tree',
          metrics: { ...none, accuracy: over(0.74, 0.01), logLoss: over(0.85, 0.02) },
          seconds: { training: over(7600, 3), prediction: over(2.04, 0) },
        },
      ],
      pairs: [
        {
          a: 'tree',
          b: 'flat',
          costRatio: { training: 1.0667, prediction: null },
          metrics: {
            ...none,
            accuracy: verdict('accuracy', 0.014, 0.02, 0.13),
            logLoss: verdict('logLoss', -0.05, 0.01, 1e-5),
          },
        },
      ],
    };
    expect(studyTable(small)).toBe(
      [
        '          accuracy       log-loss  training  prediction',
        'flat  72.6 ± 0.4 %  0.900 ± 0.012  14.0 min           -',
        'tree  74.0 ± 1.0 %  0.850 ± 0.020     2.1 h       2.0 s',
        '',
        'accuracy, points    change     95 % interval       p    Holm  verdict',
        'tree - flat           +1.4      [-0.6, +3.4]   0.130   0.130      tie',
        '',
        'log-loss            change     95 % interval       p    Holm  verdict',
        'tree - flat         -0.050  [-0.060, -0.040]  <0.001  <0.001      win',
        '',
        'cost              training        prediction',
        'tree / flat         x 1.07                 -',
        '',
        '± standard deviation over seeds. The 95 % intervals cover other seeds and other images (2 seeds,',
        '2,000 test images). Each pair is judged separately; a tie means that no difference was found.',
      ].join('\n'),
    );
  });

  it('fits its width, with long names too, which stay apart', () => {
    const long = ['flat', 'random tree'].map((kind) => `${kind} with joint trunk and a path-sum head, decided by LCA`);
    for (const [arms, width] of [
      [names, 80],
      [names, 100],
      [[...long, 'flat'], 100],
    ] as const) {
      const lines = studyTable(judgeStudy(named(arms, 3), { taxonomy }), { width }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      const pairs = lines.filter((line) => /\d +(win|tie|loss)$/.test(line)).map((line) => line.slice(0, 25));
      expect(pairs.length).toBe(3 * 8);
      expect(new Set(pairs.slice(0, 3)).size).toBe(3);
    }
  });

  it('shows the pairs of one baseline', () => {
    const table = studyTable(study, { baseline: 'tree, path-sum' });
    expect(table).toMatch(/^flat - tree, path-sum .* loss$/m);
    expect(table).not.toContain('random tree - flat');
    expect(table).toContain('corrected for the 2 pairs');
    expect(() => studyTable(study, { baseline: 'flatt' })).toThrow("Did you mean 'flat'?");
  });

  it('says that one seed covers no other training', () => {
    const table = studyTable(judgeStudy(named(names, 1), { taxonomy }));
    expect(table.replaceAll('\n', ' ')).toContain(
      'One seed: the 95 % intervals cover other images (150 test images), not training again with another seed.',
    );
    expect(table).not.toContain('±');
  });

  it('takes a single arm, which has no pairs', () => {
    const table = studyTable(judgeStudy(named(['flat'], 3)));
    expect(table).toMatch(/^flat +\d\d\.\d ± /m);
    expect(table).not.toContain('verdict');
  });
});

describe('studyFigure', () => {
  it('has a panel for each metric and a row for each arm but the baseline', async () => {
    const svg = await studyFigure(study);
    expectSound(svg);
    const texts = textsOf(svg);
    for (const title of ['accuracy', 'balanced', 'top 5', 'log-loss', 'AHD', 'severity', 'Differences to flat']) {
      expect(texts).toContain(title);
    }
    // Eight panels in three rows, named at the left.
    expect(texts.filter((text) => text === 'random tree')).toHaveLength(3);
    expect(texts).not.toContain('flat');
    expect(texts.join()).toContain('95 % intervals over 3 seeds and 450 test images. Rings are single seeds.');
  });

  it('draws what it is asked for, with one seed, without differences, and with a metric that is missing', async () => {
    const one = judgeStudy(named(names, 1));
    const texts = textsOf(
      await studyFigure(one, { metrics: ['accuracy', 'ahd'], baseline: 'random tree', title: 'T' }),
    );
    expect(texts).toEqual(expect.arrayContaining(['T', 'accuracy', 'AHD', 'flat', 'tree, path-sum']));
    expect(texts).not.toContain('log-loss');
    const [flat] = named(['flat'], 3);
    if (flat === undefined) throw new Error('no arm');
    const twins = await studyFigure(judgeStudy([flat, { ...flat, name: 'twin' }], { taxonomy }));
    expectSound(twins);
    await expect(studyFigure(judgeStudy([flat]))).rejects.toThrow(/at least 2 arms, received 1/);
  });
});

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { CladenetError } from '../../src/errors.js';
import { type ComparisonOptions, compareClassifiers } from '../../src/evaluation/compare.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import type { NamedPredictions } from '../../src/evaluation/predictions.js';
import { classes, labels, probabilities, smallTree } from '../decision/small-tree.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const predictions = { classes, probabilities, labels };
const perfect = {
  classes,
  labels,
  probabilities: Float64Array.from({ length: 20 }, (_, i) => +(labels[Math.floor(i / 5)] === i % 5)),
};

/** Classifiers right about each image with the given chance, some images harder than others for all of them. */
function simulate(seed: number, images: number, chances: readonly number[]): NamedPredictions[] {
  const random = xoroshiro128plus(seed * 7919);
  const truth = Int32Array.from({ length: images }, () => uniformInt(random, 0, 2));
  const hardness = Float64Array.from(truth, () => uniformFloat64(random) - 0.5);
  return chances.map((chance, m) => {
    const rows = Array.from(truth, (label, image) => {
      const right = uniformFloat64(random) < chance - 0.3 * (hardness[image] as number);
      const said = right ? label : (label + uniformInt(random, 1, 2)) % 3;
      const confidence = 0.4 + 0.5 * uniformFloat64(random);
      return [0, 1, 2].map((c) => (c === said ? confidence : (1 - confidence) / 2));
    });
    const matrix = Float64Array.from(rows.flat());
    return { name: `model ${m}`, predictions: { classes: ['x', 'y', 'z'], probabilities: matrix, labels: truth } };
  });
}

describe('compareClassifiers', () => {
  const decisions = greedyDescent(probabilities, classes, smallTree);
  const greedy = { ...predictions, decisions };
  const three = [
    { name: 'flat', predictions },
    { name: 'greedy', predictions: greedy },
    { name: 'perfect', predictions: perfect },
  ];
  const { models, differences } = compareClassifiers(three, { taxonomy: smallTree, seed: 5, resamples: 200 });

  it('evaluates each one', () => {
    expect(models.map(({ name }) => name)).toEqual(['flat', 'greedy', 'perfect']);
    expect(models[1]).toEqual({ name: 'greedy', ...evaluate(greedy, { taxonomy: smallTree }) });
  });

  it('takes an object with the names as keys', () => {
    const record = { flat: predictions, greedy, perfect };
    expect(compareClassifiers(record, { taxonomy: smallTree, seed: 5, resamples: 200 })).toEqual({
      models,
      differences,
    });
    expect(() => compareClassifiers({}, { seed: 5 })).toThrow(/classifiers: expected at least one, received none/);
  });

  it('gives every pair every metric, the earlier minus the later', () => {
    expect(differences.map(({ a, b, metric }) => `${a} ${b} ${metric}`)).toEqual(
      ['flat greedy', 'flat perfect', 'greedy perfect'].flatMap((pair) =>
        ['accuracy', 'balancedAccuracy', 'logLoss', 'top5', 'hierarchicalF1', 'ahd'].map((m) => `${pair} ${m}`),
      ),
    );
    const of = (a: string, b: string, metric: string) =>
      differences.find((d) => d.a === a && d.b === b && d.metric === metric)?.difference;
    expect(of('flat', 'perfect', 'accuracy')).toBe(1 / 4 - 1);
    expect(of('flat', 'perfect', 'ahd')).toBe(1.5);
    expect(of('flat', 'perfect', 'hierarchicalF1')).toBeCloseTo(4 / 9 - 1, 12);
    expect(of('flat', 'greedy', 'accuracy')).toBe(1 / 4 - 2 / 4);
  });

  it('finds no difference where there is none: only the decisions differ between flat and greedy', () => {
    const same = differences.filter(({ a, b, metric }) => a + b === 'flatgreedy' && /logLoss|top5/.test(metric));
    expect(same.map(({ difference, ci95, p }) => [difference, ci95, p])).toEqual([
      [0, [0, 0], 1],
      [0, [0, 0], 1],
    ]);
  });

  it('gives identical classifiers difference 0 and p 1 in everything', () => {
    const [one] = simulate(1, 60, [0.7]);
    const twins = [one, one].map((model, i) => ({ ...(model as NamedPredictions), name: `twin ${i}` }));
    const compared = compareClassifiers(twins, { seed: 1, resamples: 100 });
    expect(compared.differences).toHaveLength(4);
    for (const { difference, ci95, p } of nonEmpty(compared.differences))
      expect([difference, ci95, p]).toEqual([0, [0, 0], 1]);
  });

  it('does not mind classes in another order', () => {
    const order = [3, 1, 4, 0, 2];
    const moved = {
      classes: order.map((c) => classes[c] as string),
      probabilities: probabilities.map((_, i) => probabilities[i - (i % 5) + (order[i % 5] as number)] as number),
      labels: labels.map((label) => order.indexOf(label)),
    };
    const pair = [
      { name: 'one', predictions },
      { name: 'moved', predictions: moved },
    ];
    for (const { difference, p } of nonEmpty(compareClassifiers(pair, { taxonomy: smallTree, seed: 1 }).differences)) {
      expect(difference).toBeCloseTo(0, 12);
      expect(p).toBe(1);
    }
  });

  it('draws from its seed', () => {
    const pair = simulate(2, 80, [0.7, 0.75]);
    const [one, again, other] = [4, 4, 5].map((seed) => compareClassifiers(pair, { seed, resamples: 100 }).differences);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('sees that a clearly better classifier is better', () => {
    const compared = compareClassifiers(simulate(3, 300, [0.85, 0.6]), { seed: 1, resamples: 500 });
    const better = { accuracy: 1, balancedAccuracy: 1, logLoss: -1 };
    for (const [metric, sign] of Object.entries(better)) {
      const found = compared.differences.find((d) => d.metric === metric);
      expect(Math.sign(found?.ci95[0] ?? 0)).toBe(sign);
      expect(Math.sign(found?.ci95[1] ?? 0)).toBe(sign);
      expect(found?.p).toBeLessThan(0.01);
    }
  });

  it('covers 0 with about 95% of the intervals where classifiers are equally good', () => {
    const runs = 300;
    const covered = new Map<string, number>();
    const found = new Map<string, number>();
    for (let seed = 1; seed <= runs; seed++) {
      for (const { metric, ci95, p } of compareClassifiers(simulate(seed, 120, [0.7, 0.7]), { seed, resamples: 300 })
        .differences) {
        if (ci95[0] <= 0 && ci95[1] >= 0) covered.set(metric, (covered.get(metric) ?? 0) + 1);
        if (p <= 0.05) found.set(metric, (found.get(metric) ?? 0) + 1);
      }
    }
    for (const metric of ['accuracy', 'balancedAccuracy', 'logLoss']) {
      // 95% plus or minus three standard errors of 300 runs, and a point for the few images.
      expect((covered.get(metric) ?? 0) / runs, metric).toBeGreaterThan(0.9);
      expect((covered.get(metric) ?? 0) / runs, metric).toBeLessThan(0.99);
      expect((found.get(metric) ?? 0) / runs, metric).toBeLessThan(metric === 'accuracy' ? 0.05 : 0.1);
    }
  });
});

describe('what cannot be compared', () => {
  function problemsOf(classifiers: readonly NamedPredictions[], options: Partial<ComparisonOptions> = {}): string[] {
    try {
      compareClassifiers(classifiers, { seed: 1, resamples: 10, ...options });
    } catch (error) {
      if (!(error instanceof CladenetError) || error.code !== 'EVALUATION') throw error;
      return error.problems.map(({ where, received }) => `${where}: ${received}`);
    }
    return [];
  }
  const flat = { name: 'flat', predictions };

  it('one alone is evaluated; none is an error', () => {
    expect(compareClassifiers([flat], { seed: 1 }).differences).toEqual([]);
    expect(problemsOf([])).toEqual(['classifiers: none']);
  });

  it('other labels', () => {
    const other = { name: 'other', predictions: { ...predictions, labels: Int32Array.of(1, 2, 2, 0) } };
    expect(problemsOf([flat, other])).toEqual([
      "classifiers[1] 'other' labels: 2 others, first labels[1]: 'c1' for 'a1'",
    ]);
  });

  it('another number of images', () => {
    const fewer = { classes, probabilities: probabilities.slice(0, 10), labels: labels.slice(0, 2) };
    expect(problemsOf([flat, { name: 'fewer', predictions: fewer }])).toEqual([
      "classifiers[1] 'fewer' labels: 2 images",
    ]);
  });

  it('other classes', () => {
    const renamed = { ...predictions, classes: ['b', 'a1', 'c1', 'zz', 'c2'] };
    expect(problemsOf([flat, { name: 'renamed', predictions: renamed }])).toEqual([
      "classifiers[1] 'renamed' classes: no 'a2', an extra 'zz'",
    ]);
  });

  it('everything else wrong with any of them, at once', () => {
    const broken = { name: 'flat', predictions: { ...predictions, probabilities: probabilities.map((p) => 2 * p) } };
    const found = problemsOf([flat, broken], { seed: 0.5, resamples: 0 });
    expect(found.slice(0, 2)).toEqual(['seed: 0.5', 'resamples: 0']);
    expect(found).toContain("classifiers[1] 'flat' probabilities, row 3: 2");
    expect(found).toContain("classifiers[1] 'flat' name: that of classifiers[0]");
  });
});

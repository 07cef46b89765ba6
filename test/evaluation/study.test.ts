import { describe, expect, it } from 'vitest';
import { mostProbableLeaf } from '../../src/decision/most-probable-leaf.js';
import { CladenetError } from '../../src/errors.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import type { Predictions } from '../../src/evaluation/predictions.js';
import { judgeStudy, type StudyOptions } from '../../src/evaluation/study.js';
import { excludesLoss, pairsAgainst } from '../../src/evaluation/study-claims.js';
import { STUDY_METRICS, type StudyMetric } from '../../src/evaluation/study-metrics.js';
import type { MetricVerdict, StudyArm, StudyRun } from '../../src/evaluation/study-types.js';
import { metricValue } from '../../src/report/metrics.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { simulateStudy, type Truth, taxonomy } from './simulated-study.js';

const three = simulateStudy('three arms', { seeds: 3, images: 200, skills: [0, 0.5, 0], training: 0.05 });
const study = judgeStudy(three, { taxonomy });

/** How many of `studies` call the two arms different, by metric. */
function calledDifferent(truth: Truth, edit: (arms: StudyArm[]) => StudyArm[] = (arms) => arms, studies = 200) {
  const called = Object.fromEntries(STUDY_METRICS.map((metric) => [metric, 0])) as Record<StudyMetric, number>;
  for (let key = 0; key < studies; key++) {
    const { pairs } = judgeStudy(edit(simulateStudy(key, truth)), { taxonomy });
    for (const metric of STUDY_METRICS) {
      const found = pairs[0]?.metrics[metric];
      if (found === null || found === undefined) throw new Error(`${metric} is not judged`);
      if (found.verdict !== 'tie') called[metric]++;
    }
  }
  return called;
}

/** All seeds as if they were one training. */
function asOneSeed(arms: readonly StudyArm[]): StudyArm[] {
  return arms.map(({ name, runs }) => {
    const all = runs.map(({ predictions }) => predictions);
    const probabilities = Float64Array.from(all.flatMap((p) => [...p.probabilities]));
    const labels = Int32Array.from(all.flatMap((p) => [...p.labels]));
    return { name, runs: [{ seed: 1, predictions: { classes: all[0]?.classes ?? [], probabilities, labels } }] };
  });
}

describe('judgeStudy', () => {
  it('sums up every arm over its seeds', () => {
    const evaluations = (three[1] as StudyArm).runs.map(({ predictions }) => evaluate(predictions, { taxonomy }));
    const { metrics, seconds } = study.arms[1] ?? { metrics: undefined };
    for (const metric of STUDY_METRICS) {
      const values = evaluations.map((evaluation) => metricValue(evaluation, metric) as number);
      const middle = values.reduce((a, b) => a + b) / 3;
      nonEmpty(values).forEach((value, s) => expect(metrics?.[metric]?.perSeed[s], metric).toBeCloseTo(value, 12));
      expect(metrics?.[metric]?.mean).toBeCloseTo(middle, 12);
      const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / 2;
      expect(metrics?.[metric]?.sd).toBeCloseTo(Math.sqrt(variance), 12);
    }
    expect(seconds).toEqual({ training: null, prediction: null });
    expect(study).toMatchObject({ level: 0.95, covers: 'images and seeds', seeds: [0, 1, 2], images: [200, 200, 200] });
    expect(study.distinctImages).toBe(600);
  });

  it('judges every pair in every metric, the later arm against the earlier', () => {
    expect(study.pairs.map(({ a, b }) => `${a} - ${b}`)).toEqual(['arm 1 - arm 0', 'arm 2 - arm 0', 'arm 2 - arm 1']);
    for (const { a, b, metrics } of study.pairs) {
      for (const metric of STUDY_METRICS) {
        const of = (name: string) => study.arms.find((arm) => arm.name === name)?.metrics[metric];
        const found = metrics[metric];
        expect(found?.metric).toBe(metric);
        expect(found?.difference).toBeCloseTo((of(a)?.mean ?? Number.NaN) - (of(b)?.mean ?? Number.NaN), 10);
        nonEmpty(found?.perSeed).forEach((value, s) => {
          expect(value).toBeCloseTo((of(a)?.perSeed[s] ?? Number.NaN) - (of(b)?.perSeed[s] ?? Number.NaN), 10);
        });
        const [low = 0, high = 0] = found?.interval ?? [];
        expect((low + high) / 2).toBeCloseTo(found?.difference ?? Number.NaN, 12);
        expect(found?.verdict === 'tie').toBe((found?.p ?? 0) > 0.05);
      }
    }
  });

  it('says who wins: more is better for accuracy, less for log-loss and distance', () => {
    const [better] = study.pairs;
    expect(better?.metrics.accuracy).toMatchObject({ verdict: 'win' });
    expect(better?.metrics.logLoss).toMatchObject({ verdict: 'win' });
    expect(better?.metrics.ahd).toMatchObject({ verdict: 'win' });
    expect(better?.metrics.accuracy?.difference).toBeGreaterThan(0.05);
    expect(better?.metrics.logLoss?.difference).toBeLessThan(0);
    expect(study.pairs[2]?.metrics.accuracy?.verdict).toBe('loss');
    expect(study.pairs[1]?.metrics.accuracy?.verdict).toBe('tie');
  });

  it('corrects p for the pairs of a metric', () => {
    const ps = study.pairs.map(({ metrics }) => metrics.accuracy?.p ?? Number.NaN);
    const least = Math.min(...ps);
    const corrected = study.pairs[ps.indexOf(least)]?.metrics.accuracy?.pHolm;
    expect(corrected).toBeCloseTo(3 * least, 12);
    expect(Math.max(...study.pairs.map(({ metrics }) => metrics.accuracy?.pHolm ?? 0))).toBe(Math.max(...ps));
  });

  it('is plain JSON without a number that is none', () => {
    expect(JSON.parse(JSON.stringify(study))).toEqual(study);
    const noTree = judgeStudy(three);
    expect(JSON.parse(JSON.stringify(noTree))).toEqual(noTree);
    expect(noTree.pairs[0]?.metrics).toMatchObject({ ahd: null, severity: null });
    expect(noTree.arms[0]?.metrics.ahd).toBeNull();
  });

  it('leaves severity out where an arm makes no mistake', () => {
    const perfect: StudyArm = {
      name: 'perfect',
      runs: (three[0] as StudyArm).runs.map(({ seed, predictions: { classes, labels } }) => {
        const probabilities = new Float64Array(labels.length * 4);
        labels.forEach((label, i) => {
          probabilities[i * 4 + label] = 1;
        });
        return { seed, predictions: { classes, labels, probabilities } };
      }),
    };
    const judged = judgeStudy([three[0] as StudyArm, perfect], { taxonomy });
    expect(judged.arms[1]?.metrics.severity).toBeNull();
    expect(judged.pairs[0]?.metrics.severity).toBeNull();
    expect(judged.pairs[0]?.metrics.ahd?.verdict).toBe('win');
    expect(JSON.parse(JSON.stringify(judged))).toEqual(judged);
  });

  it('finds nothing between an arm and itself, with its classes in another order and its runs too', () => {
    const order = [2, 0, 3, 1];
    const moved = ({ classes, probabilities, labels }: Predictions): Predictions => ({
      classes: order.map((c) => classes[c] as string),
      probabilities: probabilities.map((_, i) => probabilities[i - (i % 4) + (order[i % 4] as number)] as number),
      labels: labels.map((label) => order.indexOf(label)),
    });
    const first = three[0] as StudyArm;
    const runs = first.runs.map((run) => ({ ...run, predictions: moved(run.predictions) })).reverse();
    const { metrics } = judgeStudy([first, { name: 'twin', runs }], { taxonomy }).pairs[0] ?? {};
    for (const metric of STUDY_METRICS) {
      expect(metrics?.[metric]).toMatchObject({ difference: 0, interval: [0, 0], p: 1, pHolm: 1, verdict: 'tie' });
    }
  });

  it('judges the decisions, where they are given', () => {
    const [flat] = three as [StudyArm];
    const wrong = ({ probabilities }: Predictions) => mostProbableLeaf(probabilities, 4).map((c) => (c + 1) % 4);
    const runs = flat.runs.map(({ predictions, ...run }) => ({
      ...run,
      predictions: { ...predictions, decisions: wrong(predictions) },
    }));
    const { metrics } = judgeStudy([flat, { name: 'off by one', runs }], { taxonomy }).pairs[0] ?? {};
    expect(metrics?.accuracy?.verdict).toBe('loss');
    expect(metrics?.logLoss?.difference).toBe(0);
  });

  it('has costs as ratios of the means, and null where they are unknown', () => {
    const costly = (arm: StudyArm | undefined, training: number, prediction?: number): StudyArm => ({
      name: arm?.name ?? '',
      runs: (arm?.runs ?? []).map((run, s) => ({ ...run, seconds: { training: training + s - 1, prediction } })),
    });
    const judged = judgeStudy([costly(three[0], 100, 2), costly(three[1], 110, 0), costly(three[2], 50)]);
    expect(judged.arms[0]?.seconds).toEqual({
      training: { mean: 100, sd: 1, perSeed: [99, 100, 101] },
      prediction: { mean: 2, sd: 0, perSeed: [2, 2, 2] },
    });
    expect(judged.pairs.map(({ costRatio }) => costRatio)).toEqual([
      { training: 1.1, prediction: 0 },
      { training: 0.5, prediction: null },
      { training: 50 / 110, prediction: null },
    ]);
  });

  it('knows images again: by name, by the same true classes throughout, else not at all', () => {
    const same = simulateStudy('same', { seeds: 3, images: 50, skills: [0, 0], sameImages: true, taste: 0.4 });
    expect(judgeStudy(same).distinctImages).toBe(50);
    const named = (nameOf: (s: number, i: number) => string) =>
      same.map(({ name, runs }) => ({
        name,
        runs: runs.map((run, s): StudyRun => ({ ...run, images: Array.from({ length: 50 }, (_, i) => nameOf(s, i)) })),
      }));
    const width = (arms: readonly StudyArm[]) => {
      const [low, high] = judgeStudy(arms).pairs[0]?.metrics.logLoss?.interval ?? [0, 0];
      return high - low;
    };
    const distinct = named((s, i) => `${s} ${i}`);
    expect(judgeStudy(distinct).distinctImages).toBe(150);
    expect(judgeStudy(named((s, i) => (i < 10 ? `${i}` : `${s} ${i}`))).distinctImages).toBe(130);
    expect(width(named((_, i) => `${i}`))).toBeCloseTo(width(same), 12);
    // What is believed to be new evidence narrows the interval.
    expect(width(distinct)).toBeLessThan(width(same));
  });

  it('speaks of images alone with one seed', () => {
    const one = judgeStudy(three.map(({ name, runs }) => ({ name, runs: runs.slice(0, 1) })));
    expect(one.covers).toBe('images');
    expect(one.arms[0]?.metrics.accuracy?.sd).toBeNull();
    expect(one.pairs[0]?.metrics.accuracy?.verdict).toBe('win');
  });

  it('has wider intervals at a higher level', () => {
    const widths = [0.9, 0.95, 0.99].map((level) => {
      const [low, high] = judgeStudy(three, { level }).pairs[0]?.metrics.accuracy?.interval ?? [0, 0];
      return high - low;
    });
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
  });
});

// Of 200 studies of two equal arms 10 are 5 %. The draws are fixed, so these do not fail by chance.
describe('two equal arms', () => {
  const equal = { seeds: 3, images: 100, skills: [0, 0] };

  it('are called different in at most 5 % of the studies, in any metric', () => {
    const called = calledDifferent({ ...equal, training: 0.05 });
    for (const metric of STUDY_METRICS) expect(called[metric], metric).toBeLessThanOrEqual(10);
  });

  it('nor where trainings differ a lot, which images alone take for a difference', () => {
    const noisy = { ...equal, training: 0.3 };
    const called = calledDifferent(noisy);
    // With the spread of the trainings over all, the level is 5 % and no less: two standard errors of 200 studies more.
    for (const metric of STUDY_METRICS) expect(called[metric], metric).toBeLessThanOrEqual(16);
    expect(calledDifferent(noisy, asOneSeed, 50).accuracy).toBeGreaterThan(10);
  });

  it('nor where all seeds see the same images, of which some suit the one arm and some the other', () => {
    const tested = { ...equal, training: 0.02, sameImages: true, taste: 0.45 };
    const called = calledDifferent(tested);
    for (const metric of STUDY_METRICS) expect(called[metric], metric).toBeLessThanOrEqual(10);
    // Taken for new images in each seed, three times the same evidence is too much.
    const asNew = (arms: StudyArm[]) =>
      arms.map(({ name, runs }) => ({
        name,
        runs: runs.map((run) => ({
          ...run,
          images: Array.from(run.predictions.labels, (_, i) => `${run.seed} ${i}`),
        })),
      }));
    expect(calledDifferent(tested, asNew).accuracy).toBeGreaterThan(20);
  });

  it('with one seed and trainings that are alike', () => {
    const called = calledDifferent({ ...equal, seeds: 1 });
    expect(called.accuracy).toBeLessThanOrEqual(14);
    expect(called.accuracy).toBeGreaterThan(2);
  });
});

it('an arm that is better by some points is found most of the time', () => {
  // About 7 points with 250 images a seed, on a quarter of which the arms differ: 2 standard errors in each seed.
  const called = calledDifferent({ seeds: 3, images: 250, skills: [0, 0.25], training: 0.03 });
  expect(called.accuracy).toBeGreaterThan(100);
  expect(called.logLoss).toBeGreaterThan(100);
});

describe('claims', () => {
  it('turns pairs to a baseline', () => {
    const against = pairsAgainst(study, 'arm 1');
    expect(against.map(({ a, b }) => `${a} - ${b}`)).toEqual(['arm 0 - arm 1', 'arm 2 - arm 1']);
    const [before, after] = [study.pairs[0]?.metrics.logLoss, against[0]?.metrics.logLoss] as MetricVerdict[];
    expect(after?.difference).toBe(-(before?.difference ?? 0));
    expect(after?.interval).toEqual([-(before?.interval[1] ?? 0), -(before?.interval[0] ?? 0)]);
    expect([before?.verdict, after?.verdict]).toEqual(['win', 'loss']);
    expect(after?.p).toBe(before?.p);
    const ps = against.map(({ metrics }) => metrics.accuracy?.p ?? Number.NaN);
    expect(against[0]?.metrics.accuracy?.pHolm).toBeCloseTo(Math.min(1, Math.max(2 * Math.min(...ps), ps[0] ?? 0)), 12);
    expect({ ...against[1]?.metrics.ahd, pHolm: 0 }).toEqual({ ...study.pairs[2]?.metrics.ahd, pHolm: 0 });
    expect(() => pairsAgainst(study, 'arm_1')).toThrow("Did you mean 'arm 1'?");
  });

  it('says whether a loss of some size is excluded, on the side where the metric is worse', () => {
    const verdict = (metric: StudyMetric, low: number, high: number) =>
      ({ metric, interval: [low, high] }) as unknown as MetricVerdict;
    expect(excludesLoss(verdict('accuracy', -0.004, 0.02), 0.005)).toBe(true);
    expect(excludesLoss(verdict('accuracy', -0.006, 0.02), 0.005)).toBe(false);
    expect(excludesLoss(verdict('ahd', -0.02, 0.004), 0.005)).toBe(true);
    expect(excludesLoss(verdict('ahd', -0.02, 0.006), 0.005)).toBe(false);
  });
});

describe('what is no study', () => {
  function problemsOf(arms: readonly StudyArm[], options: StudyOptions = {}): string[] {
    try {
      judgeStudy(arms, options);
    } catch (error) {
      if (!(error instanceof CladenetError) || error.code !== 'EVALUATION') throw error;
      return error.problems.map(({ where, received }) => `${where}: ${received}`);
    }
    return [];
  }
  const [a, b] = three as [StudyArm, StudyArm];
  const edit = (arm: StudyArm, change: (run: StudyRun, s: number) => StudyRun) => ({
    ...arm,
    runs: arm.runs.map(change),
  });

  it('none, one without runs, a level that is none', () => {
    expect(problemsOf([])).toEqual(['arms: none']);
    expect(problemsOf([{ name: 'empty', runs: [] }], { level: 1 })).toEqual(['level: 1', "arms[0] 'empty' runs: none"]);
    expect(judgeStudy([a]).pairs).toEqual([]);
  });

  it('other seeds, one seed twice, one name twice', () => {
    const other = edit(b, (run, s) => ({ ...run, seed: [1, 1, 7][s] ?? 0 }));
    expect(problemsOf([a, { ...other, name: a.name }]).slice(0, 3)).toEqual([
      "arms[1] 'arm 0' name: that of arms[0]",
      "arms[1] 'arm 0' runs: 1 again",
      "arms[1] 'arm 0' runs: no 0, no 2, an extra 7",
    ]);
  });

  it('other images or classes', () => {
    const turned = edit(b, (run) => ({
      ...run,
      predictions: { ...run.predictions, labels: run.predictions.labels.map((label) => 3 - label) },
    }));
    expect(problemsOf([a, turned])[0]).toMatch(/^arms\[1\] 'arm 1' seed 0 labels: 200 others/);
    const renamed = edit(a, (run, s) => ({
      ...run,
      predictions: { ...run.predictions, classes: s === 1 ? ['x', 'y', 'z', 'v'] : run.predictions.classes },
    }));
    expect(problemsOf([renamed])).toEqual(["arms[0] 'arm 0' seed 1 classes: no 'w', an extra 'v'"]);
  });

  it('images that are not named alike', () => {
    const names = (prefix: string) => (run: StudyRun) => ({
      ...run,
      images: Array.from({ length: 200 }, (_, i) => `${prefix}${i}`),
    });
    expect(problemsOf([edit(a, names('i')), b])).toContain("arms[1] 'arm 1' seed 0 images: none");
    expect(problemsOf([edit(a, names('i')), edit(b, names('j'))])[0]).toBe("arms[1] 'arm 1' seed 0 images[0]: 'j0'");
    const few = edit(a, (run) => ({ ...run, images: ['only'] }));
    expect(problemsOf([few])[0]).toBe("arms[0] 'arm 0' seed 0 images: 1");
  });

  it('costs that are no seconds', () => {
    const bad = edit(a, (run) => ({ ...run, seconds: { training: Number.NaN, prediction: -1 } }));
    expect(problemsOf([bad]).slice(0, 2)).toEqual([
      "arms[0] 'arm 0' seed 0 seconds.training: NaN",
      "arms[0] 'arm 0' seed 0 seconds.prediction: -1",
    ]);
  });
});

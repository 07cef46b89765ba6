/** Cross-validation: folds of one seed are trainings, each on images of its own. */
import { describe, expect, it } from 'vitest';
import { judgeStudy } from '../../src/evaluation/study.js';
import type { StudyMetric } from '../../src/evaluation/study-metrics.js';
import type { StudyArm } from '../../src/evaluation/study-types.js';
import { studyTable } from '../../src/report/tables/study-table.js';
import { simulateStudy, taxonomy } from './simulated-study.js';

/** The seeds of a study as the folds of one seed, in turn: their images are joined. */
function asFolds(arms: readonly StudyArm[]): StudyArm[] {
  return arms.map(({ name, runs }) => {
    const all = runs.map(({ predictions }) => predictions);
    const probabilities = Float64Array.from(all.flatMap((p) => [...p.probabilities]));
    const labels = Int32Array.from(all.flatMap((p) => [...p.labels]));
    const folds = all.flatMap((p, fold) => Array.from(p.labels, () => fold + 1));
    const predictions = { classes: all[0]?.classes ?? [], probabilities, labels };
    return { name, runs: [{ seed: 1, predictions, folds }] };
  });
}

const five = simulateStudy('five folds', { seeds: 5, images: 200, skills: [0, 0.3], training: 0.1 });
const folded = asFolds(five);

describe('a study with folds', () => {
  it('judges means as if each fold were a seed with images of its own', () => {
    const [ofFolds, ofSeeds] = [judgeStudy(folded, { taxonomy }), judgeStudy(five, { taxonomy })];
    for (const metric of ['accuracy', 'top5', 'logLoss', 'ahd'] as StudyMetric[]) {
      const [one, other] = [ofFolds, ofSeeds].map(({ pairs }) => pairs[0]?.metrics[metric]);
      expect(one?.difference, metric).toBeCloseTo(other?.difference ?? Number.NaN, 12);
      expect(one?.interval[0], metric).toBeCloseTo(other?.interval[0] ?? Number.NaN, 9);
      expect(one?.interval[1], metric).toBeCloseTo(other?.interval[1] ?? Number.NaN, 9);
    }
    expect(ofFolds).toMatchObject({ covers: 'images and folds', seeds: [1], images: [1000], distinctImages: 1000 });
  });

  it('takes measures of classes from the joined predictions, not from those of each fold', () => {
    const joined = folded.map(({ name, runs }) => ({ name, runs: runs.map(({ folds: _, ...run }) => run) }));
    const [a, b] = [judgeStudy(folded, { taxonomy }), judgeStudy(joined, { taxonomy })];
    for (const metric of ['balancedAccuracy', 'severity'] as StudyMetric[]) {
      expect(a.arms[1]?.metrics[metric]).toEqual(b.arms[1]?.metrics[metric]);
      const [one, other] = [a, b].map(({ pairs }) => pairs[0]?.metrics[metric]);
      expect(one?.difference).toBeCloseTo(other?.difference ?? Number.NaN, 12);
      const width = (of: typeof one) => (of?.interval[1] ?? 0) - (of?.interval[0] ?? 0);
      expect(width(one)).toBeGreaterThanOrEqual(width(other));
    }
  });

  it('calls equal arms different in at most about 5 % of the studies, although trainings differ', () => {
    let called = 0;
    for (let key = 0; key < 100; key++) {
      const arms = asFolds(simulateStudy(`null ${key}`, { seeds: 5, images: 100, skills: [0, 0], training: 0.3 }));
      if (judgeStudy(arms, { taxonomy }).pairs[0]?.metrics.accuracy?.verdict !== 'tie') called++;
    }
    expect(called).toBeLessThanOrEqual(11);
  });

  it('says what its intervals cover', () => {
    expect(studyTable(judgeStudy(folded, { taxonomy }))).toMatch(/other images and the trainings of\s+other folds/);
  });

  it('refuses folds that are missing, too few, or differ between arms', () => {
    const [first, second] = folded as [StudyArm, StudyArm];
    const withFolds = (folds: readonly number[] | undefined): StudyArm => ({
      ...second,
      runs: second.runs.map((run) => ({ ...run, folds })),
    });
    const folds = second.runs[0]?.folds ?? [];
    expect(() => judgeStudy([first, withFolds(undefined)])).toThrow(/folds: expected the fold of each image, as in/);
    expect(() => judgeStudy([first, withFolds([1, 2])])).toThrow(/folds: expected 1000, one per label, received 2/);
    expect(() => judgeStudy([first, withFolds(folds.map(() => 1))])).toThrow(/whole numbers of at least two folds/);
    expect(() => judgeStudy([first, withFolds([2, ...folds.slice(1)])])).toThrow(
      /folds\[0\]: expected 1, as in 'arm 0'/,
    );
  });
});

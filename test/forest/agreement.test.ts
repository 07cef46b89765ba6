/**
 * Forests against scikit-learn's, recorded over 10 seeds by reference/make_reference.py. Draws differ, so figures agree within
 * noise, whose size is known: the share of T independent trees that vote for a class has a variance of p(1 - p) / T.
 */
import { describe, expect, it } from 'vitest';
import { fitForest } from '../../src/forest/fit.js';
import { permutationImportance } from '../../src/forest/permutation-importance.js';
import { forestOptions, referenceSet, SEEDS, type Study, TREES } from './reference/reference.js';

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

/** The difference of two means, in standard errors of at least half a row: all seeds may agree. */
function apart(a: readonly number[], b: readonly number[], rows: number): number {
  const error = Math.sqrt((variance(a) + variance(b)) / (SEEDS.length - 1) + (0.5 / rows) ** 2);
  return Math.abs(mean(a) - mean(b)) / error;
}

/** How far mean probabilities of all seeds' trees are apart, relative to what chance makes of as many independent trees. */
function distance(ours: readonly number[], theirs: readonly number[]): number {
  const votes = SEEDS.length * TREES;
  const expected = theirs.map((p) => (2 * p * (1 - p)) / votes);
  return Math.sqrt(mean(ours.map((p, i) => (p - (theirs[i] ?? 0)) ** 2)) / mean(expected));
}

async function over(name: string, { options }: Study) {
  const { train, test, trainLabels, testLabels, classes } = referenceSet(name);
  const accuracy: number[] = [];
  const outOfBag: number[] = [];
  const probabilities = new Array<number>(testLabels.length * classes.length).fill(0);
  const importance = new Array<number>(train.names.length).fill(0);
  for (const seed of SEEDS) {
    const forest = await fitForest(train, trainLabels, classes, forestOptions(options, seed));
    const predicted = forest.predict(test);
    predicted.forEach((p, i) => {
      probabilities[i] = (probabilities[i] ?? 0) + p / SEEDS.length;
    });
    forest.impurityImportance.forEach((share, i) => {
      importance[i] = (importance[i] ?? 0) + share / SEEDS.length;
    });
    const hits = testLabels.map((label, row) => {
      const own = predicted.subarray(row * classes.length, (row + 1) * classes.length);
      return own.indexOf(Math.max(...own)) === label ? 1 : 0;
    });
    accuracy.push(mean(hits));
    outOfBag.push(forest.outOfBag.accuracy);
  }
  return { accuracy, outOfBag, probabilities, importance };
}

const CASES = ['digits', 'wine', 'breast_cancer'].flatMap((name) =>
  referenceSet(name).studies.map((study) => ({ name, study, title: `${name} ${JSON.stringify(study.options)}` })),
);

describe('agreement with scikit-learn over 10 seeds', () => {
  it('covers three data sets and six settings', () => {
    expect(CASES.length).toBe(8);
  });

  it.each(CASES)('$title', async ({ name, study }) => {
    const { trainLabels, testLabels } = referenceSet(name);
    const ours = await over(name, study);
    const theirs = study.probabilities.map((p) => p / 1000);
    expect(apart(ours.accuracy, study.accuracy, testLabels.length)).toBeLessThan(3);
    if (study.outOfBag.length > 0) expect(apart(ours.outOfBag, study.outOfBag, trainLabels.length)).toBeLessThan(3);
    expect(distance(ours.probabilities, theirs)).toBeLessThan(1.3);
  });

  it('tells a setting from another', () => {
    const [first, ...others] = referenceSet('wine').studies.map(({ probabilities }) =>
      probabilities.map((p) => p / 1000),
    );
    // Weights of classes of similar sizes change little.
    const apartFromFirst = others.map((other) => distance(other, first ?? []));
    expect(Math.min(...apartFromFirst.slice(0, 4))).toBeGreaterThan(1.8);
  });

  it('importances are in the same order, and of the same size', async () => {
    const { train, test, trainLabels, testLabels, classes, studies } = referenceSet('constructed');
    const [study] = studies as [Study];
    const order = [0, 1, 2, 3, 4, 5];
    const descending = (values: readonly number[]) => [...order].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));

    const { importance } = await over('constructed', study);
    const theirs = study.impurityImportance ?? [];
    expect(descending(theirs)).toEqual(order);
    expect(descending(importance)).toEqual(order);
    for (const feature of order)
      expect(Math.abs((importance[feature] ?? 0) - (theirs[feature] ?? 0))).toBeLessThan(0.01);

    const drops = new Array<number>(6).fill(0);
    for (const seed of SEEDS) {
      const forest = await fitForest(train, trainLabels, classes, { trees: TREES, seed });
      const { groups } = await permutationImportance(forest, test, testLabels, { seed, repeats: 10 });
      groups.forEach(({ mean: drop }, i) => {
        drops[i] = (drops[i] ?? 0) + drop / SEEDS.length;
      });
    }
    const permuted = study.permutationImportance ?? [];
    // The fourth and the fifth feature are equally important on these rows.
    expect(descending(permuted).slice(0, 3)).toEqual(order.slice(0, 3));
    expect(descending(drops).slice(0, 3)).toEqual(order.slice(0, 3));
    for (const feature of order) expect(Math.abs((drops[feature] ?? 0) - (permuted[feature] ?? 0))).toBeLessThan(0.025);
    expect(Math.abs(drops[5] ?? 1)).toBeLessThan(0.015);
  });
});

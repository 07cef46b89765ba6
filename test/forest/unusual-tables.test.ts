import { describe, expect, it } from 'vitest';
import { CladenetError, type Problem } from '../../src/errors.js';
import type { FeatureTable } from '../../src/features/feature-table.js';
import { fitForest } from '../../src/forest/fit.js';
import type { ForestOptions } from '../../src/forest/options.js';
import { random } from '../../src/random.js';
import { CLASSES, table } from './fixtures.js';

const OPTIONS: ForestOptions = { trees: 20, seed: 1 };

/** The code of an error, and its problems in short. */
async function refusal(work: Promise<unknown> | (() => unknown)): Promise<[string, string[]]> {
  const error: unknown = await (typeof work === 'function' ? (async () => work())() : work).catch((thrown) => thrown);
  if (!(error instanceof CladenetError)) throw new Error(`not refused as it should be: ${error}`);
  const line = ({ where, expected, received }: Problem) => `${where}: ${expected}, not ${received}`;
  return [error.code, error.problems.map(line)];
}

const column = (...values: number[]) =>
  table(
    ['size'],
    values.map((value) => [value]),
  );

describe('a forest on an unusual table', () => {
  it('of two classes with one row each', async () => {
    const rows = column(1, 3);
    const forest = await fitForest(rows, [0, 1], ['a', 'b'], { trees: 200, seed: 1 });
    const [a = 0, b = 0, c = 0, d = 0] = forest.predict(rows);
    // Half of the trees grow on both rows and separate them, a quarter on each row alone.
    expect(Math.abs(a - 0.75)).toBeLessThan(0.1);
    expect(Math.abs(d - 0.75)).toBeLessThan(0.1);
    expect(a + b).toBeCloseTo(1, 6);
    expect(c + d).toBeCloseTo(1, 6);
    // The middle of both belongs to the left.
    expect(forest.predict(column(2))[0]).toBe(a);
    // A row out of the bag is judged by trees that know the other alone.
    expect(forest.outOfBag.accuracy).toBe(0);
  });

  it('of 5,000 features, of which one matters', async () => {
    const draws = random(1, 'wide');
    const names = Array.from({ length: 5000 }, (_, i) => `f${i}`);
    const labels = Array.from({ length: 60 }, (_, row) => row % 2);
    const values = labels.map((label) => names.map((_, i) => (i === 4321 ? 2 * label : 0) + draws.uniform()));
    const forest = await fitForest(table(names, values), labels, ['a', 'b'], { trees: 8, seed: 1, mtry: 5000 });
    expect(forest.impurityImportance[4321]).toBe(1);
    expect(forest.outOfBag.accuracy).toBe(1);
  });

  it('of constant features: every tree is one leaf', async () => {
    const rows = table(
      ['size', 'grey'],
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    );
    const forest = await fitForest(rows, [0, 1, 1], ['a', 'b'], { ...OPTIONS, bootstrap: false });
    expect(forest.trees.features.length).toBe(0);
    expect([...forest.impurityImportance]).toEqual([0, 0]);
    expect(forest.predict(rows)[1]).toBeCloseTo(2 / 3, 6);
    expect(forest.outOfBagAccuracy).toBeUndefined();
    expect(forest.outOfBag).toEqual({ accuracy: Number.NaN, probabilities: new Float32Array(6).fill(Number.NaN) });
  });

  it('finds the feature that varies among constant ones', async () => {
    const rows = table(
      ['a', 'b', 'c', 'd', 'e'],
      [
        [1, 1, 1, 1, 0],
        [1, 1, 1, 1, 1],
      ],
    );
    const forest = await fitForest(rows, [0, 1], ['a', 'b'], { ...OPTIONS, mtry: 1, bootstrap: false });
    expect([...forest.impurityImportance]).toEqual([0, 0, 0, 0, 1]);
  });

  it('separates values that are next to each other as numbers', async () => {
    const next = 1 + Number.EPSILON;
    const rows = column(1, next, Number.MAX_VALUE, -Number.MAX_VALUE);
    const forest = await fitForest(rows, [0, 1, 2, 2], CLASSES, { ...OPTIONS, bootstrap: false });
    expect([...forest.predict(rows)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
  });

  it('with a class that has no rows: its probability is 0', async () => {
    const forest = await fitForest(column(1, 2, 3, 4), [0, 0, 2, 2], CLASSES, { ...OPTIONS, classWeights: 'balanced' });
    expect(forest.predict(column(0, 9)).filter((_, i) => i % 3 === 1)).toEqual(new Float32Array(2));
  });

  it('replaces what is missing by the median of the training rows, where that is asked for', async () => {
    const rows = table(
      ['size', 'grey'],
      [
        [1, 5],
        [Number.NaN, 5],
        [4, 5],
        [9, 5],
      ],
    );
    const forest = await fitForest(rows, [0, 0, 1, 1], ['a', 'b'], { ...OPTIONS, missing: 'median' });
    expect([...(forest.medians ?? [])]).toEqual([4, 5]);
    const filled = forest.predict(table(['size', 'grey'], [[4, 5]]));
    expect(forest.predict(table(['size', 'grey'], [[Number.NaN, Number.NaN]]))).toEqual(filled);
  });
});

describe('a table that no forest can be trained on', () => {
  const refusalOf = (
    rows: FeatureTable,
    labels: number[],
    classes = ['a', 'b'],
    options: Partial<ForestOptions> = {},
  ) => refusal(fitForest(rows, labels, classes, { ...OPTIONS, ...options }));

  it('is empty', async () => {
    expect(await refusalOf(table([], []), [])).toEqual([
      'DATASET',
      ['rows: rows to train on, not an empty table', 'names: at least 1 feature, not none'],
    ]);
  });

  it('has one class', async () => {
    expect(await refusalOf(column(1, 2), [1, 1])).toEqual([
      'DATASET',
      ['labels: rows of at least 2 classes, not rows of 1 class'],
    ]);
  });

  it('has labels that do not fit', async () => {
    const rows = column(1, 2, 3);
    expect(await refusalOf(rows, [0, 1, 2, Number.NaN, 0.5], ['a', 'a'])).toEqual([
      'DATASET',
      [
        'classes: each once, not a several times',
        'labels: one for each of the 3 rows, not 5',
        'labels: whole numbers from 0 to 1, places in classes, not 2, NaN, 0.5 in 3 rows: 2.png, row 4, row 5',
      ],
    ]);
  });

  it('has features that were never measured', async () => {
    const rows = table(
      ['size', 'grey'],
      [
        [Number.NaN, 1],
        [Number.NaN, Number.NEGATIVE_INFINITY],
      ],
    );
    const finite = 'finite numbers, or NaN for values that could not be measured';
    expect(await refusalOf(rows, [0, 1], ['a', 'b'], { missing: 'median' })).toEqual([
      'DATASET',
      [
        `values of grey: ${finite}, not an infinite number in 1 row: 1.png`,
        'values of size: at least one number, not NaN in every row',
      ],
    ]);
  });

  it('is no table, or comes with options out of their ranges', async () => {
    expect(await refusalOf({ names: ['a', 'a'], rows: ['x'], values: new Float64Array(1) }, [0])).toMatchObject([
      'USAGE',
      { length: 2 },
    ]);
    const bad = {
      trees: 1.5,
      seed: 0.5,
      minLeaf: 0,
      maxDepth: -1,
      classWeights: 3,
      threads: 0,
      bootstrap: 'yes',
      missing: 'mean',
    };
    const [code, problems] = await refusalOf(column(1, 2), [0, 1], ['a', 'b'], bad as never);
    expect(code).toBe('USAGE');
    expect(problems).toEqual([
      'trees: a whole number from 1 to 100000, not 1.5',
      'seed: a whole number, not 0.5',
      'minLeaf: a whole number of at least 1, not 0',
      'maxDepth: a whole number of at least 1, not -1',
      'classWeights: none, balanced, or a number from 0 to 2, not 3',
      "bootstrap: true or false, not 'yes'",
      "missing: 'refuse' or 'median', not 'mean'",
      'threads: a whole number of at least 1, not 0',
    ]);
  });
});

describe('prediction', () => {
  const trained = fitForest(
    table(
      ['size', 'grey'],
      [
        [1, 9],
        [2, 8],
        [3, 1],
        [4, 2],
      ],
    ),
    [0, 0, 1, 1],
    ['a', 'b'],
    OPTIONS,
  );

  it('reads columns by their names, and ignores others', async () => {
    const forest = await trained;
    const straight = forest.predict(
      table(
        ['size', 'grey'],
        [
          [1, 9],
          [4, 2],
        ],
      ),
    );
    const turned = forest.predict(
      table(
        ['grey', 'age', 'size'],
        [
          [9, Number.NaN, 1],
          [2, 0, 4],
        ],
      ),
    );
    expect(turned).toEqual(straight);
    expect(forest.predict(table(['size', 'grey'], []))).toEqual(new Float32Array());
  });

  it('refuses columns and values that it cannot use, all at once', async () => {
    const forest = await trained;
    expect(await refusal(() => forest.predict(table(['sizes', 'grey'], [[1, Number.NaN]])))).toEqual([
      'DATASET',
      [
        'names of the table (2 columns): size, not no such column',
        'values of grey: finite numbers, not NaN or an infinite number in 1 row: 0.png',
      ],
    ]);
  });
});

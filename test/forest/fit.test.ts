import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { fitForest } from '../../src/forest/fit.js';
import { blobs, CLASSES, table } from './fixtures.js';

describe('a forest', () => {
  it('separates what can be separated, also on rows that it has not seen', async () => {
    const { table: rows, labels } = blobs(600);
    const forest = await fitForest(rows, labels, CLASSES, { trees: 60, seed: 1 });
    const unseen = blobs(600, 4, 3, 2);
    const probabilities = forest.predict(unseen.table);
    const correct = unseen.labels.filter((label, row) => {
      const own = probabilities.subarray(3 * row, 3 * row + 3);
      expect((own[0] ?? 0) + (own[1] ?? 0) + (own[2] ?? 0)).toBeCloseTo(1, 5);
      return own.indexOf(Math.max(...own)) === label;
    }).length;
    // The best rule for these blobs, the nearest centre, is right in 92 % of the rows.
    expect(correct / 600).toBeGreaterThan(0.88);
    expect(forest.outOfBag.accuracy).toBeGreaterThan(0.88);
    expect(forest.outOfBag.accuracy).toBeLessThan(0.96);
    expect(forest.outOfBagAccuracy).toBe(forest.outOfBag.accuracy);
    const [f0 = 0, f1 = 0, f2 = 0, f3 = 0] = forest.impurityImportance;
    expect(f0 + f1 + f2 + f3).toBeCloseTo(1, 10);
    expect(Math.min(f0, f1)).toBeGreaterThan(2 * Math.max(f2, f3));
  });

  it('says all problems of a table at once', async () => {
    const bad = table(
      ['size', 'grey'],
      [
        [1, Number.NaN],
        [2, 3],
        [Number.POSITIVE_INFINITY, Number.NaN],
      ],
    );
    const error = await fitForest(bad, [0, 5, -1], ['a', 'b'], { seed: 1, trees: 0, mtry: 3 }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(CladenetError);
    expect(error.code).toBe('USAGE');
    expect(error.problems.map(({ where, received }: { where: string; received: string }) => [where, received])).toEqual(
      [
        ['trees', '0'],
        ['mtry', '3'],
        ['labels', '5, -1 in 2 rows: 1.png, 2.png'],
        ['values of size', 'an infinite number in 1 row: 2.png'],
        ['values of grey', 'NaN or an infinite number in 2 rows: 0.png, 2.png'],
      ],
    );
  });
});

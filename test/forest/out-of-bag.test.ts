import { expect, it } from 'vitest';
import { drawBootstrap } from '../../src/forest/bootstrap.js';
import { fitForest } from '../../src/forest/fit.js';
import { leafOf } from '../../src/forest/votes.js';
import { random } from '../../src/random.js';
import { blobs, CLASSES } from './fixtures.js';

it('a bootstrap sample has as many rows as there are, of which 1/e are not drawn', () => {
  const times = new Int32Array(20_000);
  drawBootstrap(random(1), times);
  expect(times.reduce((sum, n) => sum + n, 0)).toBe(20_000);
  expect(times.filter((n) => n === 0).length / 20_000).toBeCloseTo(Math.exp(-1), 2);
});

it('the out-of-bag probabilities are the mean over the trees that did not grow on a row', async () => {
  const { table: rows, labels } = blobs(40);
  const { outOfBag, trees } = await fitForest(rows, labels, CLASSES, { trees: 9, seed: 3 });
  const times = new Int32Array(40);
  const sums = new Float64Array(40 * 3);
  const voters = new Int32Array(40);
  for (let tree = 0; tree < 9; tree++) {
    // As each tree draws its rows first.
    drawBootstrap(random(3, 'forest', tree), times);
    times.forEach((n, row) => {
      if (n > 0) return;
      const leaf = leafOf(trees, tree, rows.values, row * 4);
      const entry = trees.leafStarts[leaf] ?? -1;
      // Leaves are pure here.
      expect(trees.leafStarts[leaf + 1]).toBe(entry + 1);
      const k = row * 3 + (trees.leafClasses[entry] ?? 0);
      sums[k] = (sums[k] ?? 0) + 1;
      voters[row] = (voters[row] ?? 0) + 1;
    });
  }
  expect(voters).toContain(1);
  const expected = Float32Array.from(sums, (sum, i) => sum / (voters[Math.floor(i / 3)] ?? 0));
  expect(outOfBag.probabilities).toEqual(expected);
});

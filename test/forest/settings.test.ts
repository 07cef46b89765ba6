import { describe, expect, it } from 'vitest';
import { weightsOfClasses } from '../../src/class-weights.js';
import { fitForest } from '../../src/forest/fit.js';
import { blobs, CLASSES } from './fixtures.js';

const { table: rows, labels } = blobs(120);
const trained = (options: object) => fitForest(rows, labels, CLASSES, { trees: 10, seed: 1, ...options });

describe('class weights', () => {
  const counted = Int32Array.of(0, 0, 0, 0, 0, 0, 2, 2, 2, 3);
  it.each([
    ['none', [1, 0, 1, 1]],
    ['balanced', [10 / 18, 0, 10 / 9, 10 / 3]],
    [0, [1, 0, 1, 1]],
    [1, [10 / 18, 0, 10 / 9, 10 / 3]],
    [0.5, [1, 0, Math.sqrt(2), Math.sqrt(6)].map((weight) => (weight * 10) / (6 + 3 * Math.sqrt(2) + Math.sqrt(6)))],
  ] as const)('%s', (classWeights, expected) => {
    const weights = weightsOfClasses(classWeights, counted, 4);
    expected.forEach((weight, k) => expect(weights[k]).toBeCloseTo(weight, 12));
  });
});

describe('settings', () => {
  it('have the documented defaults', async () => {
    const { settings } = await fitForest(rows, labels, CLASSES, { seed: 5 });
    expect(settings).toEqual({
      trees: 300,
      seed: 5,
      mtry: 2,
      minLeaf: 1,
      classWeights: 'none',
      bootstrap: true,
      missing: 'refuse',
    });
  });

  it('minLeaf and maxDepth bound the trees', async () => {
    const { trees } = await trained({ minLeaf: 30, bootstrap: false });
    expect(trees.features.length).toBeGreaterThan(0);
    // At most 4 leaves of 30 of 120 rows.
    expect(trees.features.length).toBeLessThanOrEqual(30);
    const stumps = (await trained({ maxDepth: 1 })).trees;
    expect(stumps.features.length).toBe(10);
    expect(stumps.leafStarts.length - 1).toBe(20);
    // Leaves of unlimited trees are pure.
    const whole = (await trained({})).trees;
    expect(new Set(whole.leafShares)).toEqual(new Set([1]));
  });

  it('the same seed gives the same forest, another one another', async () => {
    const [first, again, other] = [await trained({}), await trained({}), await trained({ seed: 2 })];
    expect(again.predict(rows)).toEqual(first.predict(rows));
    expect(again.outOfBag).toEqual(first.outOfBag);
    expect(other.predict(rows)).not.toEqual(first.predict(rows));
  });

  it('more trees begin with the same ones', async () => {
    const [few, more] = [await trained({}), await trained({ trees: 12 })];
    expect(more.trees.thresholds.subarray(0, few.trees.thresholds.length)).toEqual(few.trees.thresholds);
  });

  it('progress counts trees, and the signal stops between two', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const onProgress = (done: number, total: number) => {
      seen.push(`${done}/${total}`);
      if (done === 3) controller.abort();
    };
    await expect(trained({ onProgress, signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen).toEqual(['1/10', '2/10', '3/10']);
  });
});

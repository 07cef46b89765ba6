import { describe, expect, it } from 'vitest';
import { binomialInterval } from '../../../src/evaluation/attribution/binomial-interval.js';
import { HALF_WIDTH, imagesNeeded } from '../../../src/evaluation/attribution/images-needed.js';

describe('binomialInterval', () => {
  // Closed forms at the ends, and the quantiles of beta distributions that Clopper and Pearson's limits are.
  it.each([
    [0, 10, 0, 1 - 0.025 ** 0.1],
    [10, 10, 0.025 ** 0.1, 1],
    [1, 10, 0.002528579, 0.445016117],
    [5, 10, 0.187086028, 0.812913972],
    [0, 1, 0, 0.975],
  ])('of %i of %i', (count, n, low, high) => {
    const found = binomialInterval(count, n);
    expect(found[0]).toBeCloseTo(low, 8);
    expect(found[1]).toBeCloseTo(high, 8);
  });

  it('covers the true share in at least 95 % of all counts, also for a small share of many', () => {
    for (const [n, share] of [
      [40, 0.3],
      [2400, 0.002],
      [2400, 0.6],
    ] as const) {
      let [term, covered] = [0, 0];
      let log = n * Math.log1p(-share);
      for (let count = 0; count <= n; count++) {
        term = Math.exp(log);
        const [low, high] = binomialInterval(count, n);
        if (low <= share && share <= high) covered += term;
        log += Math.log((((n - count) / (count + 1)) * share) / (1 - share));
      }
      expect(covered).toBeGreaterThanOrEqual(0.95);
      expect(covered).toBeLessThan(0.99);
    }
  });
});

describe('imagesNeeded', () => {
  it('is least for a node that is always right, most for one of which nothing is known', () => {
    expect(imagesNeeded(0, 0)).toBe(93);
    expect(imagesNeeded(50, 100)).toBe(93);
    expect(imagesNeeded(80, 100)).toBe(61);
    expect(imagesNeeded(3, 3)).toBe(75);
    expect(imagesNeeded(30, 30)).toBe(18);
  });

  it('is reached where the interval is as narrow as promised', () => {
    for (let arrived = 0; arrived < 120; arrived++) {
      for (let right = 0; right <= arrived; right++) {
        const centre = (right + 2) / (arrived + 4);
        const half = 1.959964 * Math.sqrt((centre * (1 - centre)) / (arrived + 4));
        expect(arrived >= imagesNeeded(right, arrived)).toBe(half <= HALF_WIDTH);
      }
    }
  });
});

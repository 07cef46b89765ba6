import { describe, expect, it } from 'vitest';
import { bootstrap, bootstrapP, quantile, weightedMetric } from '../../src/evaluation/bootstrap.js';

const ones = (n: number) => new Float64Array(n).fill(1);

describe('weightedMetric', () => {
  it('is a ratio of weighted sums', () => {
    const metric = {
      numerator: Float64Array.of(1, 0, 3),
      denominator: Float64Array.of(2, 2, 4),
      bounds: Int32Array.of(0, 3),
    };
    expect(weightedMetric(metric, Int32Array.of(1, 1, 1))).toBe(4 / 8);
    expect(weightedMetric(metric, Int32Array.of(0, 1, 2))).toBe(6 / 10);
  });

  it('is the mean over the groups that were drawn', () => {
    const metric = { numerator: Float64Array.of(1, 0, 1), denominator: ones(3), bounds: Int32Array.of(0, 2, 2, 3) };
    expect(weightedMetric(metric, Int32Array.of(1, 1, 1))).toBe((1 / 2 + 1) / 2);
    expect(weightedMetric(metric, Int32Array.of(1, 2, 0))).toBe(1 / 3);
  });
});

describe('bootstrap', () => {
  it('has the standard error of a mean', () => {
    const numerator = Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const metric = { numerator, denominator: ones(400), bounds: Int32Array.of(0, 400) };
    const [values] = bootstrap([new Map([['mean', metric]])], { images: 400, resamples: 2000, seed: 3 });
    const all = [...(values?.get('mean') ?? [])];
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const deviation = Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length);
    expect(mean).toBeCloseTo(0.25, 2);
    expect(deviation).toBeGreaterThan(0.93 * Math.sqrt((0.25 * 0.75) / 400));
    expect(deviation).toBeLessThan(1.07 * Math.sqrt((0.25 * 0.75) / 400));
  });
});

describe('quantile', () => {
  it('is linear between neighbours', () => {
    const sorted = Float64Array.of(1, 2, 4, 8);
    expect([quantile(sorted, 0), quantile(sorted, 0.5), quantile(sorted, 1)]).toEqual([1, 3, 8]);
    expect(quantile(sorted, 0.9)).toBeCloseTo(4 + 0.7 * 4, 12);
  });
});

describe('bootstrapP', () => {
  it('doubles the smaller side, zeros on both sides', () => {
    expect(bootstrapP(Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, -1))).toBe(4 / 10);
    expect(bootstrapP(Float64Array.of(1, 1, 1, 1, 1, 1, 0, 1e-17, -1))).toBe(8 / 10);
    expect(bootstrapP(new Float64Array(9))).toBe(1);
    expect(bootstrapP(new Float64Array(99).fill(0.1))).toBe(2 / 100);
  });
});

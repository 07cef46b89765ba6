import { describe, expect, it } from 'vitest';
import { addMultinomial, drawBinomial, drawGamma } from '../../../src/evaluation/counting/draws.js';
import { random } from '../../../src/random.js';

const momentsOf = (draw: () => number, n = 20_000) => {
  const values = Array.from({ length: n }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n };
};

describe('draws have the mean and the variance of their distribution', () => {
  it.each([0.1, 0.7, 1, 4, 200])('gamma of shape %d', (shape) => {
    const generator = random(1, 'gamma', shape);
    const { mean, variance } = momentsOf(() => drawGamma(generator, shape));
    // Five standard errors; the kurtosis of a gamma variable is 3 + 6 / shape.
    expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / 20_000));
    expect(Math.abs(variance - shape)).toBeLessThan(5 * shape * Math.sqrt((2 + 6 / shape) / 20_000));
  });

  it.each([
    [10, 0.3],
    [41, 0.5],
    [100_000, 0.02],
    [1_000_000, 0.9],
  ])('binomial of %d trials, %d', (trials, p) => {
    const generator = random(2, 'binomial', trials);
    const { mean, variance } = momentsOf(() => drawBinomial(generator, trials, p));
    const expected = trials * p * (1 - p);
    expect(Math.abs(mean - trials * p)).toBeLessThan(5 * Math.sqrt(expected / 20_000));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000) + 0.01);
  });

  it('multinomial: all trials are given out, to what has a weight', () => {
    const generator = random(3, 'multinomial');
    const sums = new Float64Array(4);
    for (let i = 0; i < 1000; i++) addMultinomial(generator, 50, Float64Array.of(0, 0.1, 0.3, 0), 0.4, sums);
    expect([sums[0], sums[3], (sums[1] ?? 0) + (sums[2] ?? 0)]).toEqual([0, 0, 50_000]);
    expect(Math.abs((sums[1] ?? 0) - 12_500)).toBeLessThan(5 * Math.sqrt(50_000 * 0.25 * 0.75));
  });
});

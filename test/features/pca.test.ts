import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { applyPca, fitPca } from '../../src/features/pca.js';
import { random } from '../../src/random.js';

describe('principal components', () => {
  it('are the directions of greatest variance, with their shares of it', () => {
    // Two along (3, 4), half as far along (4, -3), around (10, 20).
    const points = Float64Array.of(10 + 6, 20 + 8, 10 - 6, 20 - 8, 10 + 4, 20 - 3, 10 - 4, 20 + 3);
    const pca = fitPca(points, 2);
    expect(Array.from(pca.mean)).toEqual([10, 20]);
    expect(Array.from(pca.axes, (value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8, 0.8, -0.6]);
    expect(pca.explained.map((share) => share.toFixed(3))).toEqual(['0.800', '0.200']);
    const along = applyPca(pca, points);
    expect(Array.from(along, (value) => Math.round(value) + 0)).toEqual([10, 0, -10, 0, 0, 5, 0, -5]);
  });

  it('keep the number asked for, but no more than there are features or vectors to span them', () => {
    const draw = random(1);
    const values = Float32Array.from({ length: 40 * 7 }, () => draw.normal());
    const lengths = (components: number | undefined, vectors: number) => {
      const { axes, explained } = fitPca(values.subarray(0, vectors * 7), 7, components);
      return [axes.length / 7, explained.length];
    };
    expect(lengths(3, 40)).toEqual([3, 3]);
    expect(lengths(undefined, 40)).toEqual([7, 7]);
    expect(lengths(5, 3)).toEqual([2, 2]);
    const { explained } = fitPca(values, 7);
    expect(explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('are orthonormal and uncorrelated, also for more vectors than are multiplied at a time', () => {
    const draw = random(2);
    const [count, features] = [700, 5];
    const values = Float64Array.from({ length: count * features }, (_, i) => (1 + (i % features)) * draw.normal());
    for (let i = 0; i < count; i++)
      values[i * features] = (values[i * features] ?? 0) + (values[i * features + 4] ?? 0);
    const pca = fitPca(values, features);
    const axis = (k: number) => pca.axes.subarray(k * features, (k + 1) * features);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    const along = applyPca(pca, values);
    const variance = (j: number, k: number) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (along[i * features + j] ?? 0) * (along[i * features + k] ?? 0);
      return sum / (count - 1);
    };
    const total = [0, 1, 2, 3, 4].reduce((sum, k) => sum + variance(k, k), 0);
    for (let j = 0; j < features; j++) {
      expect(variance(j, j) / total).toBeCloseTo(pca.explained[j] ?? 0, 6);
      for (let k = 0; k < j; k++) {
        expect(dot(axis(j), axis(k))).toBeCloseTo(0, 6);
        expect(variance(j, k) / total).toBeCloseTo(0, 6);
      }
      const largest = axis(j).reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      expect(largest).toBeGreaterThan(0);
    }
  });

  it('refuse too few vectors and values that are not finite, both at once', () => {
    const fit = () => fitPca(Float64Array.of(1, Number.NaN, 3), 3);
    expect(fit).toThrow(CladenetError);
    expect(fit).toThrow(
      /vector 0, feature 1: expected a finite number, received NaN\n.*at least 2 vectors, received 1/,
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contributions } from '../../src/evaluation/contributions.js';
import {
  halfWidth,
  pOfNone,
  type SeedContributions,
  type VarianceParts,
  varianceParts,
} from '../../src/evaluation/seed-inference.js';
import { studentQuantile } from '../../src/evaluation/student-t.js';

const seed = (images: number[], values: number[]): SeedContributions => ({
  images: Int32Array.from(images),
  values: Float64Array.from(values),
});

const mean = (values: readonly number[]) => ({
  numerator: Float64Array.from(values),
  denominator: new Float64Array(values.length).fill(1),
  bounds: Int32Array.of(0, values.length),
});

describe('contributions', () => {
  it('of accuracy give the statistic of McNemar', () => {
    const [a, b] = [mean([1, 1, 1, 1, 0, 0, 1, 0]), mean([1, 0, 0, 0, 1, 0, 1, 0])];
    const values = contributions(a, b) as Float64Array;
    const total = values.reduce((x, y) => x + y, 0);
    expect(total).toBeCloseTo(2 / 8, 12);
    // 3 images only the first has right, 1 only the second: (3 - 1)² / (3 + 1).
    expect(total ** 2 / values.reduce((x, y) => x + y * y, 0)).toBeCloseTo(1, 12);
  });

  it('of a mean over groups weigh every group alike; empty groups do not count', () => {
    const bounds = Int32Array.of(0, 1, 1, 4);
    const [a, b] = [
      { ...mean([1, 1, 0, 1]), bounds },
      { ...mean([0, 0, 0, 1]), bounds },
    ];
    expect([...(contributions(a, b) ?? [])]).toEqual([1 / 2, 1 / 6, 0, 0]);
  });

  it('of a ratio sum to the difference of the ratios, and are undefined without a denominator', () => {
    const ratio = (numerator: number[], denominator: number[]) => ({
      numerator: Float64Array.from(numerator),
      denominator: Float64Array.from(denominator),
      bounds: Int32Array.of(0, numerator.length),
    });
    const a = ratio([3, 0, 2, 0], [1, 0, 1, 0]);
    const b = ratio([1, 3, 0, 1], [1, 1, 0, 1]);
    expect(contributions(a, b)?.reduce((x, y) => x + y, 0)).toBeCloseTo(5 / 2 - 5 / 3, 12);
    expect(contributions(a, ratio([0, 0, 0, 0], [0, 0, 0, 0]))).toBeUndefined();
  });

  it('are 0 where two values are the same but for rounding', () => {
    expect([...(contributions(mean([0.1 + 0.2, 1]), mean([0.3, 1])) ?? [])]).toEqual([0, 0]);
  });
});

describe('the parts of the variance', () => {
  it('with images of their own: what the seeds spread is all there is', () => {
    const parts = varianceParts([seed([0, 1], [0.2, 0]), seed([2, 3], [0.1, 0.3])], 4);
    expect(parts.seeds).toBeCloseTo(0.02 / 2, 12);
    expect(parts.shared).toBeCloseTo(0, 12);
    expect(parts.images).toBeCloseTo((0.04 + 0.01 + 0.09) / 4, 12);
    expect(parts.seedFreedom).toBe(1);
    expect(parts.imageFreedom).toBeCloseTo(0.14 ** 2 / (0.04 ** 2 + 0.01 ** 2 + 0.09 ** 2), 12);
  });

  it('with the same images: what all seeds find in an image is no variance between them', () => {
    const parts = varianceParts([seed([0, 1, 2], [0.2, 0, -0.1]), seed([2, 1, 0], [-0.1, 0.3, 0.2])], 3);
    // Σ over images of the product: 0.2 × 0.2 + 0 × 0.3 + 0.1 × 0.1
    expect(parts.shared).toBeCloseTo(0.05, 12);
    expect(parts.seeds).toBeCloseTo((0.1 - 0.4) ** 2 / 4, 12);
    expect(parts.images).toBeCloseTo(0.2 ** 2 + 0.15 ** 2 + 0.1 ** 2, 12);
  });

  it('with one seed: images alone', () => {
    const parts = varianceParts([seed([0, 1], [0.2, 0.1])], 2);
    expect(parts).toMatchObject({ seeds: 0, shared: 0, seedFreedom: 0 });
    expect(parts.images).toBeCloseTo(0.05, 12);
    expect(halfWidth(parts, 0.05)).toBeCloseTo(Math.sqrt(0.05) * studentQuantile(0.05, parts.imageFreedom), 10);
  });

  it('are without bias for the variance of the mean difference', () => {
    // Over all draws of two seeds with two images in common and one each, every contribution 1 or -1 by a fair coin,
    // in common or not.
    let [estimated, squared, draws] = [0, 0, 0];
    for (let bits = 0; bits < 64; bits++) {
      const [c0, c1, a0, a1, a2, b2] = [0, 1, 2, 3, 4, 5].map((b) => ((bits >> b) & 1) * 2 - 1) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const bySeed = [seed([0, 1, 2], [c0 + a0, c1 + a1, a2]), seed([0, 1, 3], [c0, c1, b2])];
      const differences = bySeed.map(({ values }) => values.reduce((x, y) => x + y, 0));
      const products = bySeed.map(({ values }) => [values[0] ?? 0, values[1] ?? 0]);
      const shared =
        (products[0]?.[0] ?? 0) * (products[1]?.[0] ?? 0) + (products[0]?.[1] ?? 0) * (products[1]?.[1] ?? 0);
      const parts = varianceParts(bySeed, 4);
      expect(parts.shared).toBeCloseTo(Math.max(0, shared), 12);
      estimated += parts.seeds + shared;
      squared += (((differences[0] ?? 0) + (differences[1] ?? 0)) / 2) ** 2;
      draws++;
    }
    expect(estimated / draws).toBeCloseTo(squared / draws, 12);
  });
});

describe('interval and p', () => {
  const anyParts: fc.Arbitrary<VarianceParts> = fc.record({
    seeds: fc.constantFrom(0, 1e-6, 3e-5, 1e-4),
    shared: fc.constantFrom(0, 2e-5, 1e-4),
    images: fc.constantFrom(1e-6, 5e-5),
    imageFreedom: fc.double({ min: 1, max: 2000, noNaN: true }),
    seedFreedom: fc.integer({ min: 1, max: 6 }),
  });

  it('agree: the interval of level 1 - p just reaches 0', () => {
    fc.assert(
      fc.property(anyParts, fc.double({ min: -0.05, max: 0.05, noNaN: true }), (parts, difference) => {
        const p = pOfNone(parts, difference);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        if (p < 0.999 && p > 1e-11) expect(halfWidth(parts, p) / Math.abs(difference)).toBeCloseTo(1, 6);
      }),
    );
    expect(pOfNone({ seeds: 0, shared: 0, images: 0, imageFreedom: 1, seedFreedom: 2 }, 0)).toBe(1);
  });

  it('are never surer than over images alone, nor than over seeds alone', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const width = halfWidth(parts, 0.05) * (1 + 1e-12);
        expect(width).toBeGreaterThanOrEqual(studentQuantile(0.05, parts.imageFreedom) * Math.sqrt(parts.images));
        expect(width).toBeGreaterThanOrEqual(studentQuantile(0.05, parts.seedFreedom) * Math.sqrt(parts.seeds));
      }),
    );
  });

  it('do not trust a handful of images: five that all speak for one of two arms are not significant', () => {
    const five = varianceParts([seed([0, 1, 2, 3, 4], [1, 1, 1, 1, 1])], 5);
    expect(pOfNone(five, 5)).toBeGreaterThan(0.05);
    const ten = varianceParts([seed([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], new Array<number>(10).fill(1))], 10);
    expect(pOfNone(ten, 10)).toBeLessThan(0.05);
  });
});

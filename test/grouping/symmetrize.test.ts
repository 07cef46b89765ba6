import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Confusion, confusionFromShares } from '../../src/grouping/confusion.js';
import { SYMMETRIZATIONS, type Symmetrization, symmetrize } from '../../src/grouping/symmetrize.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { anyConfusion, confusionOf } from './samples.js';

const C = confusionFromShares({
  classes: ['a', 'b', 'c'],
  shares: [
    [0.8, 0.2, 0],
    [0.1, 0.6, 0.3],
    [0.4, 0, 0.6],
  ],
});

/** The entries ab, ac, bc. */
function pairs(how: Symmetrization, alpha?: number): number[] {
  const { values } = symmetrize(C, { symmetrize: how, alpha });
  return [1, 2, 5].map((e) => values[e] ?? Number.NaN);
}

describe('by hand', () => {
  test.each<[Symmetrization, number | undefined, number[]]>([
    ['mean', undefined, [0.15, 0.2, 0.15]],
    ['power', undefined, [(0.04 + 0.01) / 2, 0.16 / 2, 0.09 / 2]],
    ['power', 3, [(0.008 + 0.001) / 2, 0.064 / 2, 0.027 / 2]],
    ['power', 0.5, [(Math.sqrt(0.2) + Math.sqrt(0.1)) / 2, Math.sqrt(0.4) / 2, Math.sqrt(0.3) / 2]],
    ['reciprocal', undefined, [Math.sqrt(0.02), 0, 0]],
    // C·C: ab 0.28, ba 0.26, ac 0.06, ca 0.56, bc 0.36, cb 0.08; Cᵀ·C: ab 0.22, ac 0.27, bc 0.18.
    ['product', undefined, [(0.28 + 0.26 + 0.44) / 4, (0.06 + 0.56 + 0.54) / 4, (0.36 + 0.08 + 0.36) / 4]],
  ])('%s, alpha %s', (how, alpha, expected) => {
    expect(pairs(how, alpha)).toEqual(expected.map((value) => expect.closeTo(value, 12)));
  });

  test('power says that its threshold is beta^alpha', () => {
    expect(SYMMETRIZATIONS.map((how) => symmetrize(C, { symmetrize: how, alpha: 3 }).exponent)).toEqual([1, 3, 1, 1]);
  });
});

test('all are symmetric to the last bit', () => {
  fc.assert(
    fc.property(anyConfusion, fc.constantFrom(...SYMMETRIZATIONS), (confusion, how) => {
      const n = confusion.classes.length;
      const { values } = symmetrize(confusion, { symmetrize: how });
      nonEmpty(values).forEach((value, e) => {
        expect(values[(e % n) * n + Math.floor(e / n)]).toBe(value);
      });
    }),
  );
});

test('mean leaves a symmetric matrix as it is', () => {
  fc.assert(
    fc.property(anyConfusion, (confusion) => {
      const symmetric = new Confusion(confusion.classes, symmetrize(confusion).values, 'shares');
      expect(symmetrize(symmetric).values).toEqual(symmetric.shares);
    }),
  );
});

describe('product', () => {
  /** What becomes of the pair of two classes that are confused with each other only, in hundredths. */
  const productOf = (there: number, back: number): number => {
    const confusion = confusionOf([
      [0, there],
      [back, 0],
    ]);
    return symmetrize(confusion, { symmetrize: 'product' }).values[1] ?? Number.NaN;
  };

  test('of the same confusion is greater the more it goes both ways', () => {
    const hundredths = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(hundredths, hundredths, hundredths, (low, more, most) => {
        const [x = 0, y = 0, z = 0] = [low, more, most].sort((a, b) => a - b);
        fc.pre(x < y && y <= (x + z) / 2);
        // x + z of confusion, more or less evenly divided.
        expect(productOf(y, x + z - y)).toBeGreaterThan(productOf(x, z));
      }),
    );
  });

  test('follows the formula for a pair', () => {
    const [p, q] = [0.3, 0.1];
    expect(productOf(30, 10)).toBeCloseTo(p + q - (p + q) ** 2 / 4 - (p * p + q * q) / 2, 12);
  });

  test('relates classes that are confused with the same third one, which mean does not', () => {
    const confusion = confusionOf([
      [0, 0, 20],
      [0, 0, 20],
      [10, 10, 0],
    ]);
    expect(symmetrize(confusion).values[1]).toBe(0);
    expect(symmetrize(confusion, { symmetrize: 'product' }).values[1]).toBeGreaterThan(0.01);
  });
});

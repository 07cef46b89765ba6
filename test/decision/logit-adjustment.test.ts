import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustLogits, adjustNodeLogits } from '../../src/decision/logit-adjustment.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { classes, probabilities, smallTree } from './small-tree.js';

// In the order of `classes`: b, a1, c1, a2, c2.
const counts = new Map([
  ['b', 4],
  ['a1', 16],
  ['c1', 1],
  ['a2', 4],
]);

describe('logit adjustment, computed by hand', () => {
  it('divides by the frequencies to the power of tau; a class without images counts as one with one', () => {
    const adjusted = adjustLogits(probabilities.slice(0, 5), classes, { tau: 0.5, counts });
    const weights = [0.1 / 2, 0.6 / 4, 0.1, 0.1 / 2, 0.1];
    const sum = weights.reduce((a, b) => a + b);
    weights.forEach((weight, c) => {
      expect(adjusted[c]).toBeCloseTo(weight / sum, 12);
    });
  });

  it('adjusts the conditionals of each node by the images below its children', () => {
    const adjusted = adjustNodeLogits(probabilities.slice(0, 5), classes, smallTree, { tau: 1, counts });
    // A has 20 images and 0.7, B 6 and 0.3; within A 16 and 4, within B C with 2 and b with 4, within C 1 and 1.
    const [a, b] = [0.7 / 20, 0.3 / 6];
    const ofA = a / (a + b);
    expect((adjusted[1] as number) + (adjusted[3] as number)).toBeCloseTo(ofA, 12);
    expect(adjusted[1]).toBeCloseTo((ofA * (0.6 / 16)) / (0.6 / 16 + 0.1 / 4), 12);
    expect(adjusted[0]).toBeCloseTo(((1 - ofA) * (0.1 / 4)) / (0.1 / 4 + 0.2 / 2), 12);
    expect(adjusted[2]).toBeCloseTo(adjusted[4] as number, 12);
  });

  it('leaves an impossible row as it is, and refuses a tau below 0', () => {
    expect(adjustLogits(new Float64Array(5), classes, { tau: 1, counts })).toEqual(new Float64Array(5));
    expect(() => adjustLogits(probabilities, classes, { tau: -1, counts })).toThrow(
      'tau: expected a number of 0 or more, received -1',
    );
  });
});

it('gives rows that sum to 1, and those it got for tau 0 or classes of one size', () => {
  fc.assert(
    fc.property(anyCase, fc.double({ min: 0, max: 2, noNaN: true }), (drawn, tau) => {
      const { predictions } = predictionsOf(drawn);
      const k = drawn.classes.length;
      const even = new Map(drawn.classes.map((name) => [name, 7]));
      const uneven = new Map(drawn.classes.map((name, c) => [name, c ** 2]));
      const both = (balance: { tau: number; counts: Map<string, number> }) => [
        adjustLogits(predictions.probabilities, drawn.classes, balance),
        adjustNodeLogits(predictions.probabilities, drawn.classes, drawn.taxonomy, balance),
      ];
      const [same, , unchanged, byNode] = [...both({ tau, counts: even }), ...both({ tau: 0, counts: uneven })];
      nonEmpty([...predictions.probabilities]).forEach((p, i) => {
        expect(same?.[i]).toBeCloseTo(p, 6);
        expect(unchanged?.[i]).toBeCloseTo(p, 6);
        expect(byNode?.[i]).toBeCloseTo(p, 6);
      });
      for (const matrix of both({ tau, counts: uneven })) {
        for (let row = 0; row < matrix.length; row += k) {
          expect(matrix.slice(row, row + k).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        }
      }
    }),
  );
});

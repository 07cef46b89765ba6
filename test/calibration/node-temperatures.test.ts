import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitNodeTemperatures, scaleNodeTemperatures } from '../../src/calibration/node-temperatures.js';
import { fitTemperature, scaleTemperature } from '../../src/calibration/temperature.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { nodePredictions } from '../../src/evaluation/node-predictions.js';
import { classes, labels, probabilities, smallTree } from '../decision/small-tree.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { simulate, simulatedClasses, simulatedTree } from './simulated.js';

describe('scaleNodeTemperatures', () => {
  it('scales the conditionals of the node and leaves all others', () => {
    const scaled = scaleNodeTemperatures(probabilities, classes, smallTree, new Map([['R>B', 0.5]]));
    // Image 2: under B, C has 0.4 and b 0.3 of 0.7; squared they are as 16 to 9.
    const [b, a1, c1, a2, c2] = scaled.slice(10, 15);
    expect([a1, a2]).toEqual([0.2, 0.1].map((p) => expect.closeTo(p, 12)));
    expect(b).toBeCloseTo((0.7 * 9) / 25, 12);
    expect([c1, c2]).toEqual([0.14, 0.14].map(() => expect.closeTo((0.7 * 8) / 25, 12)));
  });

  it('changes nothing without temperatures, and keeps rows at a sum of 1 with any', () => {
    const temperature = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(anyCase, fc.array(temperature, { minLength: 30, maxLength: 30 }), (drawn, drawnTemperatures) => {
        const { probabilities: matrix } = predictionsOf(drawn).predictions;
        const { classes: names, taxonomy } = drawn;
        nonEmpty(scaleNodeTemperatures(matrix, names, taxonomy, new Map())).forEach((p, i) => {
          expect(p).toBeCloseTo(matrix[i] ?? NaN, 12);
        });
        const all = new Map(taxonomy.internalNodes().map(({ path }, i) => [path, drawnTemperatures[i] ?? 1]));
        const scaled = scaleNodeTemperatures(matrix, names, taxonomy, all);
        for (let row = 0; row < scaled.length; row += names.length) {
          expect(scaled.slice(row, row + names.length).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('has an answer where a whole sub-tree is impossible', () => {
    const sure = Float64Array.of(0, 1, 0, 0, 0);
    const scaled = scaleNodeTemperatures(sure, classes, smallTree, new Map([['R>B', 2]]));
    expect([...scaled]).toEqual([0, 1, 0, 0, 0]);
  });

  it('refuses paths that are no internal nodes and temperatures that are none, all at once', () => {
    const wrong = new Map([
      ['R>C', 1],
      ['R>B>b', 1],
      ['R>B', 0],
    ]);
    const call = () => scaleNodeTemperatures(probabilities, classes, smallTree, wrong);
    expect(call).toThrow(/expected paths of internal nodes, received 'R>C'/);
    expect(call).toThrow(/received 'R>B>b'/);
    expect(call).toThrow(/temperature of 'R>B': expected a number from 0\.001 to 1000, received 0/);
  });
});

describe('fitNodeTemperatures', () => {
  it('finds which nodes are off', () => {
    // Images that mean what they say, then node R>A>b made too sure.
    const true_ = simulate(8000, { seed: 8, off: 1, spread: 1.5 });
    const matrix = scaleNodeTemperatures(
      true_.probabilities,
      simulatedClasses,
      simulatedTree,
      new Map([['R>A>b', 0.4]]),
    );
    const fitted = fitNodeTemperatures({ ...true_, probabilities: matrix }, simulatedTree);
    expect([...fitted.keys()]).toEqual(['R', 'R>A', 'R>A>a', 'R>A>b', 'R>B', 'R>B>c']);
    for (const [path, { temperature }] of fitted) {
      const expected = path === 'R>A>b' ? 1 / 0.4 : 1;
      expect(temperature / expected, path).toBeGreaterThan(0.85);
      expect(temperature / expected, path).toBeLessThan(1.15);
    }
    const back = scaleNodeTemperatures(
      matrix,
      simulatedClasses,
      simulatedTree,
      new Map([...fitted].map(([path, { temperature }]) => [path, temperature])),
    );
    const loss = (p: Float64Array) => evaluate({ ...true_, probabilities: p }).logLoss;
    expect(loss(back)).toBeLessThan(loss(matrix) - 0.02);
  });

  it('fits what fitTemperature fits to the predictions of the node', () => {
    const predictions = simulate(500, { seed: 9, off: 2 });
    const own = nodePredictions(predictions, simulatedTree, 'R>A');
    const fitted = fitNodeTemperatures(predictions, simulatedTree).get('R>A');
    expect(fitted).toEqual(fitTemperature(own));
    expect(fitted?.images).toBe(own.labels.length);
    const whole = scaleTemperature(own.probabilities, 2, fitted?.temperature ?? NaN);
    expect(fitted?.logLoss.after).toBeCloseTo(evaluate({ ...own, probabilities: whole }).logLoss, 10);
  });

  it('leaves out nodes of few images and those whose temperature has no limit', () => {
    const predictions = { classes, probabilities, labels };
    // R and A err once; B is always right, and so is C where it prefers either child.
    expect([...fitNodeTemperatures(predictions, smallTree, { minImages: 1 }).keys()]).toEqual(['R', 'R>A']);
    expect([...fitNodeTemperatures(predictions, smallTree, { minImages: 3 }).keys()]).toEqual(['R']);
    expect([...fitNodeTemperatures(predictions, smallTree).keys()]).toEqual([]);
    expect(() => fitNodeTemperatures(predictions, smallTree, { minImages: 0 })).toThrow('minImages');
  });
});

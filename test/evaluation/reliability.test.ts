import { describe, expect, it } from 'vitest';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { CladenetError } from '../../src/errors.js';
import { nodePredictions } from '../../src/evaluation/node-predictions.js';
import { binReliability, nodeReliability, reliability } from '../../src/evaluation/reliability.js';
import { simulate, simulatedTree } from '../calibration/simulated.js';
import { classes, labels, probabilities, smallTree } from '../decision/small-tree.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const predictions = { classes, probabilities, labels };

describe('binReliability', () => {
  it('has bins that are open below and closed above, 0 in the first', () => {
    const { bins } = binReliability([0, 0.25, 0.26, 0.5, 1], [0, 1, 0, 1, 1], 4);
    expect(bins.map(({ low, high, images }) => [low, high, images])).toEqual([
      [0, 0.25, 2],
      [0.25, 0.5, 2],
      [0.5, 0.75, 0],
      [0.75, 1, 1],
    ]);
    expect(bins.map(({ accuracy }) => accuracy)).toEqual([0.5, 0.5, null, 1]);
    expect(bins.map(({ confidence }) => confidence)).toEqual([0.125, 0.38, null, 1]);
  });

  it('weighs the gaps of the bins by their images', () => {
    // |1/2 - 0.1| × 2 + |0 - 0.8| × 1 over 3 images; gaps within a bin cancel out.
    expect(binReliability([0.05, 0.15, 0.8], [false, true, false], 2).ece).toBeCloseTo((0.8 + 0.8) / 3, 12);
  });

  it('refuses everything that is wrong in one error', () => {
    const call = () => binReliability([0.5, 1.2, Number.NaN], [1], 0);
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/bins: expected a positive integer/);
    expect(call).toThrow(/right: expected 3 values, one per confidence, received 1/);
    expect(call).toThrow(/confidences\[1\].*1\.2\n.*confidences\[2\].*NaN/);
    expect(() => binReliability([], [])).toThrow('at least one');
  });
});

describe('reliability', () => {
  it('is about the probability of the decided class, 15 bins by default', () => {
    const { bins, ece, images } = reliability(predictions);
    // Decided: a1 0.6 right, a2 0.4, b 0.3, a1 0.5 wrong, each in a bin of its own.
    expect([bins.length, images]).toEqual([15, 4]);
    expect(ece).toBeCloseTo((0.4 + 0.4 + 0.3 + 0.5) / 4, 12);
    const decisions = greedyDescent(probabilities, classes, smallTree);
    expect(reliability({ ...predictions, decisions }).ece).toBeCloseTo((0.4 + 0.4 + 0.8 + 0.5) / 4, 12);
  });

  it('is near 0 for a classifier that means what it says, and the gap of one that does not', () => {
    expect(reliability(simulate(20000, { seed: 11, off: 1 })).ece).toBeLessThan(0.012);
    expect(reliability(simulate(5000, { seed: 11, off: 3 })).ece).toBeGreaterThan(0.2);
  });

  it('refuses what evaluate refuses', () => {
    expect(() => reliability({ ...predictions, labels: Int32Array.of(9, 1, 1, 1) }, { bins: 1.5 })).toThrow(
      /labels\[0\].*\n.*bins/,
    );
  });
});

describe('nodePredictions', () => {
  it('has the conditionals of the children for the images below the node', () => {
    const { classes: children, probabilities: rows, labels: truths } = nodePredictions(predictions, smallTree, 'R>B');
    expect(children).toEqual(['R>B>C', 'R>B>b']);
    expect([...truths]).toEqual([0, 0]);
    const expected = [0.4 / 0.7, 0.3 / 0.7, 0.3 / 0.4, 0.1 / 0.4];
    expect([...rows]).toEqual(expected.map((p) => expect.closeTo(p, 12)));
  });

  it('takes the children of an impossible node for equally probable', () => {
    const sure = { classes, probabilities: Float64Array.of(0, 1, 0, 0, 0), labels: Int32Array.of(2) };
    expect([...nodePredictions(sure, smallTree, 'R>B').probabilities]).toEqual([0.5, 0.5]);
  });

  it('refuses leaves and paths that are none', () => {
    expect(() => nodePredictions(predictions, smallTree, 'R>B>b')).toThrow("that of the class 'b'");
    expect(() => nodePredictions(predictions, smallTree, 'R>X')).toThrow(CladenetError);
  });
});

describe('nodeReliability', () => {
  it('is that of the node\u2019s own predictions, null where no image belongs below', () => {
    const found = nodeReliability(predictions, smallTree);
    expect(found.map(({ path, images }) => [path, images])).toEqual([
      ['R', 4],
      ['R>A', 2],
      ['R>B', 2],
      ['R>B>C', 2],
    ]);
    for (const { path, ece } of nonEmpty(found)) {
      expect(ece).toBe(reliability(nodePredictions(predictions, smallTree, path)).ece);
    }
    const first = { classes, probabilities: probabilities.slice(0, 5), labels: labels.slice(0, 1) };
    expect(nodeReliability(first, smallTree).map(({ ece }) => ece === null)).toEqual([false, false, true, true]);
  });

  it('is small at every node of a classifier that means what it says', () => {
    for (const { ece, path } of nonEmpty(nodeReliability(simulate(20000, { seed: 12, off: 1 }), simulatedTree))) {
      expect(ece, path).toBeLessThan(0.03);
    }
  });
});

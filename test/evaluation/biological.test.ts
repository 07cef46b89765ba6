import { describe, expect, it } from 'vitest';
import { compareClassifiers } from '../../src/evaluation/compare.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { markNonBiological } from '../../src/taxonomy/mark-non-biological.js';
import { classes, labels, probabilities, smallTree } from '../decision/small-tree.js';

const predictions = { classes, probabilities, labels };
const taxonomy = markNonBiological(smallTree, ['C']);

// The biological images are both of a1, and decided a1 and a2. A third, of c2, is decided a1; one of c1 is decided b.
describe('averages over biological classes, computed by hand', () => {
  it('judge the images of these classes, and their precision by all images', () => {
    const { biological } = evaluate(predictions, { taxonomy });
    expect(biological).toEqual({
      classes: 3,
      images: 2,
      accuracy: 1 / 2,
      balancedAccuracy: 1 / 2,
      top5: 1,
      logLoss: -(Math.log(0.6) + Math.log(0.3)) / 2,
      hierarchical: { precision: 3 / 4, recall: 3 / 4, f1: 3 / 4 },
      ahd: 1 / 2,
      severity: 1,
      // b: 0 of 1, a1: 1 of 2, a2: 0 of 1
      precision: (0 + 1 / 2 + 0) / 3,
      f1: 2 / 4,
    });
  });

  it('are null without marks, and without images of biological classes', () => {
    expect(evaluate(predictions, { taxonomy: smallTree }).biological).toBeNull();
    expect(evaluate(predictions).biological).toBeNull();
    expect(evaluate(predictions, { taxonomy: markNonBiological(smallTree, ['C', 'a1']) }).biological).toBeNull();
  });

  it('are compared as the other metrics are', () => {
    const decisions = Int32Array.of(1, 1, 0, 1);
    const { differences } = compareClassifiers(
      { right: { ...predictions, decisions }, wrong: predictions },
      { taxonomy, seed: 1 },
    );
    const found = differences.filter(({ metric }) => metric.startsWith('biological'));
    expect(found.map(({ metric, difference }) => [metric, difference])).toEqual([
      ['biologicalAccuracy', 1 / 2],
      ['biologicalBalancedAccuracy', 1 / 2],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { analyseConfusion } from '../../src/grouping/analyse-confusion.js';
import { compareMethods } from '../../src/grouping/compare-methods.js';
import { confusionFromCounts } from '../../src/grouping/confusion.js';
import { groupClasses } from '../../src/grouping/group-classes.js';
import { sweepBeta } from '../../src/grouping/sweep.js';

const confusion = confusionFromCounts({
  classes: ['a', 'b', 'c', 'd'],
  counts: [
    [60, 40, 0, 0],
    [30, 70, 0, 0],
    [0, 1, 80, 19],
    [0, 0, 20, 80],
  ],
});

describe('groups of confused classes', () => {
  test('are those at the recommended threshold, where none is given', () => {
    const sweep = sweepBeta(confusion, { seed: 1 });
    const { beta } = sweep.recommended;
    const analysis = analyseConfusion(confusion, { seed: 1 });
    expect(analysis).toEqual({ grouping: groupClasses(confusion, { beta }), beta, sweep, comparison: undefined });
    expect(analysis.grouping.groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('are those at a given one; the sweep only where it is asked for', () => {
    const given = { beta: 0.3, seed: 1 };
    const grouping = groupClasses(confusion, given);
    const alone = { grouping, beta: 0.3, sweep: undefined, comparison: undefined };
    expect(analyseConfusion(confusion, given)).toEqual(alone);
    const sweep = sweepBeta(confusion, { seed: 1 });
    expect(analyseConfusion(confusion, { ...given, sweep: true })).toEqual({ ...alone, sweep });
  });

  test('by a method without a threshold are compared at the recommended one', () => {
    const analysis = analyseConfusion(confusion, { method: 'kmeans', groups: 2, seed: 1, compare: true });
    const { beta } = sweepBeta(confusion, { seed: 1 }).recommended;
    expect(analysis.beta).toBeUndefined();
    expect(analysis.comparison).toEqual(compareMethods(confusion, { seed: 1, beta }));
  });
});

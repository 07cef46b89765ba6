import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideNovelty, newChildProbabilities } from '../../../src/decision/novelty/decide-novelty.js';
import { stopAtAncestor } from '../../../src/decision/stop-at-ancestor.js';
import { anyCase, predictionsOf } from '../../evaluation/arbitraries.js';
import { classes, probabilities, smallTree } from '../small-tree.js';

const entropy = (...shares: number[]) => shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);

describe('newChildProbabilities, computed by hand', () => {
  it('leaves at each node what its children share evenly', () => {
    const { paths, novel } = newChildProbabilities(probabilities.slice(0, 5), classes, smallTree);
    const at = (path: string) => novel[paths.indexOf(path)];
    const root = entropy(0.7, 0.3) / Math.log(2);
    const ofA = entropy(6 / 7, 1 / 7) / Math.log(2);
    const ofB = entropy(2 / 3, 1 / 3) / Math.log(2);
    expect(at('R')).toBeCloseTo(root, 12);
    expect(at('R>A')).toBeCloseTo((1 - root) * 0.7 * ofA, 12);
    expect(at('R>B')).toBeCloseTo((1 - root) * 0.3 * ofB, 12);
    // C's children are equally probable: all that arrives stays.
    expect(at('R>B>C')).toBeCloseTo((1 - root) * 0.3 * (1 - ofB) * (2 / 3), 12);
    expect(at('R>A>a1')).toBe(0);
  });
});

describe('decideNovelty', () => {
  it('says a new child of the node where the evidence ends', () => {
    const between = Float64Array.of(0, 0.5, 0, 0.5, 0);
    expect(decideNovelty(between, classes, smallTree, { threshold: 0.1, method: 'entropy' })).toEqual([
      { path: 'R>A', isNew: true, novelty: 1, leaf: 'a1', doubted: { path: 'R>A>a1', strictness: 0 } },
    ]);
    const sure = Float64Array.of(1, 0, 0, 0, 0);
    expect(decideNovelty(sure, classes, smallTree, { threshold: 1, method: 'entropy' })).toEqual([
      { path: 'R>B>b', isNew: false, novelty: 0, leaf: 'b', doubted: null },
    ]);
    expect(decideNovelty(between, classes, smallTree, { threshold: -1 + 1.8 })[0]).toMatchObject({
      path: 'R>A',
      novelty: 0.5,
    });
  });

  it('stops where stopAtAncestor does, by probability and by information', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.constantFrom('probability' as const, 'information' as const),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (drawn, rule, threshold) => {
          const { predictions } = predictionsOf(drawn);
          const args = [predictions.probabilities, drawn.classes, drawn.taxonomy] as const;
          const stopped = stopAtAncestor(...args, { threshold, rule });
          expect(decideNovelty(...args, { threshold, method: rule }).map(({ path, isNew }) => [path, isNew])).toEqual(
            stopped.map(({ path, doubted }) => [path, doubted !== null]),
          );
        },
      ),
    );
  });

  it('refuses a threshold that is no number', () => {
    expect(() => decideNovelty(probabilities, classes, smallTree, { threshold: Number.NaN })).toThrow(/threshold/);
  });
});

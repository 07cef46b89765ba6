import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { mostProbableLeaf } from '../../src/decision/most-probable-leaf.js';
import { topK } from '../../src/decision/top-k.js';
import { CladenetError } from '../../src/errors.js';
import { classes, probabilities, smallTree } from './small-tree.js';

const named = (decisions: Int32Array) => Array.from(decisions, (c) => classes[c]);

describe('mostProbableLeaf', () => {
  it('takes the largest probability of each image', () => {
    expect(named(mostProbableLeaf(probabilities, 5))).toEqual(['a1', 'a2', 'b', 'a1']);
  });

  it('takes the lowest index of equal probabilities', () => {
    expect([...mostProbableLeaf(Float32Array.of(0.2, 0.4, 0.4, 1 / 3, 1 / 3, 1 / 3), 3)]).toEqual([1, 0]);
  });

  it('refuses a matrix that does not cut into rows', () => {
    expect(() => mostProbableLeaf(new Float32Array(7), 3)).toThrow(CladenetError);
    expect(() => mostProbableLeaf(new Float32Array(7), 3)).toThrow(
      'expected a multiple of 3 values, received 7 values',
    );
  });
});

describe('topK', () => {
  it('gives the best first, of equal ones the lowest index first', () => {
    const row = Float64Array.of(0.1, 0.3, 0.05, 0.3, 0.25);
    expect([...topK(row, 5, 3)]).toEqual([1, 3, 4]);
    expect([...topK(row, 5, 9)]).toEqual([1, 3, 4, 0, 2]);
  });

  it('is the front of a stable sort, for any matrix', () => {
    const shape = fc.record({ k: fc.integer({ min: 1, max: 9 }), n: fc.integer({ min: 1, max: 9 }) });
    const matrix = shape.chain(({ k, n }) =>
      fc.record({
        k: fc.constant(k),
        n: fc.constant(n),
        rows: fc.array(fc.array(fc.nat(4), { minLength: k, maxLength: k }), { minLength: 1, maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(matrix, ({ k, n, rows }) => {
        const sorted = rows.map((row) => [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b));
        const values = Float64Array.from(rows.flat());
        expect([...topK(values, k, n)]).toEqual(sorted.flatMap((order) => order.slice(0, n)));
        expect([...topK(values, k, 1)]).toEqual([...mostProbableLeaf(values, k)]);
      }),
    );
  });
});

describe('greedyDescent', () => {
  it('follows the sub-tree with the larger sum, past the most probable leaf', () => {
    // Image 3: leaf b has 0.3, the most of any, but its sibling C has 0.2 + 0.2; c1 and c2 tie, c1 is first in the tree.
    expect(named(greedyDescent(probabilities, classes, smallTree))).toEqual(['a1', 'a2', 'c1', 'a1']);
  });

  it('decides the same whatever the order of the columns', () => {
    const order = [4, 2, 0, 3, 1];
    const renamed = order.map((c) => classes[c] as string);
    const moved = Float64Array.from(probabilities, (_, i) => {
      return probabilities[i - (i % 5) + (order[i % 5] as number)] as number;
    });
    const decisions = greedyDescent(moved, renamed, smallTree);
    expect(Array.from(decisions, (c) => renamed[c])).toEqual(named(greedyDescent(probabilities, classes, smallTree)));
  });

  it('says which classes the taxonomy does not have, and which it misses', () => {
    const wrong = ['b', 'a1', 'c1', 'A2', 'c2'];
    const call = () => greedyDescent(probabilities, wrong, smallTree);
    expect(call).toThrow(/classes\[3\]: expected a class of the taxonomy, received 'A2'\n\s+Did you mean 'a2'\?/);
    expect(call).toThrow("expected the taxonomy's class 'a2', received no such class");
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformalSets } from '../../src/decision/conformal-sets.js';
import { mostProbableLeaf } from '../../src/decision/most-probable-leaf.js';
import { smallestSubtrees } from '../../src/decision/smallest-subtree.js';
import { CladenetError } from '../../src/errors.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { classes, smallTree } from './small-tree.js';

const row = Float64Array.of(0.125, 0.5, 0, 0.25, 0.125);
const sets = (quantile: number) => [...(conformalSets(row, 5, quantile)[0] ?? [])];

describe('conformalSets', () => {
  it('takes classes in order while those ahead have at most the quantile, of equal ones the lowest index first', () => {
    expect(sets(0)).toEqual([1]);
    expect(sets(0.49)).toEqual([1]);
    expect(sets(0.5)).toEqual([1, 3]);
    expect(sets(0.75)).toEqual([1, 3, 0]);
    expect(sets(0.99)).toEqual([1, 3, 0, 4]);
    expect(sets(1)).toEqual([1, 3, 0, 4, 2]);
  });

  it('gives all classes at 1 even where a row sums to more by rounding', () => {
    expect(conformalSets(Float64Array.of(0.6, 0.4005, 0), 3, 1)[0]).toHaveLength(3);
  });

  it('has the most probable class first in each set, and sets that grow with the quantile', () => {
    const quantile = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyCase, quantile, quantile, (drawn, a, b) => {
        const { probabilities } = predictionsOf(drawn).predictions;
        const k = drawn.classes.length;
        const small = conformalSets(probabilities, k, Math.min(a, b));
        const large = conformalSets(probabilities, k, Math.max(a, b));
        expect(small.map(([first]) => first)).toEqual([...mostProbableLeaf(probabilities, k)]);
        nonEmpty(small).forEach((set, image) => {
          expect([...(large[image] ?? [])].slice(0, set.length)).toEqual([...set]);
        });
      }),
    );
  });

  it('refuses a matrix that does not cut into rows, and a quantile that is none', () => {
    expect(() => conformalSets(row, 4, 0.5)).toThrow('a multiple of 4 values');
    for (const quantile of [-0.1, 1.1, Number.NaN]) {
      expect(() => conformalSets(row, 5, quantile)).toThrow(CladenetError);
      expect(() => conformalSets(row, 5, quantile)).toThrow('quantile: expected a number from 0 to 1');
    }
  });
});

describe('smallestSubtrees', () => {
  it('is the lowest common ancestor of the leaves', () => {
    const of = (...names: string[]) => Int32Array.from(names, (name) => classes.indexOf(name));
    const subtrees = smallestSubtrees(
      [of('a1'), of('c2', 'c1'), of('b', 'c1'), of('a1', 'b'), of('c1', 'c1')],
      classes,
      smallTree,
    );
    expect(subtrees).toEqual([
      { path: 'R>A>a1', depth: 2 },
      { path: 'R>B>C', depth: 2 },
      { path: 'R>B', depth: 1 },
      { path: 'R', depth: 0 },
      { path: 'R>B>C>c1', depth: 3 },
    ]);
  });

  it('is the smallest one that covers the set, for any tree', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const chosen = drawn.images.map(({ row: values }) =>
          Int32Array.from(values.flatMap((value, c) => (value > 500 || c === 0 ? [c] : []))),
        );
        const { classes: names, taxonomy } = drawn;
        nonEmpty(smallestSubtrees(chosen, names, taxonomy)).forEach(({ path, depth }, i) => {
          const members = Array.from(chosen[i] ?? [], (c) => names[c] as string);
          const covering = taxonomy.nodes().filter(({ path: p }) => {
            const below = taxonomy.classesBelow(p);
            return nonEmpty(members).every((name) => below.includes(name));
          });
          // Chains of single children hold the same classes; the deepest is the lowest.
          const deepest = covering.reduce((best, node) => (node.depth > best.depth ? node : best));
          expect({ path, depth }).toEqual({ path: deepest.path, depth: deepest.depth });
        });
      }),
    );
  });

  it('refuses empty sets and indices of no class, all at once', () => {
    const call = () => smallestSubtrees([Int32Array.of(), Int32Array.of(0), Int32Array.of(1, 5)], classes, smallTree);
    expect(call).toThrow(/sets\[0\]: expected at least one class, received none/);
    expect(call).toThrow(/sets\[2\]: expected indices of the 5 classes, received 5/);
  });
});

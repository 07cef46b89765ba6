import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../src/grouping/adjusted-rand.js';
import { LINKAGES } from '../../src/grouping/agglomerative.js';
import { compareMethods } from '../../src/grouping/compare-methods.js';
import { Confusion } from '../../src/grouping/confusion.js';
import { GROUPING_METHODS, type GroupingOptions, groupClasses } from '../../src/grouping/group-classes.js';
import type { Grouping } from '../../src/grouping/grouping.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { anyConfusion, anyUltrametric, asSets, confusionOf, inShort, isNested, SEVEN } from './samples.js';

/** Three blocks of confused classes, one class on its own: {0, 1, 2} {3, 4} {5, 6} {7}. */
const BLOCKS = confusionOf([
  [0, 20, 15, 0, 0, 0, 0, 0],
  [18, 0, 22, 0, 0, 0, 0, 0],
  [17, 19, 0, 0, 1, 0, 0, 0],
  [0, 0, 0, 0, 30, 0, 0, 0],
  [0, 0, 0, 26, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 12, 0],
  [0, 0, 0, 0, 0, 9, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0],
]);
const IN_BLOCKS = 'class 0,class 1,class 2|class 3,class 4|class 5,class 6|class 7';

describe('obvious groups are found', () => {
  test.each<GroupingOptions>([
    { method: 'beta', beta: 0.05 },
    { method: 'agglomerative', beta: 0.05 },
    { method: 'agglomerative', groups: 4 },
    { method: 'agglomerative', groups: 4, linkage: 'single' },
    { method: 'agglomerative', groups: 4, linkage: 'complete' },
    { method: 'agglomerative', groups: 4, linkage: 'ward' },
    { method: 'kmeans', groups: 4 },
    { method: 'kmeans', groups: 4, seed: 5 },
    { method: 'spectral', groups: 4 },
    { method: 'spectral' },
    { method: 'spectral', symmetrize: 'product', groups: 4 },
    { method: 'beta', symmetrize: 'reciprocal', beta: 0.05 },
  ])('by %o', (options) => {
    const grouping = groupClasses(BLOCKS, options);
    expect(inShort(grouping)).toBe(IN_BLOCKS);
    expect(grouping.alone).toEqual(['class 7']);
  });
});

test('all methods agree on the seven classes', () => {
  const { methods, agreement } = compareMethods(SEVEN, { beta: 0.05 });
  expect(methods.map(({ method }) => method)).toEqual(GROUPING_METHODS);
  for (const { grouping } of nonEmpty(methods)) expect(inShort(grouping)).toBe('0,1,2|3|4,5|6');
  expect(agreement).toEqual(methods.map(() => [1, 1, 1, 1]));
});

describe('every method', () => {
  const anyOptions: fc.Arbitrary<(n: number) => GroupingOptions> = fc.oneof(
    fc.constantFrom(...LINKAGES).map((linkage) => (n: number) => {
      return { method: 'agglomerative' as const, linkage, groups: Math.ceil(n / 2) };
    }),
    fc.constant((n: number) => ({ method: 'kmeans' as const, groups: Math.ceil(n / 2), seed: 7 })),
    fc.constant((n: number) => ({ method: 'spectral' as const, groups: Math.ceil(n / 2), seed: 7 })),
    fc.constant(() => ({ method: 'spectral' as const, seed: 7 })),
  );

  test('puts each class in one group, the same ones in the same call and in any order of the classes', () => {
    fc.assert(
      fc.property(anyConfusion, anyOptions, (confusion, optionsOf) => {
        const options = optionsOf(confusion.classes.length);
        const grouping = groupClasses(confusion, options);
        expect(grouping.groups.flat().sort()).toEqual([...confusion.classes].sort());
        expect(groupClasses(confusion, options)).toEqual(grouping);
        const backwards = new Confusion([...confusion.classes].reverse(), confusion.shares.slice().reverse(), 'shares');
        expect(asSets(groupClasses(backwards, options))).toEqual(asSets(grouping));
      }),
    );
  });
});

describe('agglomerative', () => {
  const anyBeta = fc.integer({ min: 0, max: 12 }).map((hundredths) => hundredths / 100);

  test('finds the groups of beta-threshold clustering where similarities are a tree', () => {
    const linkages = fc.constantFrom('average', 'single', 'complete');
    fc.assert(
      fc.property(anyUltrametric, linkages, anyBeta, (confusion, linkage, beta) => {
        const grouping = groupClasses(confusion, { method: 'agglomerative', linkage, beta });
        expect(asSets(grouping)).toEqual(asSets(groupClasses(confusion, { beta })));
      }),
    );
  });

  test('never merges at or below beta, and less the higher it is', () => {
    const linkages = fc.constantFrom('average', 'single', 'complete');
    fc.assert(
      fc.property(anyConfusion, linkages, anyBeta, anyBeta, (confusion, linkage, x, y) => {
        const group = (beta: number) => groupClasses(confusion, { method: 'agglomerative', linkage, beta });
        const [low, high] = [group(Math.min(x, y)), group(Math.max(x, y))];
        for (const { height } of high.merges) expect(height).toBeGreaterThan(Math.max(x, y));
        expect(isNested(high, low)).toBe(true);
      }),
    );
  });

  test('ends with as many groups as asked for', () => {
    fc.assert(
      fc.property(anyConfusion, fc.constantFrom(...LINKAGES), fc.nat(), (confusion, linkage, number) => {
        const groups = 1 + (number % confusion.classes.length);
        const grouping = groupClasses(confusion, { method: 'agglomerative', linkage, groups });
        expect(grouping.groups.length).toBe(groups);
      }),
    );
  });

  test('gives heights in similarities: by hand', () => {
    const { merges } = groupClasses(SEVEN, { method: 'agglomerative', linkage: 'single', beta: 0.06 });
    expect(merges).toEqual([
      { a: '4', b: '5', height: expect.closeTo(0.375, 12) },
      { a: '0', b: '2', height: expect.closeTo(0.125, 12) },
      { a: '0', b: '1', height: expect.closeTo(0.095, 12) },
    ]);
  });
});

test('k-means keeps apart the classes that are never right and never confused both ways', () => {
  // Both rows of the reciprocal matrix are 0.
  const confusion = confusionOf([
    [0, 100, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 100],
    [0, 0, 0, 0],
  ]);
  const { groups } = groupClasses(confusion, { method: 'kmeans', symmetrize: 'reciprocal', groups: 4 });
  expect(groups).toHaveLength(4);
});

test('the eigengap counts classes without any confusion as separate components', () => {
  const confusion = confusionOf([
    [0, 10, 0, 0, 0],
    [10, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
  expect(inShort(groupClasses(confusion, { method: 'spectral' }))).toBe('class 0,class 1|class 2|class 3|class 4');
});

describe('the adjusted Rand index', () => {
  const grouping = (...groups: string[][]): Grouping => {
    const classes = groups.flat().sort();
    return { classes, groups, merges: [], alone: [] };
  };

  test('by hand', () => {
    // 1 pair of 15 is together in both; 4 and 3 in one; expected 4 · 3 / 15 = 0.8, at best 3.5.
    const first = grouping(['a', 'b', 'c'], ['d', 'e'], ['f']);
    const second = grouping(['a', 'b'], ['c', 'd'], ['e', 'f']);
    expect(adjustedRandIndex(first, second)).toBeCloseTo((1 - 0.8) / (3.5 - 0.8), 12);
    expect(adjustedRandIndex(second, first)).toBeCloseTo((1 - 0.8) / (3.5 - 0.8), 12);
  });

  test('is 1 for the same groups, also for those without a choice', () => {
    expect(adjustedRandIndex(grouping(['a', 'b'], ['c']), grouping(['c'], ['b', 'a']))).toBe(1);
    expect(adjustedRandIndex(grouping(['a'], ['b'], ['c']), grouping(['a'], ['b'], ['c']))).toBe(1);
    expect(adjustedRandIndex(grouping(['a', 'b', 'c']), grouping(['a', 'b', 'c']))).toBe(1);
  });

  test('is 0 where one side says nothing, and below 0 for worse than chance', () => {
    expect(adjustedRandIndex(grouping(['a', 'b', 'c', 'd']), grouping(['a', 'b'], ['c', 'd']))).toBe(0);
    expect(adjustedRandIndex(grouping(['a', 'b'], ['c', 'd']), grouping(['a', 'c'], ['b', 'd']))).toBeLessThan(0);
  });

  test('refuses groupings of other classes', () => {
    expect(() => adjustedRandIndex(grouping(['a', 'b']), grouping(['a', 'x']))).toThrow(/no 'b'/);
    expect(() => adjustedRandIndex(grouping(['a', 'b']), grouping(['a', 'b', 'c']))).toThrow(/3 classes/);
  });
});

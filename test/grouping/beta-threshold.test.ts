import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { betaThreshold } from '../../src/grouping/beta-threshold.js';
import { Confusion } from '../../src/grouping/confusion.js';
import { type GroupingOptions, groupClasses } from '../../src/grouping/group-classes.js';
import { symmetrize } from '../../src/grouping/symmetrize.js';
import { random } from '../../src/random.js';
import { anyConfusion, anyUltrametric, asSets, confusionOf, inShort, isNested, SEVEN } from './samples.js';

const anyBeta = fc.integer({ min: 0, max: 12 }).map((hundredths) => hundredths / 100);

describe('the known case of seven classes', () => {
  test.each([
    [0.03, '0,1,2,3,4,5,6'],
    [0.05, '0,1,2|3|4,5|6'],
    [0.07, '0,1,2|3|4,5|6'],
    [0.1, '0,2|1|3|4,5|6'],
    [0.2, '0|1|2|3|4,5|6'],
    [0.4, '0|1|2|3|4|5|6'],
  ])('beta %f gives %s', (beta, groups) => {
    expect(inShort(groupClasses(SEVEN, { beta }))).toBe(groups);
  });

  test('says how the groups came together and who was left alone', () => {
    const { merges, alone, classes } = groupClasses(SEVEN, { beta: 0.05 });
    expect(merges.map(({ a, b }) => [a, b])).toEqual([
      ['4', '5'],
      ['0', '2'],
      ['0', '1'],
    ]);
    expect(merges.map(({ height }) => height)).toEqual([0.375, 0.125, expect.closeTo(0.0875, 12)]);
    expect(alone).toEqual(['3', '6']);
    expect(classes).toEqual(SEVEN.classes);
  });

  test('forgets weak links between merges: average linkage alone would keep {0, 1, 2} at 0.08', () => {
    // 1 and 2 are confused at just 0.08, so that {0, 2} and 1 are left with half of 0.095.
    expect(inShort(groupClasses(SEVEN, { beta: 0.08 }))).toBe('0,2|1|3|4,5|6');
    expect(inShort(groupClasses(SEVEN, { method: 'agglomerative', beta: 0.08 }))).toBe('0,1,2|3|4,5|6');
  });
});

/** The definition word for word, with a fresh search of the whole matrix for each merge. */
function byDefinition(confusion: Confusion, beta: number): string[] {
  const n = confusion.classes.length;
  const { values } = symmetrize(confusion);
  let groups = confusion.classes.map((_, i) => [i]);
  let matrix = groups.map((_, i) => Array.from(values.subarray(i * n, (i + 1) * n)));
  for (;;) {
    matrix = matrix.map((row, i) => row.map((value, j) => (i === j || value <= beta ? 0 : value)));
    const greatest = Math.max(...matrix.flat());
    if (!(greatest > 0)) break;
    const a = matrix.findIndex((row) => row.includes(greatest));
    const [rowA = [], groupA = []] = [matrix[a], groups[a]];
    const b = rowA.indexOf(greatest);
    const [rowB = [], groupB = []] = [matrix[b], groups[b]];
    const weigh = (x: number, y: number) =>
      x === y ? x : (groupA.length * x + groupB.length * y) / (groupA.length + groupB.length);
    const merged = rowA.map((value, k) => weigh(value, rowB[k] ?? 0));
    matrix = matrix
      .map((row, i) => (i === a ? merged : row.map((value, j) => (j === a ? (merged[i] ?? 0) : value))))
      .filter((_, i) => i !== b)
      .map((row) => row.filter((_, j) => j !== b));
    groups = groups.map((group, i) => (i === a ? [...groupA, ...groupB] : group)).filter((_, i) => i !== b);
  }
  return groups
    .map((group) =>
      group
        .map((i) => confusion.classes[i])
        .sort()
        .join(),
    )
    .sort();
}

describe('properties', () => {
  test('the groups are those of the definition, ties included', () => {
    fc.assert(
      fc.property(anyConfusion, anyBeta, (confusion, beta) => {
        expect(asSets(groupClasses(confusion, { beta }))).toEqual(byDefinition(confusion, beta));
      }),
      { numRuns: 500 },
    );
  });

  test('every class is in one group, and each merge makes one group fewer', () => {
    fc.assert(
      fc.property(anyConfusion, anyBeta, (confusion, beta) => {
        const { groups, merges, alone } = groupClasses(confusion, { beta });
        expect(groups.flat().sort()).toEqual([...confusion.classes].sort());
        expect(groups.length).toBe(confusion.classes.length - merges.length);
        expect(alone).toEqual(groups.filter((members) => members.length === 1).flat());
      }),
    );
  });

  test('nothing merges at or below beta, and heights never rise', () => {
    fc.assert(
      fc.property(anyConfusion, anyBeta, (confusion, beta) => {
        const heights = groupClasses(confusion, { beta }).merges.map(({ height }) => height);
        for (const height of heights) expect(height).toBeGreaterThan(beta);
        expect(heights).toEqual(heights.toSorted((x, y) => y - x));
      }),
    );
  });

  test('nothing merges exactly if no confusion is above beta', () => {
    fc.assert(
      fc.property(anyConfusion, anyBeta, (confusion, beta) => {
        const n = confusion.classes.length;
        const isAbove = symmetrize(confusion).values.some((value, e) => e % (n + 1) !== 0 && value > beta);
        expect(groupClasses(confusion, { beta }).merges.length > 0).toBe(isAbove);
      }),
    );
  });

  test('the order of the classes does not matter, even in ties', () => {
    fc.assert(
      fc.property(anyConfusion, anyBeta, fc.integer(), (confusion, beta, seed) => {
        const shuffled = reorder(confusion, random(seed).shuffle([...confusion.classes.keys()]));
        const [x, y] = [groupClasses(confusion, { beta }), groupClasses(shuffled, { beta })];
        expect(asSets(y)).toEqual(asSets(x));
        expect(y.merges).toEqual(x.merges);
      }),
    );
  });
});

describe('a rising beta', () => {
  test('divides groups that are a tree, never joins them', () => {
    fc.assert(
      fc.property(anyUltrametric, anyBeta, anyBeta, (confusion, x, y) => {
        const low = groupClasses(confusion, { beta: Math.min(x, y) });
        const high = groupClasses(confusion, { beta: Math.max(x, y) });
        expect(isNested(high, low)).toBe(true);
      }),
    );
  });

  test('keeps groups within the connected parts of the confusion above it, which are nested', () => {
    fc.assert(
      fc.property(anyConfusion, anyBeta, anyBeta, (confusion, x, y) => {
        const high = groupClasses(confusion, { beta: Math.max(x, y) });
        // Single linkage finds connected parts. It rounds otherwise where a similarity equals beta, hence the margin.
        const low = Math.max(0, Math.min(x, y) - 1e-9);
        const parts = groupClasses(confusion, { method: 'agglomerative', linkage: 'single', beta: low });
        expect(isNested(high, parts)).toBe(true);
      }),
    );
  });

  test('can free a class for another group: groups in general are not nested', () => {
    // a and b hold d below 0.28, through the mean of 0.5 and 0.25; above it, 0.25 is forgotten, and d goes to f.
    const [a, b, d, e, f] = [0, 1, 2, 3, 4];
    const links: [number, number, number][] = [
      [a, b, 30],
      [a, d, 25],
      [b, d, 12],
      [a, e, 15],
      [b, e, 15],
      [d, f, 15],
    ];
    const hundredths = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
    for (const [i, j, value] of links) {
      (hundredths[i] as number[])[j] = value;
      (hundredths[j] as number[])[i] = value;
    }
    const confusion = confusionOf(hundredths);
    expect(inShort(groupClasses(confusion, { beta: 0.1 }))).toBe('class 0,class 1,class 2|class 3|class 4');
    expect(inShort(groupClasses(confusion, { beta: 0.14 }))).toBe('class 0,class 1,class 3|class 2,class 4');
  });
});

test('power compares with beta^alpha and gives heights on the scale of beta', () => {
  const confusion = confusionOf([
    [0, 20, 0],
    [10, 0, 0],
    [0, 3, 0],
  ]);
  // sqrt((0.2² + 0.1²) / 2) = 0.158
  const group = (beta: number) => groupClasses(confusion, { symmetrize: 'power', alpha: 2, beta });
  expect(inShort(group(0.157))).toBe('class 0,class 1|class 2');
  expect(inShort(group(0.159))).toBe('class 0|class 1|class 2');
  expect(group(0.1).merges).toEqual([{ a: 'class 0', b: 'class 1', height: expect.closeTo(Math.sqrt(0.025), 12) }]);
  fc.assert(
    fc.property(anyConfusion, anyBeta, (any, beta) => {
      const plain = groupClasses(any, { beta });
      expect(groupClasses(any, { symmetrize: 'power', alpha: 1, beta })).toEqual(plain);
    }),
  );
});

test('500 classes take no time to speak of', () => {
  const n = 500;
  const { uniform } = random(1, 'speed');
  const similarities = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = uniform();
      similarities[i * n + j] = value;
      similarities[j * n + i] = value;
    }
  }
  const start = performance.now();
  const { merges } = betaThreshold(similarities, n, 0.001);
  expect(merges.length).toBe(n - 1);
  // Measured: 0.05 s.
  expect(performance.now() - start).toBeLessThan(2_000);
});

describe('refuses', () => {
  const refused = (confusion: Confusion, options: GroupingOptions): CladenetError => {
    try {
      groupClasses(confusion, options);
    } catch (error) {
      if (error instanceof CladenetError) return error;
      throw error;
    }
    throw new Error('was accepted');
  };

  test.each([-0.1, 1.1, Number.NaN])('beta %f', (beta) => {
    const { code, problems } = refused(SEVEN, { beta });
    expect(code).toBe('USAGE');
    expect(problems).toEqual([{ where: 'beta', expected: 'a threshold from 0 to 1', received: `${beta}` }]);
  });

  test('options that miss something or do not fit, all at once', () => {
    expect(refused(SEVEN, {}).problems).toMatchObject([{ where: 'beta', received: 'none' }]);
    expect(refused(SEVEN, { method: 'kmeans' }).problems).toMatchObject([{ where: 'groups', received: 'none' }]);
    expect(refused(SEVEN, { method: 'agglomerative' }).message).toContain('received neither');
    expect(refused(SEVEN, { method: 'agglomerative', beta: 0.1, groups: 2 }).message).toContain('received both');
    expect(refused(SEVEN, { beta: 0.1, groups: 2 }).problems).toMatchObject([{ where: 'groups', received: '2' }]);
    expect(refused(SEVEN, { method: 'spectral', beta: 0.1 }).problems).toMatchObject([{ where: 'beta' }]);
    const words = { method: 'kmean', symmetrize: 'means', linkage: 'wards' } as unknown as GroupingOptions;
    const { problems } = refused(SEVEN, { ...words, groups: 8, seed: 0.5, alpha: 0 });
    expect(problems.map(({ where }) => where)).toEqual(['symmetrize', 'alpha', 'method', 'linkage', 'groups', 'seed']);
    expect(problems.map(({ remedy }) => remedy).filter(Boolean)).toEqual([
      "Did you mean 'mean'?",
      "Did you mean 'kmeans'?",
      "Did you mean 'ward'?",
    ]);
  });

  test('a matrix that was never checked', () => {
    const { code, problems } = refused({ ...SEVEN }, { beta: 0.1 });
    expect(code).toBe('EVALUATION');
    expect(problems).toMatchObject([{ where: 'confusion', expected: expect.stringContaining('confusionFromCounts') }]);
  });
});

function reorder({ classes, shares }: Confusion, order: readonly number[]): Confusion {
  const n = classes.length;
  const reordered = Float64Array.from(order.flatMap((i) => order.map((j) => shares[i * n + j] ?? 0)));
  return new Confusion(
    order.map((i) => classes[i] ?? ''),
    reordered,
    'shares',
  );
}

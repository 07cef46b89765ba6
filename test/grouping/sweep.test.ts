import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { compareMethods } from '../../src/grouping/compare-methods.js';
import { Confusion, confusionFromCounts, confusionFromShares } from '../../src/grouping/confusion.js';
import { groupClasses } from '../../src/grouping/group-classes.js';
import { groupTaxonomy } from '../../src/grouping/group-taxonomy.js';
import { mistakesIn } from '../../src/grouping/mistakes.js';
import { resampleImages } from '../../src/grouping/resample.js';
import { sweepBeta } from '../../src/grouping/sweep.js';
import { random } from '../../src/random.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { inShort, SEVEN } from './samples.js';

/** Two pairs of confused classes and one class that is confused with both a little. */
const COUNTS = confusionFromCounts({
  classes: ['a', 'b', 'c', 'd', 'e'],
  counts: [
    [60, 40, 0, 0, 0],
    [30, 70, 0, 0, 0],
    [0, 0, 150, 50, 0],
    [0, 0, 10, 40, 0],
    [2, 0, 2, 0, 196],
  ],
});

describe('where the mistakes are', () => {
  test('by hand: 130 of 134 mistakes inside {a, b} and {c, d}', () => {
    const { inside, modularity } = mistakesIn(COUNTS, Int32Array.of(0, 0, 2, 2, 4));
    expect(inside).toBeCloseTo(130 / 134, 12);
    // Ends of mistakes: {a, b} 70 · 2 + 2, {c, d} 60 · 2 + 2, e 4, of 268.
    const expected = (142 / 268) ** 2 + (122 / 268) ** 2 + (4 / 268) ** 2;
    expect(modularity).toBeCloseTo(130 / 134 - expected, 12);
  });

  test('all in one group: no modularity; without known images every class counts the same', () => {
    expect(mistakesIn(COUNTS, new Int32Array(5))).toEqual({ inside: 1, modularity: 0 });
    const shares = new Confusion(COUNTS.classes, COUNTS.shares, 'shares');
    const { inside } = mistakesIn(shares, Int32Array.of(0, 0, 2, 2, 4));
    expect(inside).toBeCloseTo(1.15 / 1.17, 12);
  });
});

describe('a resample of the images', () => {
  test('has as many images of each class, with their frequencies on average', () => {
    const draws = Array.from({ length: 200 }, (_, draw) =>
      resampleImages(COUNTS, COUNTS.images as Float64Array, 3, draw),
    );
    expect(draws).toHaveLength(200);
    for (const shares of draws) {
      for (let i = 0; i < 5; i++) {
        expect(shares.subarray(i * 5, i * 5 + 5).reduce((x, y) => x + y)).toBeCloseTo(1, 9);
        const images = (shares[i * 5 + 1] ?? 0) * (COUNTS.images?.[i] ?? 0);
        expect(images).toBeCloseTo(Math.round(images), 9);
      }
    }
    COUNTS.shares.forEach((share, e) => {
      const mean = draws.reduce((sum, shares) => sum + (shares[e] ?? 0), 0) / draws.length;
      expect(Math.abs(mean - share)).toBeLessThan(0.02);
    });
    expect(new Set(draws.map((shares) => shares.join())).size).toBeGreaterThan(150);
  });
});

describe('a sweep', () => {
  test('measures the groups at each beta', () => {
    const { points } = sweepBeta(COUNTS, { betas: [0.9, 0.1, 0, 0.1], resamples: 5 });
    expect(points).toMatchObject([
      { beta: 0, groups: 1, sizes: [5], alone: 0, mistakesInside: 1, pairsInside: 1, modularity: 0 },
      { beta: 0.1, groups: 2, sizes: [2, 2], alone: 1, mistakesInside: 130 / 134, pairsInside: 0.2, stability: 1 },
      { beta: 0.9, groups: 0, sizes: [], alone: 5, mistakesInside: 0, pairsInside: 0, stability: 1 },
    ]);
  });

  test('chooses its thresholds over the similarities, and recommends the obvious groups', () => {
    const { points, recommended } = sweepBeta(COUNTS);
    const betas = points.map(({ beta }) => beta);
    expect(betas).toEqual([...new Set(betas)].sort((x, y) => x - y));
    expect(betas.length).toBeGreaterThan(15);
    // The similarities go from 0.005 to 0.35.
    expect([betas[0], betas.at(-1)]).toEqual([0.005, 0.35]);
    expect(inShort(groupClasses(COUNTS, { beta: recommended.beta }))).toBe('a,b|c,d|e');
    expect(recommended.reason).toMatch(
      /^2 groups of two or more \(the greatest of 2 classes\), with 97\.0 % of all mistakes in 20\.0 % of the pairs of classes; 1 class alone\. .* adjusted Rand index of 1\.00\.$/,
    );
  });

  test('is the same again with the same seed, and whatever the order of the classes', () => {
    expect(sweepBeta(COUNTS, { seed: 4 })).toEqual(sweepBeta(COUNTS, { seed: 4 }));
    const backwards = new Confusion([...COUNTS.classes].reverse(), COUNTS.counts.slice().reverse(), 'images');
    const inside = (confusion: Confusion) =>
      sweepBeta(confusion, { resamples: 0 }).points.map(({ mistakesInside }) => expect.closeTo(mistakesInside, 12));
    expect(sweepBeta(backwards, { resamples: 0 }).points.map(({ mistakesInside }) => mistakesInside)).toEqual(
      inside(COUNTS),
    );
  });

  test('does without stability where the images are not known', () => {
    const { points, recommended } = sweepBeta(SEVEN);
    expect(points).toAllSatisfy(({ stability }) => stability === undefined);
    expect(recommended.reason).toContain('theirs is the highest');
    expect(inShort(groupClasses(SEVEN, { beta: recommended.beta }))).toBe('0,1,2|3|4,5|6');
  });

  test('recommends even among thresholds that leave all classes alone', () => {
    const { beta, reason } = sweepBeta(COUNTS, { betas: [0.8, 0.9] }).recommended;
    expect(beta).toBe(0.9);
    expect(reason).toMatch(/^0 groups of two or more, with 0\.0 % of all mistakes .*; 5 classes alone\./);
  });

  test('with power tries thresholds on the scale of beta', () => {
    const betas = sweepBeta(COUNTS, { symmetrize: 'power', alpha: 3, resamples: 0 }).points.map(({ beta }) => beta);
    expect(betas.at(-1)).toBeCloseTo(((0.4 ** 3 + 0.3 ** 3) / 2) ** (1 / 3), 2);
  });

  test('unstable groups show: two images do not make a group', () => {
    const counts = [
      [99, 1, 0, 0],
      [0, 100, 0, 0],
      [0, 0, 60, 40],
      [0, 0, 40, 60],
    ];
    const confusion = confusionFromCounts({ classes: ['a', 'b', 'c', 'd'], counts });
    const [low, high] = sweepBeta(confusion, { betas: [0.001, 0.1] }).points;
    expect(high?.stability).toBe(1);
    expect(low?.stability).toBeLessThan(0.9);
  });

  test('refuses what it cannot do', () => {
    const refused = (confusion: Confusion, options = {}) => {
      try {
        sweepBeta(confusion, options);
      } catch (error) {
        if (error instanceof CladenetError) return error;
      }
      throw new Error('was accepted');
    };
    const { code, problems } = refused(COUNTS, { betas: [0.1, 1.5], resamples: -1, seed: 0.5 });
    expect(code).toBe('USAGE');
    expect(problems.map(({ where }) => where)).toEqual(['betas[1]', 'resamples', 'seed']);
    expect(refused(COUNTS, { betas: [] }).problems).toMatchObject([{ where: 'betas', received: 'none' }]);
    const perfect = confusionFromShares({
      classes: ['a', 'b'],
      shares: [
        [1, 0],
        [0, 1],
      ],
    });
    expect(refused(perfect).message).toContain('no such confusion');
    expect(refused(perfect, { betas: [0.1] }).message).toContain('no such confusion');
    const oneWay = confusionFromShares({
      classes: ['a', 'b'],
      shares: [
        [0.5, 0.5],
        [0, 1],
      ],
    });
    expect(refused(oneWay, { symmetrize: 'reciprocal' }).message).toContain('no such confusion');
  });
});

describe('121 plankton classes, confused the more the nearer they are in the taxonomy', () => {
  const data = process.env.CLADENET_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
  const path = `${data}/ndsb-morphotree.csv`;
  itWhere(existsSync(path), NEEDS.sharedData)('finds groups of relatives', async () => {
    const taxonomy = await readTaxonomy(path);
    const { classes } = taxonomy;
    const { uniform, normal } = random(1, 'plankton');
    const heightOf = (a: string, b: string): number =>
      taxonomy.node(taxonomy.lca(taxonomy.leafOf(a), taxonomy.leafOf(b))).height;
    const counts = classes.map((a, i) => {
      const accuracy = Math.min(0.97, Math.max(0.2, 0.75 + 0.15 * normal()));
      const weights = classes.map((b, j) => (i === j ? 0 : Math.exp(-1.6 * heightOf(a, b) + 1.2 * normal())));
      const total = weights.reduce((x, y) => x + y);
      const chances = weights.map((weight, j) => (i === j ? accuracy : ((1 - accuracy) * weight) / total));
      const row = new Array<number>(classes.length).fill(0);
      for (let image = 0; image < 150; image++) {
        let given = 0;
        for (let rest = uniform() - (chances[0] ?? 0); rest >= 0 && given < classes.length - 1; given++) {
          rest -= chances[given + 1] ?? 0;
        }
        row[given] = (row[given] ?? 0) + 1;
      }
      return row;
    });
    const confusion = confusionFromCounts({ classes, counts });
    const { recommended, points } = sweepBeta(confusion, { resamples: 5 });
    const point = points.find(({ beta }) => beta === recommended.beta);
    expect(point?.mistakesInside).toBeGreaterThan(0.6);
    expect(point?.pairsInside).toBeLessThan(0.15);
    expect(point?.stability).toBeGreaterThan(0.5);

    const grouping = groupClasses(confusion, { beta: recommended.beta });
    const meanHeight = (pairs: readonly (readonly [string, string])[]): number =>
      pairs.reduce((sum, [a, b]) => sum + heightOf(a, b), 0) / pairs.length;
    const pairsOf = (members: readonly string[]) =>
      members.flatMap((a, i) => members.slice(i + 1).map((b) => [a, b] as const));
    expect(meanHeight(grouping.groups.flatMap(pairsOf))).toBeLessThan(0.6 * meanHeight(pairsOf(classes)));

    const names = groupTaxonomy(grouping)
      .internalNodes()
      .map(({ name }) => name);
    expect(names).toContain('trichodesmium');
    const { agreement } = compareMethods(confusion, { beta: recommended.beta });
    for (const index of nonEmpty(agreement[0])) expect(index).toBeGreaterThan(0.3);
  });
});

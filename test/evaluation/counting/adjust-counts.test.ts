import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../../src/errors.js';
import { adjustCounts } from '../../../src/evaluation/counting/adjust-counts.js';
import { addMultinomial } from '../../../src/evaluation/counting/draws.js';
import { samplesOf } from '../../../src/evaluation/counting/read-predictions.js';
import { random } from '../../../src/random.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const classes = ['a', 'b', 'c'];
/** Shares of each row, in images. */
const confusionOf = (images: number) => ({
  classes,
  counts: [
    [0.8, 0.2, 0],
    [0.1, 0.9, 0],
    [0, 0.3, 0.7],
  ].map((row) => row.map((share) => Math.round(share * images))),
});

describe('adjusted counts', () => {
  it('are the true ones where the confusion matrix is known well', () => {
    // 900 of a, 50 of b, 50 of c: predicted 725, 240, 35.
    const { classes: counts, doubts, images } = adjustCounts([725, 240, 35], confusionOf(1e6));
    expect(images).toBe(1000);
    expect(counts.map(({ adjusted }) => Math.round(adjusted / 10) * 10)).toEqual([900, 50, 50]);
    expect(counts.map(({ raw }) => raw)).toEqual([725, 240, 35]);
    for (const [i, truth] of [900, 50, 50].entries()) {
      const [low, high] = counts[i]?.ci95 ?? [0, 0];
      expect([low <= truth, high >= truth, high - low < 100]).toEqual([true, true, true]);
    }
    expect(doubts).toEqual([]);
  });

  it('of nodes are those of their classes together, and the root has all images', () => {
    const taxonomy = Taxonomy.fromLineages([
      { label: 'a', lineage: ['T', 'ab', 'a'] },
      { label: 'b', lineage: ['T', 'ab', 'b'] },
      { label: 'c', lineage: ['T', 'c'] },
    ]);
    const { nodes, classes: counts } = adjustCounts([725, 240, 35], confusionOf(100), { taxonomy });
    const of = (path: string) => nodes?.find((node) => node.path === path);
    expect(of('T')).toEqual({ path: 'T', raw: 1000, adjusted: 1000, ci95: [1000, 1000] });
    expect(of('T>ab')?.raw).toBe(965);
    expect(of('T>ab')?.adjusted).toBeCloseTo((counts[0]?.adjusted ?? 0) + (counts[1]?.adjusted ?? 0), 9);
    // The confusion of a with b does not matter above both.
    const width = ([low, high]: readonly [number, number]) => high - low;
    expect(width(of('T>ab')?.ci95 ?? [0, 0])).toBeLessThan(width(of('T>ab>a')?.ci95 ?? [0, 0]));
  });

  it('have intervals that hold 95 % of the true counts', () => {
    const shares = Float64Array.of(0.6, 0.1, 0.3);
    let [covered, all] = [0, 0];
    for (let s = 0; s < 200; s++) {
      const generator = random(s, 'coverage');
      const draw = (row: readonly number[], images: number) => {
        const counts = new Float64Array(3);
        addMultinomial(generator, images, Float64Array.from(row), 1, counts);
        return [...counts];
      };
      const rows = [
        [0.8, 0.2, 0],
        [0.1, 0.9, 0],
        [0, 0.3, 0.7],
      ];
      const known = { classes, counts: rows.map((row) => draw(row, 60)) };
      const truth = draw([...shares], 400);
      const predicted = new Float64Array(3);
      for (const [i, row] of rows.entries())
        draw(row, truth[i] ?? 0).forEach((count, j) => (predicted[j] = (predicted[j] ?? 0) + count));
      adjustCounts(predicted, known, { seed: s, draws: 200 }).classes.forEach(({ ci95: [low, high] }, i) => {
        all++;
        if (low <= (truth[i] ?? 0) && (truth[i] ?? 0) <= high) covered++;
      });
    }
    expect(covered / all).toBeGreaterThan(0.92);
    expect(covered / all).toBeLessThan(0.985);
  });

  it('depend on the seed alone', () => {
    const count = (seed: number) => adjustCounts([30, 20, 5], confusionOf(50), { seed });
    expect(count(1)).toEqual(count(1));
    expect(count(1)).not.toEqual(count(2));
  });

  it('say when they are not to be trusted', () => {
    const kindsOf = (...args: Parameters<typeof adjustCounts>) => adjustCounts(...args).doubts.map(({ kind }) => kind);
    expect(kindsOf([30, 20, 5], confusionOf(10))).toEqual(['few-images', 'within-noise']);
    // No shares of a and b make three quarters c: at most 7 of 10 are, all of class c, and then none is a.
    expect(kindsOf([250, 0, 750], confusionOf(1000))).toContain('unexplained');
    const alike = {
      classes: ['a', 'b'],
      counts: [
        [500, 500],
        [499, 501],
      ],
    };
    expect(kindsOf([500, 500], alike)).toContain('condition');
  });

  it('refuse what is no count, all at once', () => {
    try {
      adjustCounts(
        [1.5, -1],
        {
          classes,
          counts: [
            [1, 0, 0],
            [0, 1],
            [0, 0, 1],
          ],
        },
        { draws: 3 },
      );
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof CladenetError)) throw error;
      expect(error.problems.map(({ where }) => where)).toEqual([
        'predicted',
        'predicted[0]',
        'predicted[1]',
        "confusion, 'b'",
        'draws',
      ]);
    }
  });
});

describe('samples of a table of predictions', () => {
  it('are counted by a column', () => {
    const text = 'path;Class;Sample_ID\nx;a;s1\ny;a;s2\nz;c;s1\n';
    expect([...samplesOf(text, { classes, by: 'sample_id' })]).toEqual([
      ['s1', Float64Array.of(1, 0, 1)],
      ['s2', Float64Array.of(1, 0, 0)],
    ]);
    expect([...samplesOf(text, { classes })]).toEqual([['', Float64Array.of(2, 0, 1)]]);
  });

  it('are refused with every line that is wrong', () => {
    const problemsOf = (text: string, by?: string) => {
      try {
        return samplesOf(text, { classes: ['alpha', 'beta'], by, source: 'p' }).size;
      } catch (error) {
        return error instanceof CladenetError
          ? error.problems.map(({ where, expected }) => `${where}: ${expected}`)
          : [];
      }
    };
    expect(problemsOf('path,label\nx,a\n', 'sample')).toEqual([
      "p, line 1: a column 'class'",
      "p, line 1: a column 'sample'",
    ]);
    expect(problemsOf('class,sample\nalpa,s\nbeta,\nalpha\n', 'sample')).toEqual([
      'p, line 2: a class of the confusion matrix',
      "p, line 3: a value in the column 'sample'",
      'p, line 4: 2 fields, as in the header',
    ]);
    expect(problemsOf('')).toEqual(['p, line 1: one image per row']);
  });
});

import { describe, expect, it } from 'vitest';
import { fitClassBias } from '../../../src/evaluation/counting/class-bias.js';
import { followRatios } from '../../../src/evaluation/counting/class-ratios.js';
import { countScores, knownScores } from '../../../src/evaluation/counting/count-scores.js';
import { drawCounts, expectedCounts, sparseScores } from '../../../src/evaluation/counting/scores.js';
import { random } from '../../../src/random.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const classes = ['a', 'b', 'c'];
/** Two normal clouds of features and a third class far from both; the exact probabilities where all are equally frequent. */
function drawn(counts: readonly number[], seed: number, { bias = 1, blur = 1 } = {}) {
  const generator = random(seed, 'clouds');
  const labels: number[] = [];
  const rows: number[] = [];
  counts.forEach((count, label) => {
    for (let i = 0; i < count; i++) {
      const x = [-1, 1, 4][label] as number;
      const at = blur * generator.normal() + x;
      const densities = [-1, 1, 4].map((mean, c) => Math.exp(-((at - mean) ** 2) / 2) * (c === 0 ? bias : 1));
      const sum = densities.reduce((total, value) => total + value, 0);
      labels.push(label);
      rows.push(...densities.map((density) => density / sum));
    }
  });
  return { classes, labels: Int32Array.from(labels), probabilities: Float64Array.from(rows) };
}

describe('scores', () => {
  it('are sparse, and counted with factors of the classes', () => {
    const scores = sparseScores(Float64Array.of(0.5, 0.5, 0, 0.2, 0.7999, 0.0001), 3);
    expect([...scores.starts]).toEqual([0, 2, 4]);
    // 0.5 : 1 of the first image, 0.2 : 1.5998 of the second.
    const counts = expectedCounts(scores, Float64Array.of(1, 2, 1));
    expect([...counts]).toEqual([1 / 3 + 0.2 / 1.7998, 2 / 3 + 1.5998 / 1.7998, 0].map((x) => expect.closeTo(x, 12)));
    const total = new Float64Array(3);
    const generator = random(1, 'draws');
    for (let d = 0; d < 4000; d++)
      drawCounts(generator, scores, Float64Array.of(1, 2, 1)).forEach((n, c) => {
        total[c] = (total[c] as number) + n;
      });
    counts.forEach((count, c) => {
      expect((total[c] as number) / 4000).toBeCloseTo(count, 1);
    });
  });
});

describe('the bias of classes', () => {
  it('is corrected as far as known images tell', () => {
    // All images are alike and half of each class, but three quarters are of the first: its odds are three times too low.
    const scores = (n: number) => sparseScores(new Float64Array(2 * n).fill(0.5), 2);
    const { log } = fitClassBias(scores(40_000), Float64Array.of(30_000, 10_000));
    expect(Math.exp((log[0] as number) - (log[1] as number))).toBeCloseTo(3, 1);
    // With 4 images, the prior of 40 prevails: 1 = 4/40 · (3 - 4p) and so on, hardly any change.
    const few = fitClassBias(scores(4), Float64Array.of(3, 1));
    expect(few.log[0]).toBeCloseTo(1 / 42, 2);
    expect(few.deviation[0]).toBeCloseTo(1 / Math.sqrt(41), 3);
  });
});

describe('the ratios of shares', () => {
  it('are those that the probabilities lead to, for a large sample', () => {
    const { probabilities } = drawn([9000, 900, 100], 3);
    const usual = new Float64Array(3).fill(10_000 / 3);
    const ones = new Float64Array(3).fill(1);
    const ratios = followRatios(sparseScores(probabilities, 3), ones, { factors: ones, usual }, 200);
    // 0.9, 0.09 and 0.01 in place of a third.
    expect([...ratios].map((ratio) => ratio / 3)).toEqual([
      expect.closeTo(0.9, 1.5),
      expect.closeTo(0.09, 1.5),
      expect.closeTo(0.01, 2.5),
    ]);
  });
});

describe('counts from scores', () => {
  it('are near the true ones where raw counts are not, also where the classifier is biased', () => {
    for (const bias of [1, 0.6]) {
      const known = knownScores(drawn([2000, 2000, 2000], 1, { bias }));
      const { classes: counts, images, doubts } = countScores(drawn([1000, 50, 0], 2, { bias }), known, { seed: 1 });
      expect(images).toBe(1050);
      const [a, b, c] = counts;
      // 16 % of each cloud lie beyond the middle between the two.
      expect(b?.raw).toBeGreaterThan(150);
      expect(Math.abs((b?.adjusted ?? 0) - 50)).toBeLessThan(30);
      expect(a?.ci95[0]).toBeLessThan(1000);
      expect(a?.ci95[1]).toBeGreaterThan(1000);
      expect(c?.ci95[0]).toBe(0);
      expect((a?.adjusted ?? 0) + (b?.adjusted ?? 0) + (c?.adjusted ?? 0)).toBeCloseTo(1050, 6);
      expect(doubts).toEqual([]);
    }
  });

  it('have intervals that hold 95 % of the true counts', () => {
    let [covered, all] = [0, 0];
    for (let s = 0; s < 60; s++) {
      const generator = random(s, 'shares');
      const known = knownScores(drawn([60, 60, 60], 1000 + s));
      const truth = classes.map(() => Math.floor(200 * generator.uniform()));
      countScores(drawn(truth, 2000 + s), known, { seed: s, draws: 60 }).classes.forEach(({ ci95: [low, high] }, c) => {
        all++;
        if (low <= (truth[c] as number) && (truth[c] as number) <= high) covered++;
      });
    }
    expect(covered / all).toBeGreaterThan(0.9);
    // Narrower than that they know nothing: a third of the images is the trivial interval of one class.
    expect(covered / all).toBeLessThan(1);
  });

  it('of nodes are those of their classes together, by decisions where these are given', () => {
    const taxonomy = Taxonomy.fromLineages([
      { label: 'a', lineage: ['T', 'ab', 'a'] },
      { label: 'b', lineage: ['T', 'ab', 'b'] },
      { label: 'c', lineage: ['T', 'c'] },
    ]);
    const known = knownScores(drawn([100, 100, 100], 1));
    const { probabilities } = drawn([30, 10, 5], 2);
    const decisions = new Int32Array(45).fill(2);
    const { nodes, classes: counts } = countScores({ probabilities, decisions }, known, { taxonomy });
    const of = (path: string) => nodes?.find((node) => node.path === path);
    expect(of('T')).toEqual({ path: 'T', raw: 45, adjusted: 45, ci95: [45, 45] });
    expect([of('T>c')?.raw, of('T>ab')?.raw]).toEqual([45, 0]);
    expect(of('T>ab')?.adjusted).toBeCloseTo((counts[0]?.adjusted ?? 0) + (counts[1]?.adjusted ?? 0), 9);
  });

  it('say when they are not to be trusted', () => {
    const known = knownScores(drawn([500, 500, 10], 1));
    const kindsOf = (sample: Parameters<typeof countScores>[0]) =>
      countScores(sample, known).doubts.map(({ kind }) => kind);
    expect(kindsOf(drawn([300, 20, 0], 2))).toEqual(['few-images']);
    expect(countScores(drawn([300, 20, 0], 2), knownScores(drawn([500, 500, 30], 1))).doubts).toEqual([]);
    // From another instrument: hardly any image is like a known one.
    expect(kindsOf(drawn([300, 300, 0], 2, { blur: 0.05 }))).toContain('unexplained');
  });

  it('depend on the seed alone, and refuse what does not fit', () => {
    const known = knownScores(drawn([50, 50, 50], 1));
    const sample = drawn([10, 10, 10], 2);
    const count = (seed: number) => countScores(sample, known, { seed });
    expect(count(1)).toEqual(count(1));
    expect(count(1)).not.toEqual(count(2));
    expect(() => countScores({ ...sample, decisions: Int32Array.of(7) }, known, { draws: 3 })).toThrow(
      /decisions: expected 30 values.*received 1[\s\S]*decisions\[0\]: .*received 7[\s\S]*draws: .*received 3/,
    );
    expect(() => knownScores({ ...sample, labels: new Int32Array(30).fill(-1) })).toThrow(/labels/);
  });
});

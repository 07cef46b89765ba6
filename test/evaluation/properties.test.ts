import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap, weightedMetric } from '../../src/evaluation/bootstrap.js';
import { comparedMetrics, metricSums, runsOfLabels } from '../../src/evaluation/compared-metrics.js';
import { type Evaluation, evaluate } from '../../src/evaluation/evaluate.js';
import { lcaHeights } from '../../src/taxonomy/lca-heights.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { anyCase, type Case, predictionsOf } from './arbitraries.js';

/** With the arbitrary decisions, or with the most probable leaf. */
function evaluated(drawn: Case, given: boolean): Evaluation {
  const { predictions, decisions } = predictionsOf(drawn);
  return evaluate({ ...predictions, decisions: given ? decisions : undefined }, { taxonomy: drawn.taxonomy });
}

/** The same up to the rounding of sums in another order. */
function expectSame(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number') expect(actual).toBeCloseTo(expected, 10);
  else if (typeof expected !== 'object' || expected === null) expect(actual).toBe(expected);
  else {
    expect(Object.keys(actual as object)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) expectSame((actual as Record<string, unknown>)[key], value);
  }
}

const inRange = (value: number | null, low: number, high: number) => {
  if (value === null) return;
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high + 1e-12);
};

describe('any predictions on any tree', () => {
  it('have every number in its range, and agree with each other', () => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), (drawn, given) => {
        const result = evaluated(drawn, given);
        const height = drawn.taxonomy.node(drawn.taxonomy.root).height;
        const { hierarchical, perNode, perClass, accuracyAtDepth } = result;
        const shares = [result.accuracy, result.balancedAccuracy, result.top5, ...Object.values(hierarchical ?? {})];
        for (const { precision, recall, f1 } of perClass) shares.push(precision, recall, f1);
        for (const { accuracy } of perNode ?? []) shares.push(accuracy);
        for (const share of shares) inRange(share, 0, 1);
        inRange(result.logLoss, 0, -Math.log(1e-15));
        inRange(result.ahd, 0, height);
        inRange(result.severity, 1, height);

        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(result.confusion.counts.flat().reduce((a, b) => a + b)).toBe(result.images);
        expect(perClass.reduce((sum, { support }) => sum + support, 0)).toBe(result.images);
        expect(perNode?.[0]?.images).toBe(result.images);
        expect(result.ahd).toBeCloseTo((result.severity ?? 0) * (1 - result.accuracy), 10);
        expect(accuracyAtDepth).toHaveLength(height + 1);
        expect(accuracyAtDepth?.[0]).toBe(1);
        expect(accuracyAtDepth?.at(-1)).toBeCloseTo(result.accuracy, 12);
        expect(accuracyAtDepth).toEqual(accuracyAtDepth?.toSorted((a, b) => b - a));
      }),
    );
  });

  it('do not depend on the order of the images', () => {
    const shuffled = anyCase.chain((drawn) =>
      fc.record({
        drawn: fc.constant(drawn),
        images: fc.shuffledSubarray(drawn.images, { minLength: drawn.images.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, fc.boolean(), ({ drawn, images }, given) => {
        expectSame(evaluated({ ...drawn, images }, given), evaluated(drawn, given));
      }),
    );
  });

  it('do not depend on the order of the classes', () => {
    const permuted = anyCase.chain((drawn) => {
      const columns = [...drawn.classes.keys()];
      const order = fc.shuffledSubarray(columns, { minLength: columns.length });
      return fc.record({ drawn: fc.constant(drawn), order });
    });
    fc.assert(
      fc.property(permuted, fc.boolean(), ({ drawn, order }, given) => {
        const classes = order.map((c) => drawn.classes[c] as string);
        const images = drawn.images.map(({ row, label, decision }) => ({
          row: order.map((c) => row[c] as number),
          label: order.indexOf(label),
          decision: order.indexOf(decision),
        }));
        const [before, after] = [evaluated(drawn, given), evaluated({ ...drawn, classes, images }, given)];
        const back = drawn.classes.map((_, c) => order.indexOf(c));
        expectSame(
          {
            ...after,
            perClass: back.map((c) => after.perClass[c]),
            confusion: {
              classes: drawn.classes,
              counts: back.map((t) => back.map((p) => after.confusion.counts[t]?.[p])),
            },
          },
          before,
        );
      }),
    );
  });

  it('have the average distance that the matrix of heights gives', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const heights = lcaHeights(drawn.taxonomy, drawn.classes);
        const k = drawn.classes.length;
        const sum = drawn.images.reduce(
          (total, { label, decision }) => total + (heights[label * k + decision] ?? NaN),
          0,
        );
        expect(evaluated(drawn, true).ahd).toBeCloseTo(sum / drawn.images.length, 10);
      }),
    );
  });

  it('have metrics that are the sums the bootstrap draws from', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const sums = metricSums({ ...predictions, decisions }, runsOfLabels(predictions), drawn.taxonomy);
        const once = new Int32Array(drawn.images.length).fill(1);
        const found = new Map([...sums].map(([metric, sum]) => [metric, weightedMetric(sum, once)]));
        const expected = comparedMetrics(evaluated(drawn, true));
        expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [metric, value] of nonEmpty(expected)) expect(found.get(metric)).toBeCloseTo(value, 10);
      }),
    );
  });

  it('resample to what evaluating the resample gives', () => {
    fc.assert(
      fc.property(anyCase, fc.integer(), (drawn, seed) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const n = drawn.images.length;
        const runs = runsOfLabels(predictions);
        const sums = metricSums({ ...predictions, decisions }, runs, drawn.taxonomy);
        // Which images a resample drew, seen through metrics that each count one image.
        const counters = Array.from(
          { length: n },
          (_, i) =>
            [
              i,
              {
                numerator: Float64Array.from({ length: n }, (_, j) => (i === j ? n : 0)),
                denominator: new Float64Array(n).fill(1),
                bounds: Int32Array.of(0, n),
              },
            ] as const,
        );
        const [values, counts] = bootstrap<unknown>([sums, new Map(counters)], { images: n, resamples: 1, seed });
        const images = Array.from(runs.order).flatMap((image, i) => {
          const times = Math.round(counts?.get(i)?.[0] ?? NaN);
          return new Array<Case['images'][number]>(times).fill(drawn.images[image] as Case['images'][number]);
        });
        expect(images).toHaveLength(n);
        const again = comparedMetrics(evaluated({ ...drawn, images }, true));
        for (const [metric, value] of nonEmpty(again)) expect(values?.get(metric)?.[0]).toBeCloseTo(value, 10);
      }),
    );
  });
});

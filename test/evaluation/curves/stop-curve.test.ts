import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateStop } from '../../../src/calibration/stop-threshold.js';
import { stopAtAncestor } from '../../../src/decision/stop-at-ancestor.js';
import { STOP_RULES } from '../../../src/decision/stop-rules.js';
import { compareStopping } from '../../../src/evaluation/curves/compare-stopping.js';
import { riskCoverage } from '../../../src/evaluation/curves/risk-coverage.js';
import { coverageAt, stopCurve } from '../../../src/evaluation/curves/stop-curve.js';
import { evaluateNodes } from '../../../src/evaluation/evaluate-nodes.js';
import { simulate, simulatedTree } from '../../calibration/simulated.js';
import { classes, labels, probabilities, smallTree } from '../../decision/small-tree.js';
import { anyCase, predictionsOf } from '../arbitraries.js';

const predictions = { classes, labels, probabilities };
const ofA = 1 - Math.log(2) / Math.log(5);
const ofB = 1 - Math.log(3) / Math.log(5);

describe('stopCurve, computed by hand', () => {
  // Truths a1, a1, c1, c2; classes a1 (right), a2 (wrong below A), b (wrong below B), a1 (wrong below the root).
  const { points, area, images } = stopCurve(predictions, { taxonomy: smallTree });

  it('has a point for every threshold at which a decision changes', () => {
    expect(images).toBe(4);
    const rounded = points.map(({ threshold }) => Number(threshold.toFixed(6)));
    // 0.7 twice and 0.6 twice, which rounding tells apart or not.
    expect(new Set(rounded)).toEqual(new Set([0.7, 0.6, 0.5, 0.4, 0.3]));
    const last = (threshold: number) => points.findLast((point) => Math.abs(point.threshold - threshold) < 1e-6);
    expect(last(0.7)?.coverage).toBeCloseTo((2 * ofA + ofB) / 4, 12);
    expect(last(0.7)?.right).toBe(1);
    expect(last(0.6)?.coverage).toBeCloseTo((1 + 2 * ofA + ofB) / 4, 12);
    expect(last(0.6)?.right).toBe(3 / 4);
    expect(last(0.5)?.coverage).toBeCloseTo((2 + ofA + ofB) / 4, 12);
    expect(last(0.4)?.right).toBe(2 / 4);
    expect(points.at(-1)).toMatchObject({ threshold: 0.3, coverage: 1, right: 1 / 4, risk: 3 / 4 });
  });

  it('integrates risk over coverage', () => {
    // Steps from 0.7 down: nothing wrong until the third image is decided at 0.6 (wrong 1), ...
    let expected = 0;
    let before = 0;
    for (const { coverage, risk } of points) {
      expected += (coverage - before) * risk;
      before = coverage;
    }
    expect(area).toBeCloseTo(expected, 12);
    expect(coverageAt({ points }, 0.75)).toBeCloseTo((2 + ofA + ofB) / 4, 12);
    expect(coverageAt({ points }, 1)).toBeGreaterThanOrEqual((2 * ofA + ofB) / 4 - 1e-12);
    expect(coverageAt({ points: [] }, 0.5)).toBe(0);
  });

  it('is risk against coverage where only classes are kept', () => {
    const rejecting = stopCurve(predictions, { taxonomy: smallTree, rule: 'rejection' });
    expect(rejecting).toEqual(riskCoverage(predictions));
    // By falling probability: 0.6 right, 0.5 wrong, 0.4 wrong, 0.3 wrong.
    expect(rejecting.points.map(({ coverage, risk }) => [coverage, risk])).toEqual([
      [1 / 4, 0],
      [2 / 4, 1 / 2],
      [3 / 4, 2 / 3],
      [1, 3 / 4],
    ]);
    expect(rejecting.area).toBeCloseTo((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4, 12);
  });

  it('takes images of the same probability together', () => {
    const same = {
      classes: ['x', 'y'],
      probabilities: Float64Array.of(0.7, 0.3, 0.7, 0.3),
      labels: Int32Array.of(0, 1),
    };
    expect(riskCoverage(same)).toEqual({
      images: 2,
      points: [{ threshold: 0.7, coverage: 1, right: 0.5, risk: 0.5 }],
      area: 0.5,
    });
  });
});

describe('stopCurve on any tree', () => {
  it('is what stopping and evaluating give at each of its thresholds', () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(...STOP_RULES), (drawn, rule) => {
        const { predictions: any, decisions } = predictionsOf(drawn);
        const { taxonomy } = drawn;
        const { points } = stopCurve({ ...any, decisions }, { taxonomy, rule });
        const truths = Array.from(any.labels, (label) => taxonomy.leafOf(drawn.classes[label] as string));
        for (const { threshold, coverage, right } of points.slice(0, 5)) {
          const options = { threshold, rule, leaves: decisions };
          const stopped = stopAtAncestor(any.probabilities, drawn.classes, taxonomy, options);
          const score = evaluateNodes({ decided: stopped.map(({ path }) => path), truths }, taxonomy);
          expect(coverage).toBeCloseTo(score.information, 9);
          expect(right).toBeCloseTo(score.accuracy, 9);
        }
        expect(points.at(-1)?.coverage).toBeCloseTo(1, 9);
      }),
      { numRuns: 40 },
    );
  });
});

describe('compareStopping', () => {
  const simulated = simulate(600, { seed: 3, off: 1.2 });
  const arm = (rule: (typeof STOP_RULES)[number]) => ({
    name: rule,
    predictions: simulated,
    taxonomy: simulatedTree,
    rule,
  });

  it('gives areas, relative differences to the first arm and paired intervals', () => {
    const [first, second, third] = compareStopping([arm('rejection'), arm('probability'), arm('rejection')], {
      seed: 1,
      resamples: 200,
    });
    expect(first?.area).toBe(stopCurve(simulated, { taxonomy: simulatedTree, rule: 'rejection' }).area);
    expect(second?.relative).toBeCloseTo((second?.area ?? 0) / (first?.area ?? 1) - 1, 12);
    const [low, high] = second?.relative95 ?? [0, 0];
    expect(low).toBeLessThan(second?.relative ?? 0);
    expect(high).toBeGreaterThan(second?.relative ?? 0);
    expect(third).toMatchObject({ relative: 0, relative95: [0, 0], p: 1, coverageDifference95: [0, 0] });
    const curve = stopCurve(simulated, { taxonomy: simulatedTree });
    expect(second?.coverage).toBeCloseTo(coverageAt(curve, 0.95), 12);
  });

  it('refuses arms of other images, all at once', () => {
    const few = { ...arm('probability'), predictions: simulate(5, { seed: 3, off: 1 }) };
    expect(() => compareStopping([arm('rejection'), few], { seed: 1 })).toThrow(
      'arms[1].predictions: expected the 600 images of the first arm, received 5',
    );
  });

  it('finds more coverage by information than by probability at the same share of right decisions', () => {
    const pool = simulate(4000, { seed: 5, off: 1 });
    const kept = (['probability', 'information'] as const).map((rule) =>
      coverageAt(stopCurve(pool, { taxonomy: simulatedTree, rule }), 0.95),
    );
    expect(kept[1]).toBeGreaterThan(kept[0] as number);
    const { threshold } = calibrateStop(pool, { taxonomy: simulatedTree, targetAccuracy: 0.95, rule: 'information' });
    expect(threshold).toBeGreaterThan(0);
  });
});

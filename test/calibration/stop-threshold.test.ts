import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateStop, stopScores, thresholdFor } from '../../src/calibration/stop-threshold.js';
import { minimumExpectedHeight } from '../../src/decision/minimum-expected-height.js';
import { stopAtAncestor } from '../../src/decision/stop-at-ancestor.js';
import { CladenetError } from '../../src/errors.js';
import { evaluateNodes } from '../../src/evaluation/evaluate-nodes.js';
import type { Predictions } from '../../src/evaluation/predictions.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { classes, smallTree } from '../decision/small-tree.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { meanRisk, simulate, simulatedTree } from './simulated.js';

/** How many images are decided wrongly at a threshold, by stopping and evaluating. */
function wrongAt(predictions: Predictions, taxonomy: Taxonomy, threshold: number, leaves?: Int32Array): number {
  const { classes: names, probabilities, labels } = predictions;
  const decided = stopAtAncestor(probabilities, names, taxonomy, { threshold, leaves }).map(({ path }) => path);
  const truths = Array.from(labels, (label) => taxonomy.leafOf(names[label] as string));
  return Math.round(evaluateNodes({ decided, truths }, taxonomy).relations.apart * labels.length);
}

/** Images that say b with `p` (all of B with 0.9) and are c1, or b where `right`. */
function images(...rows: readonly { p: number; right: boolean }[]): Predictions {
  return {
    classes,
    probabilities: Float64Array.from(rows.flatMap(({ p }) => [p, 0.1, 0.9 - p, 0, 0])),
    labels: Int32Array.from(rows, ({ right }) => (right ? 0 : 2)),
  };
}

describe('calibrateStop, by hand', () => {
  const wrong = [0.5, 0.6, 0.7, 0.8].map((p) => ({ p, right: false }));
  const right = Array.from({ length: 15 }, () => ({ p: 0.55, right: true }));
  const predictions = images(...wrong, ...right);
  const choose = (targetAccuracy: number) => calibrateStop(predictions, { taxonomy: smallTree, targetAccuracy });

  it('lets as many images err as (m + 1) / (n + 1) allows, and goes just above the next one', () => {
    expect(choose(0.9)).toMatchObject({ images: 19, allowed: 1, wrong: 1, outcome: 'ancestors', targetAccuracy: 0.9 });
    expect(choose(0.9).threshold).toBe(0.7000000000000001);
    expect(choose(0.85)).toMatchObject({ allowed: 2, wrong: 2, threshold: 0.6000000000000001 });
    expect(choose(0.95)).toMatchObject({ allowed: 0, wrong: 0, threshold: 0.8000000000000002 });
  });

  it('stops nowhere where the classes themselves are right often enough', () => {
    expect(choose(0.75)).toMatchObject({ allowed: 4, wrong: 4, threshold: 0, outcome: 'leaves' });
  });

  it('says when there are too few images to promise anything but the root', () => {
    expect(choose(0.96)).toMatchObject({ allowed: -1, wrong: 0, outcome: 'too-few-images' });
    const { threshold } = choose(0.96);
    expect(threshold).toBe(1 + Number.EPSILON);
    expect(JSON.parse(JSON.stringify(choose(0.96)))).toEqual(choose(0.96));
  });

  it('says when nothing but the root meets the target', () => {
    // Sure of A and always wrong.
    const sure = (n: number) => ({
      classes,
      probabilities: Float64Array.from(Array.from({ length: n }, () => [0, 1, 0, 0, 0]).flat()),
      labels: new Int32Array(n),
    });
    const chosen = calibrateStop(sure(30), { taxonomy: smallTree, targetAccuracy: 0.9 });
    expect(chosen).toMatchObject({ threshold: 1 + Number.EPSILON, wrong: 0, outcome: 'root' });
    expect(wrongAt(sure(30), smallTree, chosen.threshold)).toBe(0);
  });

  it('is the same from what was kept of the images, for any target', () => {
    const kept = JSON.parse(JSON.stringify(stopScores(predictions, { taxonomy: smallTree })));
    expect(kept).toEqual({ images: 19, errsUpTo: [0.8, 0.7, 0.6, 0.5], surest: expect.closeTo(0.9, 9) });
    for (const target of [0.5, 0.75, 0.85, 0.9, 0.95, 0.96]) expect(thresholdFor(kept, target)).toEqual(choose(target));
    expect(() => thresholdFor(kept, 1)).toThrow(/a share between 0 and 1, received 1/);
  });

  it('refuses everything that is wrong in one error', () => {
    const call = () =>
      calibrateStop(
        { ...predictions, labels: Int32Array.of(9), decisions: Int32Array.of(0, 7) },
        { taxonomy: smallTree, targetAccuracy: 1 },
      );
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/labels\[0\]/);
    expect(call).toThrow(/targetAccuracy: expected a share between 0 and 1, received 1/);
    expect(call).toThrow(/decisions\[1\]/);
  });
});

describe('calibrateStop on any predictions', () => {
  it('is the least threshold that conformal risk control allows', () => {
    const target = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(anyCase, target, fc.boolean(), (drawn, targetAccuracy, given) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const leaves = given ? decisions : undefined;
        const decided = { ...predictions, decisions: leaves };
        const chosen = calibrateStop(decided, { taxonomy: drawn.taxonomy, targetAccuracy });
        const { threshold, images: n, wrong, outcome } = chosen;
        const bound = (lost: number) => (n / (n + 1)) * (lost / n) + 1 / (n + 1);
        const wrongs = (at: number) => wrongAt(predictions, drawn.taxonomy, at, leaves);
        expect(wrongs(threshold)).toBe(wrong);
        if (outcome === 'too-few-images') {
          expect(bound(0)).toBeGreaterThan(1 - targetAccuracy);
          return;
        }
        expect(bound(wrong)).toBeLessThanOrEqual(1 - targetAccuracy + 1e-9);
        // Any lower and one image too many is wrong.
        if (threshold > 0) expect(bound(wrongs(threshold - Number.EPSILON))).toBeGreaterThan(1 - targetAccuracy);
      }),
    );
  });
});

describe('the guarantee, simulated', () => {
  // A classifier that is far too sure: nothing may depend on what its probabilities mean.
  const pool = simulate(3000, { seed: 1, off: 2 });
  const lost = (targetAccuracy: number, rule?: typeof minimumExpectedHeight) => {
    return (calibration: typeof pool, fresh: typeof pool) => {
      const leaves = (p: typeof pool) => rule?.(p.probabilities, p.classes, simulatedTree);
      const decided = { ...calibration, decisions: leaves(calibration) };
      const { threshold } = calibrateStop(decided, { taxonomy: simulatedTree, targetAccuracy });
      return wrongAt(fresh, simulatedTree, threshold, leaves(fresh)) / fresh.labels.length;
    };
  };

  // Where (n + 1)(1 - target) is whole, the expected loss is the bound itself, so that one image too many would show.
  for (const [targetAccuracy, calibration] of [
    [0.9, 19],
    [0.8, 24],
    [0.95, 99],
  ] as const) {
    it(`errs on ${Math.round(100 * (1 - targetAccuracy))} % of new images on average with ${calibration} images`, () => {
      const draws = { draws: 1500, calibration, fresh: 30 };
      const { mean, error } = meanRisk(pool, draws, lost(targetAccuracy));
      expect(error).toBeLessThan(0.003);
      expect(mean).toBeLessThan(1 - targetAccuracy + 3.5 * error);
      expect(mean).toBeGreaterThan(1 - targetAccuracy - 3.5 * error);
    });
  }

  it('holds for other decisions, and never promises too much with a number of images that does not divide', () => {
    const draws = { draws: 1500, calibration: 35, fresh: 30 };
    const { mean, error } = meanRisk(pool, draws, lost(0.9, minimumExpectedHeight));
    expect(mean).toBeLessThan(0.1 + 3.5 * error);
    // The lower bound of the paper.
    expect(mean).toBeGreaterThan(0.1 - 2 / 36 - 3.5 * error);
  });

  it('never errs with too few images', () => {
    expect(meanRisk(pool, { draws: 50, calibration: 8, fresh: 30 }, lost(0.9)).mean).toBe(0);
  });
});

describe('calibrateStop by other rules', () => {
  for (const rule of ['information', 'rejection'] as const) {
    it(`keeps its promise by ${rule}`, () => {
      const draws = { draws: 400, calibration: 99, fresh: 50 };
      const { mean, error } = meanRisk(simulate(2000, { seed: 11, off: 1.8 }), draws, (calibration, fresh) => {
        const { threshold } = calibrateStop(calibration, { taxonomy: simulatedTree, targetAccuracy: 0.9, rule });
        const { classes: names, probabilities, labels } = fresh;
        const stopped = stopAtAncestor(probabilities, names, simulatedTree, { threshold, rule });
        const truths = Array.from(labels, (label) => simulatedTree.leafOf(names[label] as string));
        const decided = stopped.map(({ path }) => path);
        return evaluateNodes({ decided, truths }, simulatedTree).relations.apart;
      });
      expect(error).toBeLessThan(0.004);
      expect(Math.abs(mean - 0.1)).toBeLessThan(3.5 * error);
    });
  }
});

import { describe, expect, it } from 'vitest';
import { balanceCurve, chooseBalance } from '../../src/calibration/balance.js';

const classes = ['common', 'rare'];
const counts = new Map([
  ['common', 100],
  ['rare', 1],
]);
/** Images that say `rare` with p. */
function images(...rows: readonly { p: number; rare: boolean }[]) {
  return {
    classes,
    probabilities: Float64Array.from(rows.flatMap(({ p }) => [1 - p, p])),
    labels: Int32Array.from(rows, ({ rare }) => (rare ? 1 : 0)),
  };
}
// At tau an image is given to `rare` where p / (1 - p) > 100^-tau: above 1/2, 1/11 and 1/101 for 0, 0.5 and 1.
const predictions = images(
  ...[0.001, 0.002, 0.003, 0.004, 0.005, 0.05, 0.2].map((p) => ({ p, rare: false })),
  ...[0.2, 0.3, 0.05].map((p) => ({ p, rare: true })),
);
const curve = balanceCurve(predictions, { counts, taus: [0, 0.5, 1] });

describe('balanceCurve, computed by hand', () => {
  it('gives what each tau costs and brings', () => {
    expect(curve.map(({ accuracy }) => accuracy)).toEqual([0.7, 0.8, 0.8]);
    expect(curve.map((point) => point.balancedAccuracy)).toEqual([1 / 2, (6 / 7 + 2 / 3) / 2, (5 / 7 + 1) / 2]);
    expect(curve[1]?.loss).toBeCloseTo(-0.1, 12);
    // One image lost, two gained: the mean of the squares is 0.3.
    expect(curve[1]?.lossError).toBeCloseTo(Math.sqrt((0.3 - 0.01) / 10), 12);
    expect(curve[0]).toMatchObject({ tau: 0, loss: 0, lossError: 0 });
  });

  it('looks at 25 taus by default, and measures the loss from tau 0 even where it is not among them', () => {
    const all = balanceCurve(predictions, { counts });
    expect(all.map(({ tau }) => tau).slice(0, 3)).toEqual([0, 0.05, 0.1]);
    expect(all).toHaveLength(25);
    expect(balanceCurve(predictions, { counts, taus: [1] })).toEqual([curve[2]]);
  });

  it('refuses what is wrong, all at once', () => {
    const call = () => balanceCurve({ ...predictions, labels: new Int32Array(0) }, { counts, taus: [Number.NaN] });
    expect(call).toThrow(/at least one image/);
    expect(call).toThrow(/taus\[0\]: expected a number of 0 or more, received NaN/);
  });
});

describe('chooseBalance', () => {
  const point = (tau: number, loss: number, lossError: number, balanced: number) => ({
    ...{ tau, loss, lossError, accuracy: 0.7 - loss, balancedAccuracy: balanced },
  });
  const points = [point(0, 0, 0, 0.5), point(0.5, 0.004, 0.003, 0.55), point(1, 0.009, 0.004, 0.6)];

  it('takes the highest balanced accuracy whose loss, with its error, is affordable', () => {
    expect(chooseBalance(points, { maxLoss: 0.02 }).tau).toBe(1);
    expect(chooseBalance(points, { maxLoss: 0.01 }).tau).toBe(0.5);
    expect(chooseBalance(points, { maxLoss: 0 }).tau).toBe(0);
  });

  it('refuses an empty curve and a loss that is no share', () => {
    expect(() => chooseBalance([], { maxLoss: 2 })).toThrow(/curve: .*none[\s\S]*maxLoss: .*received 2/);
  });
});

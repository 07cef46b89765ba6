import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitMixture } from '../../src/calibration/mixture.js';

const loss = (a: Float64Array, b: Float64Array, labels: Int32Array, w: number) =>
  labels.reduce((sum, label, i) => sum - Math.log(w * (a[2 * i + label] ?? 0) + (1 - w) * (b[2 * i + label] ?? 0)), 0);

describe('fitMixture', () => {
  it('takes all of the better one where the other never helps', () => {
    const sure = Float64Array.of(0.9, 0.1, 0.2, 0.8);
    const unsure = Float64Array.of(0.6, 0.4, 0.5, 0.5);
    const labels = Int32Array.of(0, 1);
    expect(fitMixture(sure, unsure, labels, 2)).toBe(1);
    expect(fitMixture(unsure, sure, labels, 2)).toBe(0);
  });

  it('has a loss that no share on a grid undercuts', () => {
    const row = fc.double({ min: 0.01, max: 0.99, noNaN: true }).map((p) => [p, 1 - p]);
    const image = fc.tuple(row, row, fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(image, { minLength: 1, maxLength: 30 }), (drawn) => {
        const a = Float64Array.from(drawn.flatMap(([p]) => p));
        const b = Float64Array.from(drawn.flatMap(([, q]) => q));
        const labels = Int32Array.from(drawn, ([, , label]) => label);
        const best = loss(a, b, labels, fitMixture(a, b, labels, 2));
        for (let w = 0; w <= 1; w += 0.05) expect(best).toBeLessThanOrEqual(loss(a, b, labels, w) + 1e-4);
      }),
    );
  });
});

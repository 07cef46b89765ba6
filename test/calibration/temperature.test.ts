import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTemperature, scaleTemperature } from '../../src/calibration/temperature.js';
import { topK } from '../../src/decision/top-k.js';
import { CladenetError } from '../../src/errors.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { reliability } from '../../src/evaluation/reliability.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { simulate } from './simulated.js';

const softmax = (logits: readonly number[]) => {
  const weights = logits.map(Math.exp);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};

describe('scaleTemperature', () => {
  it('is what dividing the logits gives', () => {
    const logits = [1.5, -0.25, 3, 0];
    for (const temperature of [0.3, 1, 4]) {
      const scaled = scaleTemperature(Float64Array.from(softmax(logits)), 4, temperature);
      softmax(logits.map((z) => z / temperature)).forEach((p, c) => {
        expect(scaled[c]).toBeCloseTo(p, 12);
      });
    }
  });

  it('keeps rows at a sum of 1 and their ranking, whatever the temperature', () => {
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0.05, max: 20, noNaN: true }), (drawn, temperature) => {
        const { probabilities } = predictionsOf(drawn).predictions;
        const k = drawn.classes.length;
        const scaled = scaleTemperature(probabilities, k, temperature);
        for (let row = 0; row < scaled.length; row += k) {
          expect(scaled.slice(row, row + k).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        }
        expect([...topK(scaled, k, 1)]).toEqual([...topK(probabilities, k, 1)]);
      }),
    );
  });

  it('clips what is impossible at 1e-15', () => {
    const flat = scaleTemperature(Float32Array.of(1, 0), 2, 5);
    expect(flat[1]).toBeCloseTo(1e-3 / (1 + 1e-3), 12);
    const [, none, hardly] = scaleTemperature(Float64Array.of(1, 0, 1e-16), 3, 1);
    expect(hardly).toBe(none);
    expect((none ?? NaN) / 1e-15).toBeCloseTo(1, 10);
    for (const p of nonEmpty(scaleTemperature(Float64Array.of(1, 0, 1e-300), 3, 0.05)))
      expect(Number.isFinite(p)).toBe(true);
  });

  it('refuses matrices that do not cut into rows and temperatures that are none', () => {
    expect(() => scaleTemperature(new Float64Array(7), 3, 1)).toThrow('a multiple of 3 values');
    for (const temperature of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const call = () => scaleTemperature(Float64Array.of(0.5, 0.5), 2, temperature);
      expect(call).toThrow(CladenetError);
      expect(call).toThrow(`temperature: expected a number from 0.001 to 1000, received ${temperature}`);
    }
  });
});

describe('fitTemperature', () => {
  for (const off of [0.6, 1, 1.8]) {
    it(`finds the temperature that images were drawn at: ${off}`, () => {
      const fitted = fitTemperature(simulate(6000, { seed: 3, off }));
      expect(fitted.temperature / off).toBeGreaterThan(0.95);
      expect(fitted.temperature / off).toBeLessThan(1.05);
      expect(fitted.images).toBe(6000);
      expect(fitted.atLimit).toBe(false);
      expect(fitted.logLoss.after).toBeLessThanOrEqual(fitted.logLoss.before);
    });
  }

  it('lowers log-loss and calibration error of other images', () => {
    const { temperature } = fitTemperature(simulate(2000, { seed: 4, off: 2 }));
    const other = simulate(4000, { seed: 5, off: 2 });
    const scaled = {
      ...other,
      probabilities: scaleTemperature(other.probabilities, other.classes.length, temperature),
    };
    expect(evaluate(scaled).logLoss).toBeLessThan(evaluate(other).logLoss - 0.1);
    expect(reliability(other).ece).toBeGreaterThan(0.1);
    expect(reliability(scaled).ece).toBeLessThan(0.03);
  });

  it('is the best of all temperatures', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const { predictions } = predictionsOf(drawn);
        const k = drawn.classes.length;
        const { temperature, logLoss, atLimit } = fitTemperature(predictions);
        const lossAt = (t: number) =>
          evaluate({ ...predictions, probabilities: scaleTemperature(predictions.probabilities, k, t) }).logLoss;
        expect(logLoss.before).toBeCloseTo(evaluate(predictions).logLoss, 10);
        expect(logLoss.after).toBeCloseTo(lossAt(temperature), 10);
        for (let t = 0.0501; t < 20; t *= 1.25) expect(lossAt(t)).toBeGreaterThanOrEqual(logLoss.after - 1e-9);
        expect(atLimit).toBe(temperature === 20 || temperature === 1 / 20);
      }),
    );
  });

  it('says when it is at a limit: all images right, or probabilities that mislead', () => {
    const row = (...p: number[]) => ({ classes: ['x', 'y'], probabilities: Float64Array.from(p) });
    expect(fitTemperature({ ...row(0.9, 0.1, 0.2, 0.8), labels: Int32Array.of(0, 1) })).toMatchObject({
      temperature: 1 / 20,
      atLimit: true,
    });
    expect(fitTemperature({ ...row(0.9, 0.1, 0.2, 0.8), labels: Int32Array.of(1, 0) })).toMatchObject({
      temperature: 20,
      atLimit: true,
    });
  });

  it('is 1 where temperature changes nothing', () => {
    const even = { classes: ['x', 'y'], probabilities: Float64Array.of(0.5, 0.5), labels: Int32Array.of(1) };
    expect(fitTemperature(even)).toMatchObject({ temperature: 1, atLimit: false });
    const one = { classes: ['x'], probabilities: Float64Array.of(1), labels: Int32Array.of(0) };
    expect(fitTemperature(one)).toMatchObject({ temperature: 1, atLimit: false });
  });

  it('is not ruled by one image whose truth was impossible', () => {
    const good = simulate(2000, { seed: 6, off: 1 });
    const k = good.classes.length;
    const probabilities = Float64Array.from([...good.probabilities, 1, ...new Array<number>(k - 1).fill(0)]);
    const labels = Int32Array.from([...good.labels, 1]);
    const { temperature } = fitTemperature({ ...good, probabilities, labels });
    expect(temperature).toBeGreaterThan(0.9);
    expect(temperature).toBeLessThan(1.2);
  });

  it('refuses predictions that are wrong in one error with everything', () => {
    const call = () =>
      fitTemperature({ classes: ['x', 'x'], probabilities: Float64Array.of(0.5, 0.6), labels: Int32Array.of(2) });
    expect(call).toThrow('A temperature cannot be fitted');
    expect(call).toThrow(/classes\[1\].*\n.*labels\[0\].*\n.*row 0/);
    const none = { classes: ['x', 'y'], probabilities: new Float64Array(0), labels: new Int32Array(0) };
    expect(() => fitTemperature(none)).toThrow('at least one image');
  });
});

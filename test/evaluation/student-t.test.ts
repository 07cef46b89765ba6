import { describe, expect, it } from 'vitest';
import { holm } from '../../src/evaluation/holm.js';
import { studentQuantile, studentTails } from '../../src/evaluation/student-t.js';

describe("Student's t", () => {
  it('has the tails of its closed forms for 1 and 2 degrees of freedom', () => {
    for (const t of [1e-6, 0.1, 0.7, 1, 1.5, 4.3, 60, 1e5]) {
      const [one, two] = [(2 / Math.PI) * Math.atan(1 / t), 2 / (2 + t * t + t * Math.sqrt(2 + t * t))];
      expect(studentTails(t, 1) / one, `${t}`).toBeCloseTo(1, 11);
      expect(studentTails(t, 2) / two, `${t}`).toBeCloseTo(1, 11);
    }
    expect(studentTails(0, 3)).toBe(1);
  });

  it('has the quantiles of the tables', () => {
    const table: [number, number, number][] = [
      [0.05, 1, 12.7062047361747],
      [0.05, 2, 4.30265272974946],
      [0.05, 4, 2.77644510519779],
      [0.01, 10, 3.16927267261695],
      [0.001, 30, 3.64595863504207],
      [0.05, 1000, 1.96233908082641],
      [0.05, 1e6, 1.95996635],
    ];
    for (const [p, df, t] of table) expect(studentQuantile(p, df), `${p} ${df}`).toBeCloseTo(t, 7);
  });

  it('finds a quantile whose tails are p, for any degrees of freedom', () => {
    for (const p of [1, 0.9, 0.3, 0.05, 1e-4, 1e-12]) {
      for (const df of [0.7, 1, 2, 3.3, 17.5, 400, 12345.6]) {
        expect(studentTails(studentQuantile(p, df), df) / p, `${p} ${df}`).toBeCloseTo(1, 9);
      }
    }
  });
});

describe('holm', () => {
  it('multiplies the smallest p with the number of tests, the next with one less, and never falls', () => {
    const corrected = holm([0.04, 0.01, 0.03, 0.005]);
    [0.06, 0.03, 0.06, 0.02].forEach((p, i) => expect(corrected[i]).toBeCloseTo(p, 12));
    expect(holm([0.8, 0.9])).toEqual([1, 1]);
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([])).toEqual([]);
  });
});

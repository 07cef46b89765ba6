import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../src/evaluation/mcnemar.js';

describe('mcnemar', () => {
  it('by hand: 1 against 4 is 2 (1 + 5) / 32', () => {
    expect(mcnemar(1, 4)).toBeCloseTo(12 / 32, 14);
  });

  it('is 1 where nothing speaks for either', () => {
    expect([mcnemar(0, 0), mcnemar(7, 7), mcnemar(0, 1)]).toEqual([1, 1, 1]);
  });

  it('is the same either way round', () => {
    expect(mcnemar(13, 40)).toBe(mcnemar(40, 13));
  });

  it('does not underflow before doubles do', () => {
    expect(mcnemar(0, 1000)).toBeCloseTo(2 ** -999, 310);
    expect(mcnemar(0, 1000) / 2 ** -999).toBeCloseTo(1, 10);
    expect(mcnemar(499_000, 501_000)).toBeGreaterThan(0.04);
    expect(mcnemar(499_000, 501_000)).toBeLessThan(0.05);
  });
});

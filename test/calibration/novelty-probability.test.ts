import { describe, expect, it } from 'vitest';
import { fitNoveltyProbability, noveltyProbability } from '../../src/calibration/novelty-probability.js';

const repeated = (...pairs: readonly (readonly [value: number, times: number])[]) =>
  Float64Array.from(pairs.flatMap(([value, times]) => Array<number>(times).fill(value)));

describe('the probability of being new', () => {
  it('is the share of new ones at each novelty, where half of all images are new', () => {
    // At 0.2 a quarter is new, at 0.8 three quarters: the log-odds are -ln 3 and ln 3, and so are the slope's ends.
    const known = repeated([0.2, 75], [0.8, 25]);
    const unseen = repeated([0.2, 25], [0.8, 75]);
    const fitted = fitNoveltyProbability(known, unseen);
    expect(noveltyProbability(fitted, 0.2)).toBeCloseTo(0.25, 2);
    expect(noveltyProbability(fitted, 0.8)).toBeCloseTo(0.75, 2);
    expect(noveltyProbability(fitted, 0.5)).toBeCloseTo(0.5, 6);
  });

  it('does not depend on how many images of each kind there are', () => {
    const few = fitNoveltyProbability(repeated([0.2, 3], [0.8, 1]), repeated([0.2, 1], [0.8, 3]));
    const many = fitNoveltyProbability(repeated([0.2, 300], [0.8, 100]), repeated([0.2, 1], [0.8, 3]));
    expect(many.slope).toBeCloseTo(few.slope, 9);
    expect(many.intercept).toBeCloseTo(few.intercept, 9);
  });

  it('stays finite where the two kinds are told apart, and at 0 and 1', () => {
    const fitted = fitNoveltyProbability(Float64Array.of(0, 0.1), Float64Array.of(0.9, 1));
    const [low, high] = [noveltyProbability(fitted, 0), noveltyProbability(fitted, 1)];
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.05);
    expect(high).toBeGreaterThan(0.95);
    expect(high).toBeLessThanOrEqual(1);
  });

  it('needs images of both kinds', () => {
    expect(() => fitNoveltyProbability(new Float64Array(0), new Float64Array(0))).toThrow(
      /known: expected at least one image, received none[\s\S]*unseen: expected at least one image/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { calibrateSets } from '../../src/calibration/conformal-quantile.js';
import { conformalSets } from '../../src/decision/conformal-sets.js';
import { CladenetError } from '../../src/errors.js';
import { meanRisk, type Simulated, simulate } from './simulated.js';

/** Share of images whose set misses the true class. */
function missed({ probabilities, classes, labels }: Simulated, quantile: number): number {
  const sets = conformalSets(probabilities, classes.length, quantile);
  return sets.filter((set, image) => !set.includes(labels[image] as number)).length / sets.length;
}

describe('calibrateSets', () => {
  // The mass ahead of class y is 0, 0.5, 0.75 or 0.875 as its rank is 0 to 3.
  const ranks = [0, 0, 0, 0, 0, 1, 1, 2, 3];
  const predictions = {
    classes: [...'wxyz'],
    probabilities: Float64Array.from(ranks.flatMap(() => [0.125, 0.5, 0.25, 0.125])),
    labels: Int32Array.from(ranks, (rank) => [1, 2, 0, 3][rank] ?? 0),
  };

  it('takes the score of the corrected rank', () => {
    // Of 9 scores the ⌈10 × coverage⌉-th smallest.
    const at = (coverage: number) => calibrateSets(predictions, { coverage }).quantile;
    expect([0.5, 0.6, 0.7, 0.71, 0.8, 0.9].map(at)).toEqual([0, 0.5, 0.5, 0.75, 0.75, 0.875]);
    expect(calibrateSets(predictions, { coverage: 0.9 })).toEqual({
      quantile: 0.875,
      coverage: 0.9,
      images: 9,
      outcome: 'sets',
    });
  });

  it('says when there are too few images, and takes all classes then', () => {
    expect(calibrateSets(predictions, { coverage: 0.91 })).toMatchObject({ quantile: 1, outcome: 'too-few-images' });
  });

  it('refuses everything that is wrong in one error', () => {
    const call = () => calibrateSets({ ...predictions, labels: Int32Array.of(4) }, { coverage: 0 });
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/labels\[0\].*\n(.*\n)*.*coverage: expected a share between 0 and 1, received 0/);
  });

  const pool = simulate(3000, { seed: 2, off: 2 });
  for (const [coverage, calibration] of [
    [0.9, 19],
    [0.8, 24],
    [0.95, 99],
  ] as const) {
    it(`has ${100 * coverage} % of new images covered on average, by ${calibration} images`, () => {
      const { mean, error } = meanRisk(pool, { draws: 1500, calibration, fresh: 30 }, (known, fresh) =>
        missed(fresh, calibrateSets(known, { coverage }).quantile),
      );
      expect(error).toBeLessThan(0.003);
      // (n + 1)(1 - coverage) is whole: the bound is reached, and one image too many would show.
      expect(mean).toBeLessThan(1 - coverage + 3.5 * error);
      expect(mean).toBeGreaterThan(1 - coverage - 3.5 * error);
    });
  }
});

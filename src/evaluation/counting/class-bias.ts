/** How far a classifier's probabilities of each class are too high or too low, on images whose classes are known. */
import { countVariances, expectedCounts, type Scores } from './scores.js';

/** The logarithm of a class's bias has a prior of mean 0 and of this precision: a bias of 16 % is one standard deviation. */
const PRECISION = 40;
const STEPS = 20;

/** By which factors the odds of the classes are to be multiplied, as the logarithms of these factors. */
export interface ClassBias {
  readonly log: Float64Array;
  /** How uncertain each is: its standard deviation. */
  readonly deviation: Float64Array;
}

/**
 * The most probable biases: with them the expected number of known images of each class comes as close to the true one as the prior
 * allows. So a class with many known images is corrected by them, and one with few hardly at all.
 *
 * Alexandari, Kundaje & Shrikumar, "Maximum likelihood with bias-corrected calibration is hard-to-beat at label shift adaptation",
 * ICML 2020: what expectation maximisation needs are probabilities without bias for any class. Penalised Newton steps, each class by
 * itself; the deviations are those of the Laplace approximation.
 *
 * @param truth known images of each class
 */
export function fitClassBias(known: Scores, truth: Float64Array): ClassBias {
  const log = new Float64Array(known.classes);
  let variances = new Float64Array(known.classes);
  for (let step = 0; step <= STEPS; step++) {
    const factors = log.map(Math.exp);
    variances = Float64Array.from(countVariances(known, factors));
    if (step === STEPS) break;
    const counts = expectedCounts(known, factors);
    for (let c = 0; c < log.length; c++) {
      const slope = (truth[c] as number) - (counts[c] as number) - PRECISION * (log[c] as number);
      // The variance alone would overshoot, because the other classes move as well.
      const curvature = Math.max(variances[c] as number, 0.8 * (counts[c] as number)) + PRECISION;
      log[c] = (log[c] as number) + Math.max(-1, Math.min(1, slope / curvature));
    }
  }
  return { log, deviation: variances.map((variance) => 1 / Math.sqrt(variance + PRECISION)) };
}

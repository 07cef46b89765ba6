/** Temperature scaling: one number that calibrates probabilities and keeps their ranking. */
import { countImages, type Probabilities } from '../decision/probabilities.js';
import { CladenetError, type Problem } from '../errors.js';
import { FLOOR, logLosses } from '../evaluation/log-loss.js';
import { mean } from '../evaluation/mean.js';
import { type Predictions, predictionProblems } from '../evaluation/predictions.js';

/** A fitted temperature, and what it gained on the images that it was fitted on. */
export interface FittedTemperature {
  /** Above 1 the classifier was over-confident, below 1 under-confident. */
  readonly temperature: number;
  /** Number of images that it was fitted on. */
  readonly images: number;
  /** Mean log-loss of these images at temperature 1 and at the fitted one, in nats. */
  readonly logLoss: { readonly before: number; readonly after: number };
  /**
   * Whether the best temperature lies beyond the limits, 1/20 and 20, and `temperature` is the nearer of these: the images
   * are too few or all right, or the probabilities carry no information about them.
   */
  readonly atLimit: boolean;
}

const LIMIT = 20;
/**
 * The least and the greatest temperature that probabilities are scaled by, far beyond those that are fitted. Where 1/T is
 * not a number, or logits vanish, nothing of the probabilities is left.
 */
export const MIN_TEMPERATURE = 1e-3;
export const MAX_TEMPERATURE = 1e3;

/** The temperature is found to this relative precision. */
const PRECISION = 1e-6;

/**
 * The temperature that minimises the mean log-loss, to a relative precision of 1e-6. Fit it on images that the classifier
 * was not trained on.
 *
 * Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017. The loss is convex in 1/T; the
 * zero of its slope is found by bisection of log T.
 * @throws CladenetError `EVALUATION` listing everything wrong with the predictions
 * @example
 * ```ts
 * import { fitTemperature } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid'];
 * // Sure of every image, and wrong about one of four.
 * const probabilities = Float64Array.of(0.99, 0.01, 0.99, 0.01, 0.99, 0.01, 0.99, 0.01);
 * const labels = Int32Array.from([0, 0, 0, 1]);
 * const { temperature, logLoss } = fitTemperature({ classes, probabilities, labels });
 * temperature.toFixed(2); // => 4.18
 * [logLoss.before.toFixed(2), logLoss.after.toFixed(2)]; // => [ '1.16', '0.56' ]
 * ```
 */
export function fitTemperature(predictions: Predictions): FittedTemperature {
  const problems = predictionProblems(predictions);
  if (problems.length > 0) {
    throw new CladenetError('EVALUATION', 'A temperature cannot be fitted to these predictions.', problems);
  }
  const { classes, probabilities, labels } = predictions;
  const { temperature, atLimit } = bestTemperature(logits(probabilities), labels, classes.length);
  const scaled = scaleTemperature(probabilities, classes.length, temperature);
  const logLoss = {
    before: mean(logLosses(predictions)),
    after: mean(logLosses({ classes, probabilities: scaled, labels })),
  };
  return { temperature, images: labels.length, logLoss, atLimit };
}

/** The fitted temperature, or 1 where it is at the limit. */
export const usableTemperature = ({ temperature, atLimit }: FittedTemperature): number => (atLimit ? 1 : temperature);

/**
 * The probabilities at a temperature: softmax(ln p / T), with p clipped to at least 1e-15. Since ln p equals the logits up
 * to a constant, this is the same as dividing the logits by T. The ranking of the classes of an image is kept (classes
 * below 1e-15 become equal).
 *
 * Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
 * @param probabilities images × `k`, row-major
 * @param k             number of classes
 * @param temperature   above 1 flattens, below 1 sharpens
 * @returns images × `k`, row-major
 * @throws CladenetError `EVALUATION` when the length of the matrix is not a multiple of `k`, or the
 *   temperature is not from 0.001 to 1000
 */
export function scaleTemperature(probabilities: Probabilities, k: number, temperature: number): Float64Array {
  countImages(probabilities, k);
  refuseTemperatures(temperatureProblems('temperature', temperature));
  const scaled = logits(probabilities);
  for (let row = 0; row < scaled.length; row += k) softmax(scaled.subarray(row, row + k), 1 / temperature);
  return scaled;
}

export function temperatureProblems(where: string, temperature: number): Problem[] {
  if (temperature >= MIN_TEMPERATURE && temperature <= MAX_TEMPERATURE) return [];
  const expected = `a number from ${MIN_TEMPERATURE} to ${MAX_TEMPERATURE}`;
  return [{ where, expected, received: `${temperature}` }];
}

/** @throws CladenetError `EVALUATION` listing all `problems`, if there are any */
export function refuseTemperatures(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new CladenetError('EVALUATION', 'The probabilities cannot be scaled.', problems);
  }
}

function logits(probabilities: Probabilities): Float64Array {
  return Float64Array.from(probabilities, (p) => Math.log(Math.max(p, FLOOR)));
}

/** Replaces a row of logits by the softmax of them times `inverse`. */
function softmax(row: Float64Array, inverse: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of row) largest = Math.max(largest, value);
  let sum = 0;
  for (let c = 0; c < row.length; c++) sum += row[c] = Math.exp(((row[c] as number) - largest) * inverse);
  for (let c = 0; c < row.length; c++) row[c] = (row[c] as number) / sum;
}

function bestTemperature(values: Float64Array, labels: Int32Array, k: number) {
  const slopeAtOne = slope(values, labels, k, 1);
  if (slopeAtOne === 0) return { temperature: 1, atLimit: false };
  // Where the loss rises with 1/T, the best temperature is above 1.
  const flatten = slopeAtOne > 0;
  const limit = flatten ? LIMIT : 1 / LIMIT;
  const isBefore = (temperature: number) => slope(values, labels, k, 1 / temperature) > 0 === flatten;
  if (isBefore(limit)) return { temperature: limit, atLimit: true };
  let [near, far] = [0, Math.log(limit)];
  while (Math.abs(far - near) > PRECISION) {
    const middle = (near + far) / 2;
    if (isBefore(Math.exp(middle))) near = middle;
    else far = middle;
  }
  return { temperature: Math.exp((near + far) / 2), atLimit: false };
}

/** The slope of the summed log-loss in 1/T: expected less true logit, summed over the images. */
function slope(values: Float64Array, labels: Int32Array, k: number, inverse: number): number {
  const weights = new Float64Array(k);
  let total = 0;
  labels.forEach((label, image) => {
    const row = values.subarray(image * k, (image + 1) * k);
    weights.set(row);
    softmax(weights, inverse);
    const own = row[label] as number;
    for (let c = 0; c < k; c++) total += (weights[c] as number) * ((row[c] as number) - own);
  });
  return total;
}

/** Risk against coverage without a taxonomy: the classes that remain when the least sure images are set aside. */
import { decisionsOf, type Predictions, predictionProblems, refuse } from '../predictions.js';
import { areaUnder, type Step, sortEvents, walkEvents } from './events.js';
import type { StopCurve, StopPoint } from './stop-curve.js';

/**
 * The curve of the classes that are kept as the probability that they need falls: coverage is the share of images that get
 * their class, risk the share of wrong ones among these.
 *
 * Geifman & El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017: `area` is AURC.
 * @throws CladenetError `EVALUATION` listing everything wrong with the predictions
 * @example
 * ```ts
 * import { riskCoverage } from 'cladenet/evaluation';
 *
 * const predictions = {
 *   classes: ['calanoid', 'cyclopoid'],
 *   probabilities: Float64Array.of(0.875, 0.125, 0.75, 0.25),
 *   labels: Int32Array.of(0, 1),
 * };
 * riskCoverage(predictions).points.map(({ coverage, risk }) => [coverage, risk]); // => [ [ 0.5, 0 ], [ 1, 0.5 ] ]
 * riskCoverage(predictions).area; // => 0.25
 * ```
 */
export function riskCoverage(predictions: Predictions): StopCurve {
  refuse(predictionProblems(predictions));
  const { classes, probabilities, labels } = predictions;
  const steps = Array.from(decisionsOf(predictions), (column, image): Step => {
    const threshold = Math.min(1, probabilities[image * classes.length + column] as number);
    return { threshold, image, gain: 1, loss: column === labels[image] ? 0 : 1 };
  });
  const images = labels.length;
  const events = sortEvents(steps, images);
  const points: StopPoint[] = [];
  walkEvents(events, undefined, (threshold, kept, wrong) => {
    points.push({ threshold, coverage: kept / images, right: 1 - wrong / images, risk: wrong / kept });
  });
  return { images, points, area: areaUnder(events) };
}

/** Whether one way of stopping beats another on the same images: areas, their differences and intervals. */
import type { Problem } from '../../errors.js';
import { bootstrapP, forEachResample, quantile } from '../bootstrap.js';
import { type Predictions, predictionProblems, refuse } from '../predictions.js';
import { areaUnder, walkEvents } from './events.js';
import { type StopCurveOptions, stopEvents } from './stop-curve.js';

/** One way of stopping. */
export interface StoppingArm extends StopCurveOptions {
  readonly name: string;
  /** Of the same images in the same order as those of the other arms. */
  readonly predictions: Predictions;
}

/** One way of stopping beside the first one. */
export interface StoppingDifference {
  readonly name: string;
  /** Area under the curve of risk over coverage, as `stopCurve` gives it. */
  readonly area: number;
  /** The area divided by that of the first arm, less 1: -0.1 is 10 % lower. */
  readonly relative: number;
  readonly relative95: readonly [low: number, high: number];
  /** Two-sided p-value of no difference to the first arm. */
  readonly p: number;
  /** Largest coverage at which `right` of the images are right. */
  readonly coverage: number;
  /** That coverage less that of the first arm. */
  readonly coverageDifference: number;
  readonly coverageDifference95: readonly [low: number, high: number];
}

/** Options of {@link compareStopping}. */
export interface CompareStoppingOptions {
  /** The share of right decisions at which coverages are compared. Default 0.95. */
  readonly right?: number | undefined;
  /** Seed of the bootstrap, an integer. */
  readonly seed: number;
  /** Resamples of the bootstrap. Default 1000. */
  readonly resamples?: number | undefined;
}

/**
 * Compares ways of stopping with the first of them, by the area under risk over coverage and by the coverage at a share of
 * right decisions, with 95 % percentile intervals of the paired bootstrap over images. They hold for these trained
 * classifiers; they do not cover training again.
 * @param arms one of them may have a random taxonomy: the control for what the true one contributes
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function compareStopping(
  arms: readonly StoppingArm[],
  { right = 0.95, seed, resamples = 1000 }: CompareStoppingOptions,
): StoppingDifference[] {
  refuse(arms.flatMap((arm, i) => armProblems(arm, `arms[${i}].`, arms[0])));
  const events = arms.map(({ predictions, ...options }) => stopEvents(predictions, options));
  const images = events[0]?.images ?? 0;
  const covered = (e: (typeof events)[number], weights?: Int32Array) => {
    let most = 0;
    walkEvents(e, weights, (_, coverage, wrong) => {
      if (wrong <= (1 - right) * images) most = coverage;
    });
    return most / images;
  };
  const areas = events.map(() => new Float64Array(resamples));
  const coverages = events.map(() => new Float64Array(resamples));
  forEachResample({ images, resamples, seed }, (weights, r) => {
    events.forEach((e, arm) => {
      (areas[arm] as Float64Array)[r] = areaUnder(e, weights);
      (coverages[arm] as Float64Array)[r] = covered(e, weights);
    });
  });
  const interval = (values: Float64Array): [number, number] => {
    const sorted = values.toSorted();
    return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  };
  const [first] = events;
  if (first === undefined) return [];
  return arms.map(({ name }, arm) => {
    const own = events[arm] as typeof first;
    const ratios = (areas[arm] as Float64Array).map((area, r) => area / (areas[0]?.[r] as number) - 1);
    const gains = (coverages[arm] as Float64Array).map((coverage, r) => coverage - (coverages[0]?.[r] as number));
    return {
      name,
      area: areaUnder(own),
      relative: areaUnder(own) / areaUnder(first) - 1,
      relative95: interval(ratios),
      p: bootstrapP(ratios),
      coverage: covered(own),
      coverageDifference: covered(own) - covered(first),
      coverageDifference95: interval(gains),
    };
  });
}

function armProblems({ predictions, taxonomy }: StoppingArm, at: string, first: StoppingArm | undefined): Problem[] {
  const [images, wanted] = [predictions.labels.length, first?.predictions.labels.length];
  const other = { where: `${at}predictions`, expected: `the ${wanted} images of the first arm`, received: `${images}` };
  return [...predictionProblems(predictions, { taxonomy, at }), ...(images === wanted ? [] : [other])];
}

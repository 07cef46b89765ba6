/**
 * Decisions at every threshold at once. As the threshold falls, one image after the other is decided further down; each step is
 * an event, and a walk over the sorted events passes through the decisions of every threshold.
 */

/** The steps of all images, from the highest threshold to the lowest. */
export interface Events {
  readonly images: number;
  /** Up to which threshold the step is taken. */
  readonly thresholds: Float64Array;
  readonly image: Int32Array;
  /** What the step adds to the coverage of its image, 0..1. */
  readonly gain: Float64Array;
  /** 1 where the step makes a right decision a wrong one, otherwise 0. */
  readonly loss: Float64Array;
}

/** One step of one image. */
export interface Step {
  readonly threshold: number;
  readonly image: number;
  readonly gain: number;
  readonly loss: number;
}

export function sortEvents(steps: readonly Step[], images: number): Events {
  const sorted = [...steps].sort((a, b) => b.threshold - a.threshold || a.image - b.image);
  return {
    images,
    thresholds: Float64Array.from(sorted, ({ threshold }) => threshold),
    image: Int32Array.from(sorted, ({ image }) => image),
    gain: Float64Array.from(sorted, ({ gain }) => gain),
    loss: Float64Array.from(sorted, ({ loss }) => loss),
  };
}

/**
 * Calls `visit` at every threshold with what is decided there, summed over the images: coverage and wrong decisions.
 * @param weights how often each image counts. Default: once
 */
export function walkEvents(
  { thresholds, image, gain, loss }: Events,
  weights: Int32Array | undefined,
  visit: (threshold: number, coverage: number, wrong: number) => void,
): void {
  let [coverage, wrong] = [0, 0];
  for (let e = 0; e < thresholds.length; e++) {
    const weight = weights === undefined ? 1 : (weights[image[e] as number] as number);
    coverage += weight * (gain[e] as number);
    wrong += weight * (loss[e] as number);
    if (thresholds[e] !== thresholds[e + 1]) visit(thresholds[e] as number, coverage, wrong);
  }
}

/**
 * The area under the curve of risk over coverage: the mean risk over the coverages from 0 to that of the last threshold, each
 * with the decisions of the highest threshold that reaches it. Risk is the number of wrong decisions over the coverage.
 */
export function areaUnder(events: Events, weights?: Int32Array): number {
  let [area, before] = [0, 0];
  walkEvents(events, weights, (_, coverage, wrong) => {
    if (coverage > 0) area += (coverage - before) * (wrong / coverage);
    before = coverage;
  });
  return area / before;
}

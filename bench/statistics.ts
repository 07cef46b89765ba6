/** Summary of several rounds. */

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, smallest and largest value; the median of an even number of values is the mean of the two in the middle. */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

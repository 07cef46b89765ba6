/**
 * Calls that spread an array (`list.push(...others)`, `Math.max(...values)`) throw a RangeError for some 100,000 values,
 * because arguments are kept on the stack. These do the same for arrays of any length.
 */

/** Adds items to the end of a list. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}

/** The largest value, and `least` if all are smaller. NaN where one is. */
export function largest(values: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let most = least;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** The smallest value, and `most` if all are larger. NaN where one is. */
export function smallest(values: Iterable<number>, most = Number.POSITIVE_INFINITY): number {
  let least = most;
  for (const value of values) least = Math.min(least, value);
  return least;
}

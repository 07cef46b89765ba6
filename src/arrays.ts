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

/**
 * An array with room for `length` items: itself, or a copy that is half as long again, with zeros behind what it has. Columns
 * of numbers that grow so take an eighth to the whole of what lists take.
 */
export function withRoom<A extends Int32Array | Float64Array | Uint8Array>(array: A, length: number): A {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => A)(
    Math.max(length, Math.ceil(1.5 * array.length), 64),
  );
  longer.set(array);
  return longer;
}

/** At most `most` of the values, at even distances, with the first and the last. */
export function thinned<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))] as T);
}

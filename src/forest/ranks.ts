/**
 * Values of a feature as ranks. Splits depend on the order of values only, so trees grow on ranks: integers sort faster,
 * and two values have the same rank exactly where they are equal.
 */

/**
 * Ranks the values of one feature.
 *
 * @param values one for each row, finite. Overwritten with the distinct values in ascending order; what is behind them has
 *   no meaning
 * @param ranks  of each row: the place of its value among the distinct values
 * @returns the number of distinct values
 */
export function rankValues(values: Float64Array, ranks: Int32Array): number {
  const rows = values.length;
  // A copy outside of shared memory, on which the engine's own sort is fast.
  const original = new Float64Array(values);
  const sorted = new Float64Array(values).sort();
  let distinct = 0;
  for (let i = 0; i < rows; i++) {
    const value = sorted[i] as number;
    if (distinct === 0 || value !== sorted[distinct - 1]) sorted[distinct++] = value;
  }
  for (let row = 0; row < rows; row++) {
    const value = original[row] as number;
    let low = 0;
    let high = distinct - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    ranks[row] = low;
  }
  values.set(sorted);
  return distinct;
}

/** Columns of a matrix, chosen by their numbers. */

/** @param values rows x `width`, row-major */
export function columnsOf(values: Float64Array, width: number, columns: readonly number[]): Float64Array {
  if (columns.length === width && columns.every((column, k) => column === k)) return values;
  const count = values.length / width;
  const chosen = new Float64Array(count * columns.length);
  for (let i = 0, to = 0; i < count; i++) {
    for (const column of columns) chosen[to++] = values[i * width + column] as number;
  }
  return chosen;
}

/** The columns that are a number in at least one of these rows. */
export function knownColumns(values: Float64Array, width: number, rows: Int32Array): number[] {
  const isKnown = (column: number) => rows.some((row) => !Number.isNaN(values[row * width + column]));
  return Array.from({ length: width }, (_, column) => column).filter(isKnown);
}

/** Parts of a feature table. */
import type { FeatureTable } from '../features/feature-table.js';

/**
 * Some rows of a table, and some of its columns.
 *
 * @param rows  indices
 * @param names names of columns. Default: all
 */
export function picked(table: FeatureTable, rows: ArrayLike<number>, names = table.names): FeatureTable {
  const width = table.names.length;
  const places = new Map(table.names.map((name, column) => [name, column]));
  const columns = Int32Array.from(names, (name) => places.get(name) as number);
  const values = new Float64Array(rows.length * columns.length);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * width;
    for (let k = 0; k < columns.length; k++) {
      values[i * columns.length + k] = table.values[start + (columns[k] as number)] as number;
    }
  }
  return { names, rows: Array.from(rows, (row) => table.rows[row] as string), values };
}

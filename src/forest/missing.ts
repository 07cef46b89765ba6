/** Values that could not be measured. */
import type { FeatureTable } from '../features/feature-table.js';

/** The median of the measured values of each feature: the mean of the two in the middle of an even number. */
export function mediansOf({ names, rows, values }: FeatureTable): Float64Array {
  return Float64Array.from(names, (_, feature) => {
    const measured = Float64Array.from(rows, (__, row) => values[row * names.length + feature] as number)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const middle = (measured.length - 1) / 2;
    return ((measured[Math.floor(middle)] ?? Number.NaN) + (measured[Math.ceil(middle)] ?? Number.NaN)) / 2;
  });
}

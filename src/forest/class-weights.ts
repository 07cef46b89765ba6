/** How much a row of each class counts. */
import type { ForestClassWeights } from './options.js';

/** The weight of a row of each class; classes without rows have 0. */
export function weightsOfClasses(classWeights: ForestClassWeights, labels: Int32Array, classes: number): Float64Array {
  const rows = new Float64Array(classes);
  for (const label of labels) rows[label] = (rows[label] as number) + 1;
  const largest = rows.reduce((most, n) => Math.max(most, n), 0);
  const present = rows.filter((n) => n > 0).length;
  return rows.map((n) => {
    if (n === 0) return 0;
    if (classWeights === 'none') return 1;
    if (classWeights === 'balanced') return labels.length / (present * n);
    return (largest / n) ** classWeights;
  });
}

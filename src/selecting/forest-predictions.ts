/** What a forest on some of the features predicts. */
import type { Predictions } from '../evaluation/predictions.js';
import type { FeatureTable } from '../features/feature-table.js';
import { fitForest } from '../forest/fit.js';
import type { ForestOptions } from '../forest/options.js';
import { smoothed } from '../forest/smoothed.js';
import { random } from '../random.js';
import { picked } from './picked.js';
import { labelsOf, type SelectionData } from './selection-data.js';

/** Columns of base and candidates side by side. */
export interface Columns {
  readonly table: FeatureTable;
  readonly names: readonly string[];
}

/**
 * Trains a forest on these features of the training rows, and predicts other rows. Without features, the classes have the
 * shares that they have among the training rows. No probability is 0: one vote more is spread over all classes.
 */
export async function forestPredictions(
  data: SelectionData,
  { table, names }: Columns,
  rows: ArrayLike<number>,
  options: ForestOptions & { readonly trees: number },
): Promise<Predictions> {
  const { classes, split } = data;
  const labels = labelsOf(data, rows);
  const learned = labelsOf(data, split.train);
  if (names.length === 0) {
    const counts = classes.map((_, k) => learned.reduce((count, label) => count + (label === k ? 1 : 0), 0));
    const shares = counts.map((count) => smoothed(count, learned.length, classes.length));
    const probabilities = Float64Array.from({ length: rows.length * classes.length }, (_, i) => {
      return shares[i % classes.length] as number;
    });
    return { classes, labels, probabilities };
  }
  const forest = await fitForest(picked(table, split.train, names), learned, classes, {
    ...options,
    missing: 'median',
  });
  const shares = forest.predict(picked(table, rows, names));
  const { trees } = options;
  return {
    classes,
    labels,
    probabilities: Float64Array.from(shares, (p) => smoothed(p * trees, trees, classes.length)),
  };
}

/** The table with the values of some columns exchanged among the rows: as likely as before, and without information. */
export function shuffled(table: FeatureTable, names: readonly string[], seed: number): FeatureTable {
  const width = table.names.length;
  const columns = names.map((name) => table.names.indexOf(name));
  const order = random(seed, 'shuffled', ...names).shuffle(Int32Array.from(table.rows.keys()));
  const values = Float64Array.from(table.values);
  order.forEach((source, row) => {
    for (const column of columns) values[row * width + column] = table.values[source * width + column] as number;
  });
  return { ...table, values };
}

/** Rank correlation of features. */
import type { FeatureTable } from '../features/feature-table.js';
import { mediansOf } from '../forest/missing.js';

/**
 * Spearman's rank correlations (1904) of all pairs of features: Pearson's of the ranks, where equal values share the mean of
 * their ranks. Values that could not be measured count as the feature's median, as a forest takes them. A feature with one
 * value only is correlated with none.
 *
 * @returns features x features, row-major
 */
export function spearman(table: FeatureTable): Float64Array {
  const { names, rows, values } = table;
  const [features, count] = [names.length, rows.length];
  const medians = mediansOf(table);
  const scores = names.map((_, feature) => {
    const column = Float64Array.from(rows, (__, row) => {
      const value = values[row * features + feature] as number;
      return Number.isNaN(value) ? (medians[feature] as number) : value;
    });
    return unitVector(meanRanks(column));
  });
  const result = new Float64Array(features * features);
  for (let a = 0; a < features; a++) {
    for (let b = 0; b <= a; b++) {
      const [x, y] = [scores[a] as Float64Array, scores[b] as Float64Array];
      let product = 0;
      for (let i = 0; i < count; i++) product += (x[i] as number) * (y[i] as number);
      result[a * features + b] = product;
      result[b * features + a] = product;
    }
  }
  return result;
}

function meanRanks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

/** Centred, of length 1; all 0 where all values are equal. */
function unitVector(ranks: Float64Array): Float64Array {
  const middle = (ranks.length - 1) / 2;
  const centred = ranks.map((rank) => rank - middle);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? centred : centred.map((value) => value / length);
}

/** The shares of the classes that explain predictions best, given how classes are confused. */
import type { SparseRows } from './confusion-rows.js';

/** How often {@link classShares} repeats its step. More steps follow the noise of the matrix, fewer stay at the prior. */
const STEPS = 30;

/**
 * The most probable class shares by expectation maximisation, from the prior: counts of predictions are a mixture of the rows of
 * the confusion matrix. Shares are never negative, as those of the inverted matrix can be.
 *
 * Solow, Davis & Hu, "Estimating the taxonomic composition of a sample when individuals are classified with error", MEPS 216, 2001,
 * by the steps of Saerens, Latinne & Decaestecker, Neural Computation 14, 2002, for decisions instead of probabilities.
 *
 * @param predicted images predicted as each column
 * @param rows      the probability that an image of a class is predicted as a column; every column is in one row at least
 * @param prior     of each class: the images that the prior counts for
 * @returns shares that sum to 1
 */
export function classShares(predicted: Float64Array, rows: SparseRows, prior: Float64Array): Float64Array {
  const { starts, columns, values } = rows;
  const sum = (numbers: Float64Array) => numbers.reduce((total, value) => total + value, 0);
  const priorTotal = sum(prior);
  const total = sum(predicted) + priorTotal;
  const shares = prior.map((value) => value / priorTotal);
  const ratio = new Float64Array(predicted.length);
  for (let step = 0; step < STEPS; step++) {
    expected(shares, rows, ratio);
    for (let c = 0; c < ratio.length; c++) ratio[c] = (predicted[c] as number) / (ratio[c] as number);
    for (let i = 0; i < shares.length; i++) {
      let factor = 0;
      for (let e = starts[i] as number; e < (starts[i + 1] as number); e++) {
        factor += (values[e] as number) * (ratio[columns[e] as number] as number);
      }
      shares[i] = ((shares[i] as number) * factor + (prior[i] as number)) / total;
    }
  }
  const found = sum(shares);
  return shares.map((share) => share / found);
}

/** The share of predictions of each column that class shares lead to, into `into`. */
export function expected(shares: Float64Array, { starts, columns, values }: SparseRows, into: Float64Array): void {
  into.fill(0);
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] as number;
    for (let e = starts[i] as number; e < (starts[i + 1] as number); e++) {
      const c = columns[e] as number;
      into[c] = (into[c] as number) + share * (values[e] as number);
    }
  }
}

/** What is known of a classifier's errors from a confusion matrix of few images: not rows, but a distribution of rows. */
import type { Random } from '../../random.js';
import type { ConfusionMatrix } from '../confusion-matrix.js';
import { drawGamma, nothingOf } from './draws.js';

/**
 * How many images the prior of a row counts for. A class with many validation images follows its own row; one with few has the
 * accuracy of all classes, and its errors go where those of all classes go.
 */
const PRIOR_IMAGES = 2;

/** The rows of a matrix, as the parameters of their Dirichlet distributions. */
export interface ConfusionRows {
  /** Rows, the number of classes. */
  readonly classes: number;
  /** Columns: predicted classes that occur, in the order of `columns`. */
  readonly columns: Int32Array;
  /** Row-major, classes x columns. */
  readonly parameters: Float64Array;
  /** `nothingOf` each parameter. */
  readonly nothing: Float64Array;
  /** For each row the parameter of all other columns together. */
  readonly others: Float64Array;
}

/** @param columns the predicted classes that occur in what is to be counted */
export function confusionRows({ classes, counts }: ConfusionMatrix, columns: Int32Array): ConfusionRows {
  const k = classes.length;
  const wrong = new Float64Array(k);
  let [images, right] = [0, 0];
  counts.forEach((row, i) => {
    row.forEach((count, j) => {
      images += count;
      if (i === j) right += count;
      else wrong[j] = (wrong[j] as number) + count;
    });
  });
  // Half an image more of each, so that nothing is impossible.
  const accuracy = (right + 0.5) / (images + 1);
  const errors = images - right + 0.5 * k;
  const parameters = new Float64Array(k * columns.length);
  const others = new Float64Array(k);
  counts.forEach((row, i) => {
    const elsewhere = errors - (wrong[i] as number) - 0.5;
    let rest = row.reduce((sum, count) => sum + count, 0) + PRIOR_IMAGES;
    columns.forEach((j, c) => {
      const share = i === j ? accuracy : ((1 - accuracy) * ((wrong[j] as number) + 0.5)) / elsewhere;
      const value = (row[j] ?? 0) + PRIOR_IMAGES * share;
      parameters[i * columns.length + c] = value;
      rest -= value;
    });
    others[i] = Math.max(rest, 0);
  });
  return { classes: k, columns, parameters, nothing: parameters.map(nothingOf), others };
}

/** Rows of probabilities, without their zeros: most classes are never taken for most others. */
export interface SparseRows {
  /** Where the entries of each row begin; one more for the end. */
  readonly starts: Int32Array;
  /** Of each entry: its column. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** The mean of the rows: the probability that an image of a class is predicted as a column. */
export const meanRows = (rows: ConfusionRows): SparseRows => sparseRows(rows, (parameter) => parameter);

/** A draw of the rows. */
export const drawRows = (random: Random, rows: ConfusionRows): SparseRows =>
  sparseRows(rows, (parameter, nothing) => (parameter > 0 ? drawGamma(random, parameter, nothing) : 0));

function sparseRows(
  { classes, columns, parameters, nothing, others }: ConfusionRows,
  entryOf: (parameter: number, nothing?: number) => number,
): SparseRows {
  const width = columns.length;
  const starts = new Int32Array(classes + 1);
  const entries = new Int32Array(classes * width);
  const values = new Float64Array(classes * width);
  let end = 0;
  for (let i = 0; i < classes; i++) {
    let sum = entryOf(others[i] as number);
    for (let c = 0; c < width; c++) {
      const value = entryOf(parameters[i * width + c] as number, nothing[i * width + c]);
      if (value === 0) continue;
      entries[end] = c;
      values[end++] = value;
      sum += value;
    }
    for (let e = starts[i] as number; e < end; e++) values[e] = (values[e] as number) / sum;
    starts[i + 1] = end;
  }
  return { starts, columns: entries.subarray(0, end), values: values.subarray(0, end) };
}

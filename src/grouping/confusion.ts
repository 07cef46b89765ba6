/** What every grouping starts from: how often the images of each class are given each class, from anybody's predictions. */
import { CladenetError, type Problem } from '../errors.js';
import type { ConfusionMatrix } from '../evaluation/confusion-matrix.js';
import { decisionsOf, type Predictions, predictionProblems } from '../evaluation/predictions.js';
import { classProblems, type Places, type Unit, valueProblems } from './check-confusion.js';

/**
 * A row-normalised confusion matrix of n classes: C(i, j) is the share of the images of class i that were given class j
 * (or, of soft predictions, the mean probability that those images gave to class j).
 */
export interface Confusion {
  /** The rows and the columns, each class once. */
  readonly classes: readonly string[];
  /** n × n, row-major: `shares[i * n + j]` is C(i, j); each row sums to 1. */
  readonly shares: Float64Array;
  /** The images of each class; undefined where only the shares are known. */
  readonly images: Float64Array | undefined;
}

export interface SharesTable {
  readonly classes: readonly string[];
  /** `shares[i][j]`: C(i, j). */
  readonly shares: readonly (readonly number[])[];
}

/**
 * From a matrix of counts, whole images or summed probabilities.
 * @throws CladenetError `EVALUATION` with every problem: fewer than 2 classes, a class twice, a matrix that is not
 *   square, entries that are negative or not finite, a class without images
 */
export function confusionFromCounts({ classes, counts }: ConfusionMatrix): Confusion {
  return toConfusion(classes, flatten(classes, counts, 'counts'), 'images', 'counts');
}

/**
 * From a matrix whose rows are normalised already.
 * @throws CladenetError `EVALUATION` as {@link confusionFromCounts}, and for rows that do not sum to 1
 */
export function confusionFromShares({ classes, shares }: SharesTable): Confusion {
  return toConfusion(classes, flatten(classes, shares, 'shares'), 'shares', 'shares');
}

export interface CountOptions {
  /** Sum the probabilities of the images instead of counting their decisions. Default false. */
  readonly soft?: boolean | undefined;
}

/**
 * From predictions: counts of decisions, or summed probabilities (soft), which show doubts that no decision shows and are
 * less noisy for classes with few images.
 * @throws CladenetError `EVALUATION` with every problem of the predictions, and for a class without images
 */
export function confusionFromPredictions(predictions: Predictions, options: CountOptions = {}): Confusion {
  const { classes, probabilities, labels } = predictions;
  const { soft = false } = options;
  const problems = predictionProblems(predictions);
  if (problems.length > 0) throw refusal(problems);
  const n = classes.length;
  const sums = new Float64Array(n * n);
  const given = soft ? undefined : decisionsOf(predictions);
  labels.forEach((label, image) => {
    if (given !== undefined) {
      const entry = label * n + (given[image] as number);
      sums[entry] = (sums[entry] as number) + 1;
      return;
    }
    const row = probabilities.subarray(image * n, (image + 1) * n);
    // 32-bit rows sum to 1 only nearly; every image is to count as one.
    const total = sumOf(row, 0, n);
    for (let j = 0; j < n; j++) sums[label * n + j] = (sums[label * n + j] as number) + (row[j] as number) / total;
  });
  return toConfusion(classes, sums, 'images', 'counts');
}

/** Entries as they are read, in images or in shares, to the matrix that they mean. */
export function fromValues(classes: readonly string[], values: Float64Array, unit: Unit): Confusion {
  if (unit === 'shares') return { classes, shares: values, images: undefined };
  const n = classes.length;
  const images = Float64Array.from(classes, (_, i) => sumOf(values, i * n, (i + 1) * n));
  return { classes, shares: values.map((value, e) => value / (images[Math.floor(e / n)] as number)), images };
}

/** What a confusion matrix counts, as far as its entries tell: whole images, summed probabilities, or shares alone. */
export function countedIn({ classes, shares, images }: Confusion): 'images' | 'probabilities' | 'shares' {
  if (images === undefined) return 'shares';
  const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-6;
  const whole = shares.every((share, e) => isWhole(share * (images[Math.floor(e / classes.length)] as number)));
  return whole ? 'images' : 'probabilities';
}

/** Everything wrong with a confusion matrix that somebody made by hand; empty when nothing is. */
export function confusionProblems({ classes, shares, images }: Confusion): Problem[] {
  const n = classes.length;
  const problems = classProblems(classes, (i) => `classes[${i}]`);
  if (shares.length !== n * n) {
    const expected = `${n} × ${n} = ${n * n} values`;
    problems.push({ where: 'shares', expected, received: `${shares.length} values` });
  } else {
    problems.push(...valueProblems(classes, shares, 'shares', placesIn('shares', classes)));
  }
  if (images !== undefined && images.length !== n) {
    problems.push({ where: 'images', expected: `${n} values, one a class`, received: `${images.length}` });
  }
  images?.forEach((count, i) => {
    if (count > 0 && count < Infinity) return;
    problems.push({ where: `images[${i}] ('${classes[i]}')`, expected: 'a number above 0', received: `${count}` });
  });
  return problems;
}

export function refusal(problems: readonly Problem[]): CladenetError {
  return new CladenetError('EVALUATION', 'These are not usable as a confusion matrix.', problems);
}

/** The sum of `values[start]` up to before `values[end]`. */
export function sumOf(values: ArrayLike<number>, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i] as number;
  return sum;
}

function toConfusion(classes: readonly string[], values: Float64Array, unit: Unit, name: string): Confusion {
  const problems = [
    ...classProblems(classes, (i) => `classes[${i}]`),
    ...valueProblems(classes, values, unit, placesIn(name, classes)),
  ];
  if (problems.length > 0) throw refusal(problems);
  return fromValues(classes, values, unit);
}

function placesIn(name: string, classes: readonly string[]): Places {
  return {
    row: (i) => `${name}[${i}] ('${classes[i]}')`,
    cell: (i, j) => `${name}[${i}][${j}] ('${classes[i]}' taken for '${classes[j]}')`,
  };
}

/** @throws CladenetError `EVALUATION` when the rows do not make a square of the classes */
function flatten(classes: readonly string[], rows: readonly (readonly number[])[], name: string): Float64Array {
  const n = classes.length;
  const problems: Problem[] = [];
  if (rows.length !== n) {
    problems.push({ where: name, expected: `${n} rows, one a class`, received: `${rows.length}` });
  }
  rows.forEach((row, i) => {
    if (row.length === n) return;
    problems.push({ where: `${name}[${i}]`, expected: `${n} values, one a class`, received: `${row.length}` });
  });
  if (problems.length > 0) throw refusal(problems);
  const values = new Float64Array(n * n);
  rows.forEach((row, i) => {
    values.set(row, i * n);
  });
  return values;
}

/** The confusion matrix that every grouping starts from, from the predictions of any classifier. */
import { CladenetError, type Problem } from '../errors.js';
import type { ConfusionMatrix } from '../evaluation/confusion-matrix.js';
import { decisionsOf, type Predictions, predictionProblems } from '../evaluation/predictions.js';
import { type ConfusionUnit, classProblems, type Places, valueProblems } from './check-confusion.js';

/**
 * A confusion matrix of n classes, checked on creation and immutable. Create one with
 * {@link confusionFromCounts}, {@link confusionFromShares}, {@link confusionFromPredictions}, `readConfusion` or
 * `confusionFromPredictionFile`.
 */
export class Confusion {
  /**
   * What `counts` holds: whole `images`, summed `probabilities` (the unit of a soft confusion matrix), or `shares` of
   * rows whose images are not known.
   */
  readonly unit: 'images' | 'probabilities' | 'shares';
  /** n x n, row-major: `shares[i * n + j]` is C(i, j), the share of the images of class i given class j; rows sum to 1. */
  readonly shares: Float64Array;
  /** The images of each class, the sums of the rows; undefined where only the shares are known. */
  readonly images: Float64Array | undefined;

  /**
   * @internal Makes no checks: callers have checked the entries, and report problems by their own locations.
   * @param classes the rows and the columns, each class once
   * @param counts  n x n, row-major: `counts[i * n + j]` is how many images of class i were given class j. Where only
   *   shares are known these are the shares: every class counts as one image
   */
  constructor(
    readonly classes: readonly string[],
    readonly counts: Float64Array,
    unit: ConfusionUnit,
  ) {
    const n = classes.length;
    const images = Float64Array.from(classes, (_, i) => sumOf(counts, i * n, (i + 1) * n));
    const known = unit === 'images';
    this.unit = !known ? 'shares' : counts.every(isWhole) ? 'images' : 'probabilities';
    this.shares = known ? counts.map((count, e) => count / (images[Math.floor(e / n)] as number)) : counts;
    this.images = known ? images : undefined;
  }
}

/** Whether a count is a whole number up to the rounding of its sum. */
const isWhole = (count: number): boolean => Math.abs(count - Math.round(count)) < 1e-6;

/** A confusion matrix of shares as nested arrays. */
export interface SharesTable {
  readonly classes: readonly string[];
  /** `shares[i][j]`: C(i, j), the share of the images of class i that were given class j. */
  readonly shares: readonly (readonly number[])[];
}

/**
 * From a matrix of counts, whole images or summed probabilities; also the `confusion` of an `Evaluation`.
 * @throws CladenetError `EVALUATION` with every problem: fewer than 2 classes, a class twice, a matrix that is not
 *   square, entries that are negative or not finite, a class without images
 */
export function confusionFromCounts({ classes, counts }: ConfusionMatrix): Confusion {
  return checked(classes, flatten(classes, counts, 'counts'), 'images', 'counts');
}

/**
 * From a matrix whose rows are normalised already. How many images there were is not known then.
 * @throws CladenetError `EVALUATION` as {@link confusionFromCounts}, and for rows that do not sum to 1
 */
export function confusionFromShares({ classes, shares }: SharesTable): Confusion {
  return checked(classes, flatten(classes, shares, 'shares'), 'shares', 'shares');
}

/** Options of {@link confusionFromPredictions}. */
export interface CountOptions {
  /** Sum the probabilities of the images instead of counting their decisions. Default false. */
  readonly soft?: boolean | undefined;
}

/**
 * From predictions: counts of decisions, or summed probabilities (`soft`). Probabilities show doubts that no decision
 * shows, and are less noisy for classes with few images.
 * @throws CladenetError `EVALUATION` with every problem of the predictions, and for a class without images
 * @example
 * ```ts
 * import { confusionFromPredictions } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid'];
 * const probabilities = Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.2, 0.8, 0.3, 0.7);
 * const labels = Int32Array.from([0, 0, 1, 1]);
 * confusionFromPredictions({ classes, probabilities, labels }).shares; // => Float64Array(4) [ 0.5, 0.5, 0, 1 ]
 * ```
 */
export function confusionFromPredictions(predictions: Predictions, options: CountOptions = {}): Confusion {
  const { classes, labels } = predictions;
  const problems = predictionProblems(predictions);
  if (problems.length > 0) throw refusal(problems);
  const n = classes.length;
  const counts = new Float64Array(n * n);
  const add = options.soft ? addProbabilities(predictions) : addDecisions(predictions);
  labels.forEach((label, image) => {
    add(counts.subarray(label * n, (label + 1) * n), image);
  });
  return checked(classes, counts, 'images', 'counts');
}

/** Adds an image to the row of its true class. */
type Add = (row: Float64Array, image: number) => void;

function addDecisions(predictions: Predictions): Add {
  const decisions = decisionsOf(predictions);
  return (row, image) => {
    const decision = decisions[image] as number;
    row[decision] = (row[decision] as number) + 1;
  };
}

function addProbabilities({ classes, probabilities }: Predictions): Add {
  const n = classes.length;
  return (row, image) => {
    const own = probabilities.subarray(image * n, (image + 1) * n);
    // Rows in single precision sum to 1 only nearly; every image is to count as one.
    const total = sumOf(own, 0, n);
    own.forEach((p, j) => {
      row[j] = (row[j] as number) + p / total;
    });
  };
}

export function refusal(problems: readonly Problem[]): CladenetError {
  return new CladenetError('EVALUATION', 'These values are not a usable confusion matrix.', problems);
}

/** The sum of `values[start]` up to before `values[end]`. */
export function sumOf(values: ArrayLike<number>, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i] as number;
  return sum;
}

function checked(classes: readonly string[], values: Float64Array, unit: ConfusionUnit, name: string): Confusion {
  const problems = [
    ...classProblems(classes, (i) => `classes[${i}]`),
    ...valueProblems(classes, values, unit, placesIn(name, classes)),
  ];
  if (problems.length > 0) throw refusal(problems);
  return new Confusion(classes, values, unit);
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
    problems.push({ where: name, expected: `${n} rows, one per class`, received: `${rows.length}` });
  }
  rows.forEach((row, i) => {
    if (row.length === n) return;
    problems.push({ where: `${name}[${i}]`, expected: `${n} values, one per class`, received: `${row.length}` });
  });
  if (problems.length > 0) throw refusal(problems);
  return Float64Array.from(rows.flat());
}

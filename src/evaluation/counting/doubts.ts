/** Reasons to trust raw counts as much as adjusted ones. */
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { largest, smallest } from '../../arrays.js';
import type { Random } from '../../random.js';
import { counted } from '../../units.js';
import type { ConfusionMatrix } from '../confusion-matrix.js';
import { expected } from './class-shares.js';
import { type ConfusionRows, drawRows, meanRows, type SparseRows } from './confusion-rows.js';
import { addMultinomial } from './draws.js';
import type { ClassCount } from './summarise-draws.js';

/** A reason not to trust adjusted counts. */
export interface Doubt {
  /**
   * `condition`: classes are confused so much that small changes of the predictions change the shares a lot. `few-images`: little is
   * known of the errors of classes. `unexplained`: no shares of the classes lead to these predictions, so that images differ from
   * those of the confusion matrix. `within-noise`: the adjustment is smaller than its own uncertainty.
   */
  readonly kind: 'condition' | 'few-images' | 'unexplained' | 'within-noise';
  /** A sentence. */
  readonly text: string;
  /** The classes that it is about; empty where it is about all. */
  readonly classes: readonly string[];
}

/** Of the confusion matrix: above it errors of the predicted shares may grow a hundredfold. */
const MOST_CONDITION = 100;
/** Images of a class in the confusion matrix below which its recall is known to some ten points at best. */
const FEWEST_IMAGES = 20;
/** Samples of explained predictions that are drawn: all of them are more likely than predictions that are not explained. */
const SAMPLES = 100;
/** The share of counted classes whose raw count lies within the interval from which the adjustment is noise. */
const MOSTLY = 0.9;

/** What speaks against adjusted counts. */
export function doubtsOf({
  classes,
  condition = 0,
  unexplained,
  of,
}: {
  readonly classes: readonly ClassCount[];
  /** Of the confusion matrix, if there is one. */
  readonly condition?: number;
  /** Why no shares of the classes explain the sample, if none do. */
  readonly unexplained: string | undefined;
  /** Where the known images are, in words. */
  readonly of: string;
}): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const add = (kind: Doubt['kind'], text: string, about: readonly ClassCount[] = []) => {
    doubts.push({ kind, text, classes: about.map((one) => one.class) });
  };
  const present = classes.filter(({ raw, ci95 }) => raw > 0 || ci95[0] > 0);
  if (unexplained !== undefined) add('unexplained', unexplained);
  if (condition > MOST_CONDITION) {
    const size = condition < 1e6 ? Math.round(condition).toLocaleString('en-US') : 'more than 1,000,000';
    add(
      'condition',
      `The confusion matrix is ill-conditioned (condition number ${size}): some classes are hardly told apart.`,
    );
  }
  const few = present.filter(({ known }) => known < FEWEST_IMAGES);
  if (few.length > 0) {
    const text = `${counted(few.length, 'class has', 'classes have')} fewer than ${FEWEST_IMAGES} images ${of}.`;
    add('few-images', text, few);
  }
  const within = present.filter(({ raw, ci95: [low, high] }) => low <= raw && raw <= high);
  if (present.length > 0 && within.length >= MOSTLY * present.length) {
    const text = `The raw counts of ${within.length} of ${counted(present.length, 'class', 'classes')} lie within the intervals: the adjustment is no larger than its uncertainty.`;
    add('within-noise', text);
  }
  return doubts;
}

/** The condition number of the confusion matrix of some classes, in the 2-norm: its largest singular value by its smallest. */
export function conditionNumber({ counts }: ConfusionMatrix, classes: readonly number[]): number {
  const shares = classes.flatMap((i) => {
    const row = classes.map((j) => counts[i]?.[j] ?? 0);
    const total = (counts[i] ?? []).reduce((sum, count) => sum + count, 0);
    return total === 0 ? [] : [row.map((count) => count / total)];
  });
  if (shares.length < 2) return 1;
  const values = new SingularValueDecomposition(new Matrix(shares), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  }).diagonal;
  return largest(values) / smallest(values);
}

/**
 * Whether predictions are less like what the best shares lead to than all samples of these shares are, by the chi-squared
 * statistic. The samples are of rows of the confusion matrix as uncertain as its images leave them.
 */
export function isUnexplained(
  generator: Random,
  sample: Float64Array,
  rows: ConfusionRows,
  shares: Float64Array,
): boolean {
  const images = sample.reduce((sum, count) => sum + count, 0);
  if (images === 0) return false;
  const own = Float64Array.of(...sample, 0);
  const means = withRest(shares, meanRows(rows), sample.length);
  const distance = (counts: Float64Array) =>
    counts.reduce((sum, count, c) => {
      const mean = (means[c] as number) * images;
      return mean > 0 ? sum + (count - mean) ** 2 / mean : sum;
    }, 0);
  for (let s = 0; s < SAMPLES; s++) {
    const drawn = new Float64Array(own.length);
    addMultinomial(generator, images, withRest(shares, drawRows(generator, rows), sample.length), 1, drawn);
    if (distance(drawn) >= distance(own)) return false;
  }
  return true;
}

/** The shares of the predicted classes that occur, and of all others together. */
function withRest(shares: Float64Array, rows: SparseRows, width: number): Float64Array {
  const into = new Float64Array(width + 1);
  const occurring = into.subarray(0, width);
  expected(shares, rows, occurring);
  into[width] = Math.max(0, 1 - occurring.reduce((sum, share) => sum + share, 0));
  return into;
}

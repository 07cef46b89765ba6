/** Counts of taxa in samples, adjusted for the errors of the classifier that named them. */
import { indexTree } from '../../decision/tree-index.js';
import { CladenetError, type Problem } from '../../errors.js';
import { type Random, random } from '../../random.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ConfusionMatrix } from '../confusion-matrix.js';
import { classShares, expected } from './class-shares.js';
import { type ConfusionRows, confusionRows, drawRows, meanRows } from './confusion-rows.js';
import { conditionNumber, type Doubt, doubtsOf, isUnexplained } from './doubts.js';
import { drawBinomial, drawGamma } from './draws.js';
import { type ClassCount, type NodeCount, summariseDraws } from './summarise-draws.js';

/** Options of {@link adjustCounts} and `countScores`. */
export interface AdjustOptions {
  /** Of the same classes, in any order: gives counts at its nodes too. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Draws that the intervals come from. Default 400, from scores 200. */
  readonly draws?: number | undefined;
}

/** The counts of a sample. */
export interface AdjustedCounts {
  readonly images: number;
  /** In the order of the confusion matrix or of the scores. */
  readonly classes: readonly ClassCount[];
  /** All nodes of the taxonomy, leaves included, in pre-order; null without a taxonomy. */
  readonly nodes: readonly NodeCount[] | null;
  /** Why the adjusted counts may be no better than the raw ones; empty where nothing speaks against them. */
  readonly doubts: readonly Doubt[];
}

/**
 * The number of images of each class in a sample, from how often each class was predicted and how the classifier confuses classes.
 *
 * A bootstrap of both sources of error: each draw takes the rows of the confusion matrix from their posterior distribution (few
 * images of a class make its row uncertain) and weights the sample's images anew (Rubin, "The Bayesian bootstrap", Annals of Statistics
 * 9, 1981), finds the class shares that explain the predictions (`classShares`), and draws the true classes of the images that were
 * predicted as each class. The adjusted count is the mean of the draws, the interval their percentiles.
 *
 * The method assumes that images of a class are confused in the sample as in the confusion matrix, whatever the shares of the
 * classes are (prior probability shift): González et al., "Automatic plankton quantification using deep features", Journal of Plankton
 * Research 41, 2019; Forman, "Quantifying counts and costs via classification", Data Mining and Knowledge Discovery 17, 2008.
 *
 * @param predicted images of the sample predicted as each class, in the order of `confusion.classes`
 * @param confusion counted on images that the classifier never trained on
 * @throws CladenetError `EVALUATION` for numbers that are no counts, classes without images in the confusion matrix, and a taxonomy of
 *   other classes
 * @example
 * ```ts
 * import { adjustCounts } from 'cladenet/evaluation';
 *
 * // 1 in 5 calanoids is taken for a cyclopoid. All of these 1,000 images are calanoids.
 * const confusion = { classes: ['calanoid', 'cyclopoid'], counts: [[800, 200], [0, 1000]] };
 * const { classes } = adjustCounts([800, 200], confusion);
 * Math.round(classes[0]?.raw ?? 0); // => 800
 * (classes[0]?.ci95[1] ?? 0) > 990; // => true
 * ```
 */
export function adjustCounts(
  predicted: ArrayLike<number>,
  confusion: ConfusionMatrix,
  { taxonomy, seed = 0, draws = 400 }: AdjustOptions = {},
): AdjustedCounts {
  refuse(predicted, confusion, draws);
  const { classes } = confusion;
  const tree = taxonomy && indexTree(taxonomy, classes);
  const counts = Float64Array.from(predicted);
  const occurring = [...counts.keys()].filter((j) => (counts[j] as number) > 0);
  const columns = Int32Array.from(occurring);
  const rows = confusionRows(confusion, columns);
  const known = confusion.counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const sample = Float64Array.from(columns, (j) => counts[j] as number);
  const generator = random(seed, 'counts');
  const prior = priorOf(known);
  const drawn = Array.from({ length: draws }, () => drawCounts(generator, sample, rows, prior));
  const images = sample.reduce((sum, count) => sum + count, 0);
  const summary = summariseDraws({ classes, known, raw: counts, draws: drawn, tree });
  const unexplained = isUnexplained(generator, sample, rows, classShares(sample, meanRows(rows), prior))
    ? 'No shares of the classes lead to these predictions: the images differ from those of the confusion matrix.'
    : undefined;
  const condition = conditionNumber(confusion, occurring);
  return {
    images,
    ...summary,
    doubts: doubtsOf({ classes: summary.classes, condition, unexplained, of: 'in the confusion matrix' }),
  };
}

/** The prior of the class shares: a quarter of an image for each class on average, spread as the known images are. */
function priorOf(known: readonly number[]): Float64Array {
  const total = known.reduce((sum, count) => sum + count + 0.5, 0);
  return Float64Array.from(known, (count) => (0.25 * known.length * (count + 0.5)) / total);
}

/** A draw of the numbers of images of each class. */
function drawCounts(generator: Random, sample: Float64Array, rows: ConfusionRows, prior: Float64Array): Float64Array {
  const truth = new Float64Array(rows.classes);
  if (sample.length === 0) return truth;
  const drawn = drawRows(generator, rows);
  const weights = sample.map((count) => drawGamma(generator, count));
  const [images, total] = [sample, weights].map((values) => values.reduce((sum, value) => sum + value, 0)) as [
    number,
    number,
  ];
  const shares = classShares(
    weights.map((weight) => (weight * images) / total),
    drawn,
    prior,
  );
  // Which classes each column's images may be of.
  const { starts, columns, values } = drawn;
  const explained = new Float64Array(sample.length);
  expected(shares, drawn, explained);
  const left = Float64Array.from(sample);
  shares.forEach((share, i) => {
    for (let e = starts[i] as number; e < (starts[i + 1] as number); e++) {
      const c = columns[e] as number;
      const weight = share * (values[e] as number);
      // What is left of a column is divided between the class and those that follow.
      const hits = drawBinomial(generator, left[c] as number, Math.min(1, weight / (explained[c] as number)));
      truth[i] = (truth[i] as number) + hits;
      left[c] = (left[c] as number) - hits;
      explained[c] = (explained[c] as number) - weight;
    }
  });
  // What rounding leaves is of the class itself.
  sample.forEach((_, c) => {
    const j = rows.columns[c] as number;
    truth[j] = (truth[j] as number) + (left[c] as number);
  });
  return truth;
}

function refuse(predicted: ArrayLike<number>, { classes, counts }: ConfusionMatrix, draws: number): void {
  const problems: Problem[] = [];
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (predicted.length !== classes.length) {
    problems.push({
      where: 'predicted',
      expected: `${classes.length} counts, one per class`,
      received: `${predicted.length}`,
    });
  }
  Array.from(predicted).forEach((value, i) => {
    if (!isCount(value))
      problems.push({ where: `predicted[${i}]`, expected: 'a number of images', received: `${value}` });
  });
  classes.forEach((name, i) => {
    const row = counts[i] ?? [];
    if (row.length !== classes.length || !row.every((value) => value >= 0 && value < Infinity)) {
      problems.push({
        where: `confusion, '${name}'`,
        expected: `${classes.length} numbers of images`,
        received: `${row.length}: ${row.slice(0, 5).join(', ')}`,
      });
    }
  });
  if (!(Number.isSafeInteger(draws) && draws >= 20)) {
    problems.push({ where: 'draws', expected: 'a whole number of at least 20', received: `${draws}` });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These predictions cannot be counted.', problems);
}

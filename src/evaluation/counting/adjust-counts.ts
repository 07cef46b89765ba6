/** Counts of taxa in samples, adjusted for the errors of the classifier that named them. */
import { sumUpwards } from '../../decision/node-probabilities.js';
import { indexTree, type TreeIndex } from '../../decision/tree-index.js';
import { CladenetError, type Problem } from '../../errors.js';
import { type Random, random } from '../../random.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ConfusionMatrix } from '../confusion-matrix.js';
import { classShares, expected } from './class-shares.js';
import { type ConfusionRows, confusionRows, drawRows, meanRows } from './confusion-rows.js';
import { conditionNumber, type Doubt, doubtsOf, isUnexplained } from './doubts.js';
import { drawBinomial, drawGamma } from './draws.js';

/** Options of {@link adjustCounts}. */
export interface AdjustOptions {
  /** The classes of the confusion matrix, in any order: gives counts at its nodes too. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Draws that the intervals come from. Default 400. */
  readonly draws?: number | undefined;
}

/** A count of a class or of all classes below a node. */
export interface AdjustedCount {
  /** Images that were predicted as it. */
  readonly raw: number;
  /** The mean over the draws of the number of images that are of it. */
  readonly adjusted: number;
  /** The interval that holds that number with a probability of 95 %: the 2.5th and the 97.5th percentile of the draws. */
  readonly ci95: readonly [low: number, high: number];
}

/** The count of a class. */
export interface ClassCount extends AdjustedCount {
  readonly class: string;
  /** Images of the class in the confusion matrix: what is known of its errors comes from them. */
  readonly known: number;
}

/** The count of a node of the taxonomy. */
export interface NodeCount extends AdjustedCount {
  readonly path: string;
}

/** The counts of a sample. */
export interface AdjustedCounts {
  readonly images: number;
  /** In the order of the confusion matrix. */
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
  const raw = tree === undefined ? counts : upwards(tree, counts);
  const all = tree === undefined ? drawn : drawn.map((draw) => upwards(tree, draw));
  const summaryOf = (position: number): AdjustedCount => summarised(raw[position] ?? 0, all, position);
  const images = sample.reduce((sum, count) => sum + count, 0);
  const ofClasses = classes.map((name, i) => ({
    class: name,
    known: known[i] ?? 0,
    ...summaryOf(tree?.leaf[i] ?? i),
  }));
  const doubts = doubtsOf({
    classes: ofClasses,
    condition: conditionNumber(confusion, occurring),
    isUnexplained: isUnexplained(generator, sample, rows, classShares(sample, meanRows(rows), prior)),
  });
  return {
    images,
    classes: ofClasses,
    nodes: tree?.paths.map((path, i) => ({ path, ...summaryOf(i) })) ?? null,
    doubts,
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

/** The counts of all nodes from those of the classes. */
function upwards(tree: TreeIndex, counts: Float64Array): Float64Array {
  const values = new Float64Array(tree.paths.length);
  sumUpwards(tree, counts, 0, values);
  return values;
}

function summarised(raw: number, draws: readonly Float64Array[], position: number): AdjustedCount {
  const values = draws.map((draw) => draw[position] as number).sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] as number;
  const adjusted = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { raw, adjusted, ci95: [at(0.025), at(0.975)] };
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

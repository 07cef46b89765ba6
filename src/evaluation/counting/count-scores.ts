/** Counts of taxa in samples from the class probabilities of every image, adjusted for how shares of classes shift. */
import { decideLeaves } from '../../decision/decide-leaves.js';
import { countImages, type Probabilities } from '../../decision/probabilities.js';
import { indexTree } from '../../decision/tree-index.js';
import { CladenetError, type Problem } from '../../errors.js';
import { type Random, random } from '../../random.js';
import { type Predictions, predictionProblems, refuse } from '../predictions.js';
import type { AdjustedCounts, AdjustOptions } from './adjust-counts.js';
import { type ClassBias, fitClassBias } from './class-bias.js';
import { drawRatios, followRatios } from './class-ratios.js';
import { confidencesOf, isUnlikeKnown, type KnownConfidences } from './confidences.js';
import { doubtsOf } from './doubts.js';
import { expectedCounts, type Scores, sparseScores } from './scores.js';
import { summariseDraws } from './summarise-draws.js';

/** Steps from equal shares to the most probable ones, and from these for a drawn bias. */
const STEPS = { first: 30, draw: 6, gibbs: 3 };

/** What is known of a classifier from images whose classes are known: see {@link knownScores}. */
export interface KnownScores {
  readonly classes: readonly string[];
  /** Images of each class. */
  readonly images: Float64Array;
  /** The share of each class. */
  readonly shares: Float64Array;
  readonly bias: ClassBias;
  readonly confidences: KnownConfidences;
}

/**
 * Fits how far the probabilities of each class are too high or too low, for any number of samples.
 *
 * @param predictions of images that the classifier was not trained on, such as its validation images
 * @throws CladenetError `EVALUATION` listing everything wrong with them
 */
export function knownScores(predictions: Predictions): KnownScores {
  refuse(predictionProblems(predictions));
  const { classes, probabilities, labels } = predictions;
  const scores = sparseScores(probabilities, classes.length);
  const images = new Float64Array(classes.length);
  for (const label of labels) images[label] = (images[label] as number) + 1;
  const bias = fitClassBias(scores, images);
  // What the classifier believes, corrected as far as the known images tell: less noisy than the labels of rare classes.
  const shares = expectedCounts(scores, bias.log.map(Math.exp)).map((count) => (count + 1e-6) / labels.length);
  return { classes, images, shares, bias, confidences: confidencesOf(probabilities, classes.length, labels) };
}

/** The images of a sample. */
export interface ScoredSample {
  /** Images x classes, row-major, in the order of the known images' classes; each row sums to 1. */
  readonly probabilities: Probabilities;
  /** The class decided on for each image: what raw counts count. Default: the most probable one. */
  readonly decisions?: Int32Array | undefined;
}

/**
 * The number of images of each class in a sample, from the probabilities of every image. If classes have other shares in the sample
 * than they had in training, the odds of each class change by the ratio of its shares. The ratios that explain all probabilities best
 * are found by expectation maximisation (`followRatios`), after the probabilities of each class were corrected by known images
 * (`fitClassBias`). The counts are means over draws from what is then known of bias, ratios and classes of the images (a Gibbs sampler),
 * the intervals their percentiles.
 *
 * It assumes what `adjustCounts` does, and that the classifier is calibrated but for the bias; it knows more than how often each class was
 * decided on, and so has smaller errors.
 *
 * Saerens, Latinne & Decaestecker, Neural Computation 14, 2002; Alexandari, Kundaje & Shrikumar, ICML 2020.
 * @param known of `knownScores`
 * @throws CladenetError `EVALUATION` for probabilities of other classes, decisions that are no classes, and a taxonomy of other classes
 * @example
 * ```ts
 * import { countScores, knownScores } from 'cladenet/evaluation';
 *
 * const classes = ['calanoid', 'diatom'];
 * const images = (n: number, p: number) => Array(n).fill([p, 1 - p]).flat();
 * // Of images with 80 % for calanoid, 80 % are calanoids: the probabilities are right where both are equally frequent.
 * const probabilities = Float64Array.from([...images(100, 0.8), ...images(100, 0.2)]);
 * const labels = Int32Array.from({ length: 200 }, (_, i) => Number(i < 100 ? i >= 80 : i >= 120));
 * const known = knownScores({ classes, probabilities, labels });
 * // A sample of diatoms only: a fifth of them looks like calanoids.
 * const sample = Float64Array.from([...images(100, 0.8), ...images(400, 0.2)]);
 * const { classes: counts } = countScores({ probabilities: sample }, known);
 * counts[0]?.raw; // => 100
 * (counts[0]?.adjusted ?? 100) < 50; // => true
 * ```
 */
export function countScores(
  { probabilities, decisions }: ScoredSample,
  known: KnownScores,
  { taxonomy, seed = 0, draws = 200 }: AdjustOptions = {},
): AdjustedCounts {
  const { classes } = known;
  const images = countImages(probabilities, classes.length);
  refuseSample(images, decisions, classes.length, draws);
  const tree = taxonomy && indexTree(taxonomy, classes);
  const raw = new Float64Array(classes.length);
  for (const decision of decisions ?? decideLeaves(probabilities, classes))
    raw[decision] = (raw[decision] as number) + 1;
  const sample = sparseScores(probabilities, classes.length);
  const generator = random(seed, 'counts');
  const drawn = drawnCounts(generator, sample, known, draws);
  const summary = summariseDraws({ classes, known: known.images, raw, draws: drawn, tree });
  const ratios = summary.classes.map(
    ({ adjusted }, c) => adjusted / Math.max(1e-9, images * (known.shares[c] as number)),
  );
  const isUnlike = images > 0 && isUnlikeKnown(probabilities, known.confidences, ratios);
  const unexplained = isUnlike
    ? 'The classifier is not as sure of these images as it is of known images in the same shares: they differ from them.'
    : undefined;
  return {
    images,
    ...summary,
    doubts: doubtsOf({ classes: summary.classes, unexplained, of: 'among the known images' }),
  };
}

function drawnCounts(generator: Random, sample: Scores, known: KnownScores, draws: number): Float64Array[] {
  const { log, deviation } = known.bias;
  const usual = known.shares.map((share) => share * sample.images);
  const start = followRatios(
    sample,
    new Float64Array(sample.classes).fill(1),
    { factors: log.map(Math.exp), usual },
    STEPS.first,
  );
  return Array.from({ length: draws }, () => {
    const factors = log.map((value, c) => Math.exp(value + (deviation[c] as number) * generator.normal()));
    const near = followRatios(sample, start, { factors, usual }, STEPS.draw);
    return drawRatios(generator, sample, near, { factors, usual }, STEPS.gibbs).counts;
  });
}

function refuseSample(images: number, decisions: Int32Array | undefined, k: number, draws: number): void {
  const problems: Problem[] = [];
  if (decisions !== undefined && decisions.length !== images) {
    problems.push({ where: 'decisions', expected: `${images} values, one per image`, received: `${decisions.length}` });
  }
  const none = decisions?.findIndex((decision) => !(decision >= 0 && decision < k)) ?? -1;
  if (none >= 0) {
    const expected = `an index of one of the ${k} classes`;
    problems.push({ where: `decisions[${none}]`, expected, received: `${decisions?.[none]}` });
  }
  if (!(Number.isSafeInteger(draws) && draws >= 20)) {
    problems.push({ where: 'draws', expected: 'a whole number of at least 20', received: `${draws}` });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These scores cannot be counted.', problems);
}

/** The threshold with which stopping at an ancestor reaches a chosen accuracy. */
import { forEachDescent } from '../decision/stop-at-ancestor.js';
import type { StopRule } from '../decision/stop-rules.js';
import { indexTree, isBelow } from '../decision/tree-index.js';
import { CladenetError, type Problem } from '../errors.js';
import { decisionsOf, type Predictions, predictionProblems } from '../evaluation/predictions.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { shareProblems, spareImages } from './finite-sample.js';

/** Above every probability: only the root is left. */
const ROOT_ONLY = 1 + Number.EPSILON;

/** A threshold for stopping at an ancestor, and what it was chosen on. */
export interface StopThreshold {
  /** For `stopAtAncestor`. 0 where every class can be kept; just above 1 where only the root meets the target. */
  readonly threshold: number;
  readonly targetAccuracy: number;
  /** Number of images that it was calibrated on. */
  readonly images: number;
  /** How many of them are wrong at the threshold. */
  readonly wrong: number;
  /** How many of them may be wrong; negative where there are too few images for any guarantee. */
  readonly allowed: number;
  /**
   * What meets the target: `leaves`, the classes as they are; `ancestors`, stopping where the class is uncertain; `root`,
   * only the root, for every image; `too-few-images`, the root again, because fewer than 1 / (1 - target) - 1 images
   * guarantee nothing, even if all of them are right.
   */
  readonly outcome: 'leaves' | 'ancestors' | 'root' | 'too-few-images';
}

/** Everything that the threshold for any target depends on: one number for each wrong image, and two more. */
export interface StopScores {
  /** Number of images that a threshold is calibrated on. */
  readonly images: number;
  /**
   * For each image with a wrong class the strictness of the highest wrong node that it can be decided on, by `probability`
   * the probability of that node: the image is wrong at thresholds up to that. Descending.
   */
  readonly errsUpTo: readonly number[];
  /** The largest strictness of any node below the root: above it only the root is left. */
  readonly surest: number;
}

/** Options of {@link stopScores}. */
export interface StopScoresOptions {
  /** The rule of `stopAtAncestor` that the threshold is for. Default `probability`. */
  readonly rule?: StopRule | undefined;
  /** Its classes are those of the predictions, in any order. */
  readonly taxonomy: Taxonomy;
}

/** Options of {@link calibrateStop}. */
export interface StopThresholdOptions extends StopScoresOptions {
  /** The share of images, above 0 and below 1, whose decided node is to be the true class or an ancestor of it. */
  readonly targetAccuracy: number;
}

/**
 * The lowest threshold for `stopAtAncestor` with this guarantee: the decided node of a new image is the true class or an
 * ancestor of it with a probability of at least `targetAccuracy`. The guarantee makes no assumption about the
 * probabilities. It holds for images that are exchangeable with these, on average over the draws of these and of the new
 * one, and not for each class separately. Images that the classifier was trained on are not exchangeable with new ones, and
 * those that chose its best epoch or its temperature are only nearly so.
 *
 * Conformal risk control (Angelopoulos, Bates, Fisch, Lei & Schuster, ICLR 2024). The loss of an image at threshold λ is
 * 1 when its node is neither the truth nor an ancestor of it. As λ rises the node moves up its lineage, so the loss never
 * rises, and at the root it is 0: λ = inf{λ: n/(n+1) · R(λ) + 1/(n+1) ≤ 1 - target}, where R is the mean
 * loss of the n images, bounds the expected loss by 1 - target. λ runs over the floating-point numbers, so that the
 * infimum is reached. Goren, Galil & El-Yaniv, "Hierarchical selective classification", NeurIPS 2024, find the same threshold
 * as a quantile of the strictness that makes each image right.
 * @param predictions their `decisions` are the classes that the walks start from: decide as you will on new images
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function calibrateStop(predictions: Predictions, options: StopThresholdOptions): StopThreshold {
  const { targetAccuracy } = options;
  requireNone([...predictionProblems(predictions, options), ...shareProblems('targetAccuracy', targetAccuracy)]);
  return chooseThreshold(scoresOf(predictions, options), targetAccuracy);
}

/**
 * What `thresholdFor` needs to know of the images, to be kept in their place.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function stopScores(predictions: Predictions, options: StopScoresOptions): StopScores {
  requireNone(predictionProblems(predictions, options));
  return scoresOf(predictions, options);
}

/**
 * As {@link calibrateStop}, from the {@link stopScores} of the images.
 * @throws CladenetError `EVALUATION` for a target that is not above 0 and below 1
 */
export function thresholdFor(scores: StopScores, targetAccuracy: number): StopThreshold {
  requireNone(shareProblems('targetAccuracy', targetAccuracy));
  return chooseThreshold(scores, targetAccuracy);
}

function requireNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The threshold cannot be calibrated.', problems);
}

function scoresOf(predictions: Predictions, { taxonomy, rule = 'probability' }: StopScoresOptions): StopScores {
  const { classes, probabilities, labels } = predictions;
  const tree = indexTree(taxonomy, classes);
  const errsUpTo: number[] = [];
  let surest = 0;
  forEachDescent(tree, probabilities, decisionsOf(predictions), rule, ({ nodes, strictness }, image) => {
    const truth = tree.leaf[labels[image] as number] as number;
    const wrong = nodes.findIndex((node) => !isBelow(tree, truth, node));
    if (wrong > 0) errsUpTo.push(strictness[wrong] as number);
    surest = Math.max(surest, strictness[1] ?? 0);
  });
  return { images: labels.length, errsUpTo: errsUpTo.sort((a, b) => b - a), surest };
}

function chooseThreshold({ images, errsUpTo, surest }: StopScores, targetAccuracy: number): StopThreshold {
  const allowed = spareImages(images, targetAccuracy);
  const firstTooMany = errsUpTo[allowed];
  const threshold = allowed < 0 ? ROOT_ONLY : firstTooMany === undefined ? 0 : nextAbove(firstTooMany);
  const common = { targetAccuracy, images, allowed, threshold };
  const wrong = errsUpTo.filter((probability) => probability >= threshold).length;
  if (allowed < 0) return { ...common, wrong, outcome: 'too-few-images' };
  if (threshold === 0) return { ...common, wrong, outcome: 'leaves' };
  return { ...common, wrong, outcome: surest < threshold ? 'root' : 'ancestors' };
}

/** The floating-point number after a positive one. */
function nextAbove(value: number): number {
  const number = Float64Array.of(value);
  const bits = new BigInt64Array(number.buffer);
  bits[0] = (bits[0] as bigint) + 1n;
  return number[0] as number;
}

/** The threshold at which stopping at an ancestor is right as often as one asks for. */
import { sumUpwards } from '../decision/node-probabilities.js';
import { probabilityOf } from '../decision/stop-at-ancestor.js';
import { indexTree, lowestCommonAncestor } from '../decision/tree-index.js';
import { CladenetError, type Problem } from '../errors.js';
import { decisionsOf, type Predictions, predictionProblems } from '../evaluation/predictions.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { shareProblems, spareImages } from './finite-sample.js';

/** Above every probability: only the root is left. */
const ROOT_ONLY = 1 + Number.EPSILON;

/** A threshold for stopping at an ancestor, and what it was chosen on. */
export interface StopThreshold {
  /** For `stopAtAncestor`. 0 where no image has to stop; just above 1 where only the root will do. */
  readonly threshold: number;
  readonly targetAccuracy: number;
  /** Images that it was chosen on. */
  readonly images: number;
  /** How many of them are decided wrongly at the threshold. */
  readonly wrong: number;
  /** How many of them may be: negative where there are too few images to promise anything. */
  readonly allowed: number;
  /**
   * What meets the target: `leaves`, the classes as they are; `ancestors`, stopping where it is unsure; `root`, nothing
   * but the root, for every image; `too-few-images`, the root again, since so few images promise nothing, however many
   * are right: it takes at least 1 / (1 - target) - 1 of them.
   */
  readonly outcome: 'leaves' | 'ancestors' | 'root' | 'too-few-images';
}

/** All that a threshold depends on, for any target: a number for each wrong image, and two more. */
export interface StopScores {
  /** Images that a threshold is chosen on. */
  readonly images: number;
  /**
   * Of each image with a wrong class, the probability of the last node up from it that is wrong: it errs at thresholds up
   * to there. Descending.
   */
  readonly errsUpTo: readonly number[];
  /** The greatest probability of a child of the root on the images' lineages: above it nothing but the root is left. */
  readonly surest: number;
}

/** Options of {@link stopScores}. */
export interface StopScoresOptions {
  /** Its classes are those of the predictions, in any order. */
  readonly taxonomy: Taxonomy;
}

/** Options of {@link calibrateStop}. */
export interface StopThresholdOptions extends StopScoresOptions {
  /** The least share of images whose decided node is to be the true class or an ancestor of it; between 0 and 1. */
  readonly targetAccuracy: number;
}

/**
 * The least threshold for `stopAtAncestor` with a guarantee: a new image's decided node is the true class or an ancestor
 * of it with a probability of at least `targetAccuracy`. The guarantee needs no model of the probabilities; it is about
 * images that could have come in any order with these (exchangeable), on average over the draws of these and of the new
 * one; not about each class by itself. Images that the classifier was trained on are no such images, and those that
 * chose its best epoch or its temperature are only nearly.
 *
 * Conformal risk control (Angelopoulos, Bates, Fisch, Lei & Schuster, ICLR 2024). The loss of an image at threshold λ is
 * 1 when its node is not an ancestor of the truth, nor the truth. Along a lineage nodes only get larger as λ rises, so
 * the loss never rises, and the root has none: λ = inf{λ: n/(n+1) · R(λ) + 1/(n+1) ≤ 1 - target}, where R is the mean
 * loss of the n images, bounds the expected loss by 1 - target. λ runs over the floating-point numbers, so that the
 * infimum is reached.
 * @param predictions their decisions are the classes that the walks start from, decided on as they will be for new images
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function calibrateStop(predictions: Predictions, options: StopThresholdOptions): StopThreshold {
  const { targetAccuracy } = options;
  requireNone([...predictionProblems(predictions, options), ...shareProblems('targetAccuracy', targetAccuracy)]);
  return chooseThreshold(scoresOf(predictions, options), targetAccuracy);
}

/**
 * What `thresholdFor` needs of the images, to keep: they can then be done without.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function stopScores(predictions: Predictions, options: StopScoresOptions): StopScores {
  requireNone(predictionProblems(predictions, options));
  return scoresOf(predictions, options);
}

/**
 * As {@link calibrateStop}, from what {@link stopScores} kept of the images.
 * @throws CladenetError `EVALUATION` for a target that is no share between 0 and 1
 */
export function thresholdFor(scores: StopScores, targetAccuracy: number): StopThreshold {
  requireNone(shareProblems('targetAccuracy', targetAccuracy));
  return chooseThreshold(scores, targetAccuracy);
}

function requireNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'No threshold can be chosen.', problems);
}

function scoresOf(predictions: Predictions, { taxonomy }: StopScoresOptions): StopScores {
  const { classes, probabilities, labels } = predictions;
  const tree = indexTree(taxonomy, classes);
  const values = new Float64Array(tree.paths.length);
  const errsUpTo: number[] = [];
  let surest = 0;
  decisionsOf(predictions).forEach((column, image) => {
    sumUpwards(tree, probabilities, image, values);
    const right = lowestCommonAncestor(tree, tree.leaf[column] as number, tree.leaf[labels[image] as number] as number);
    for (let node = tree.leaf[column] as number; node > 0; node = tree.parent[node] as number) {
      if (tree.parent[node] === right) errsUpTo.push(probabilityOf(values, node));
      if (tree.parent[node] === 0) surest = Math.max(surest, probabilityOf(values, node));
    }
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

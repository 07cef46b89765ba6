/** Calibration error: of the images with a confidence of 80 %, are 80 % right? */
import { indexTree } from '../decision/tree-index.js';
import type { Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { hits } from './accuracy.js';
import { predictionsAt } from './node-predictions.js';
import { decisionsOf, type Predictions, predictionProblems, refuse } from './predictions.js';

/** The images whose confidence lies in (low, high]; the first bin also has those of confidence 0. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly images: number;
  /** Mean confidence of the bin's images; null where there are none. */
  readonly confidence: number | null;
  /** The share of them that are right; null where there are none. */
  readonly accuracy: number | null;
}

/** How far confidences agree with accuracies. */
export interface Reliability {
  readonly images: number;
  /** Expected calibration error: mean |accuracy - confidence| over the bins, weighted by their images; 0..1. */
  readonly ece: number;
  readonly bins: readonly ReliabilityBin[];
}

/** Options of {@link reliability}. */
export interface ReliabilityOptions {
  /** Number of bins of equal width. Default 15, as in Guo et al. (2017). */
  readonly bins?: number | undefined;
}

const BINS = 15;

/**
 * Reliability of the decided class: its probability (confidence) against how often it is the true one.
 *
 * Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015; Guo, Pleiss,
 * Sun & Weinberger, "On calibration of modern neural networks", ICML 2017: bins of equal width. With few images
 * the accuracy of a bin is far from its confidence by chance, so the error is over-estimated.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function reliability(predictions: Predictions, options: ReliabilityOptions = {}): Reliability {
  const { bins = BINS } = options;
  refuse([...predictionProblems(predictions), ...binProblems(bins)]);
  return reliabilityOf(predictions, bins);
}

/**
 * Reliability of any decisions, for instance of the nodes from `stopAtAncestor`.
 * @param confidences the probability of each decision, 0..1
 * @param right       whether each decision was right (1 or 0)
 * @param bins        number of bins of equal width. Default 15
 * @throws CladenetError `EVALUATION` for no images, for lists of different lengths, and for confidences outside 0..1
 */
export function binReliability(
  confidences: ArrayLike<number>,
  right: ArrayLike<number | boolean>,
  bins: number = BINS,
): Reliability {
  const problems = binProblems(bins);
  if (confidences.length === 0) problems.push({ where: 'confidences', expected: 'at least one', received: 'none' });
  if (right.length !== confidences.length) {
    const expected = `${confidences.length} values, one per confidence`;
    problems.push({ where: 'right', expected, received: `${right.length}` });
  }
  Array.from(confidences).forEach((p, i) => {
    if (p >= 0 && p <= 1 + ROUNDING) return;
    problems.push({ where: `confidences[${i}]`, expected: 'a number from 0 to 1', received: `${p}` });
  });
  refuse(problems);
  return fillBins(confidences, right, bins);
}

/** How far a confidence may exceed 1, as a sum of rounded values may. */
const ROUNDING = 1e-3;

/** The reliability of the decisions of one node. */
export interface NodeReliability {
  /** Path of the internal node. */
  readonly path: string;
  /** Images whose true class lies below the node. */
  readonly images: number;
  /** Expected calibration error of its most probable child by conditional probability; null without images. */
  readonly ece: number | null;
}

/**
 * The calibration error of every internal node in pre-order: that of its decision among its own children, on the images
 * that belong below it. The bins of one node come from `reliability(nodePredictions(predictions, taxonomy, path))`.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function nodeReliability(
  predictions: Predictions,
  taxonomy: Taxonomy,
  { bins = BINS }: ReliabilityOptions = {},
): NodeReliability[] {
  refuse([...predictionProblems(predictions, { taxonomy }), ...binProblems(bins)]);
  const tree = indexTree(taxonomy, predictions.classes);
  return tree.paths.flatMap((path, v) => {
    if (tree.end[v] === v + 1) return [];
    const own = predictionsAt(tree, predictions, v);
    const images = own.labels.length;
    return [{ path, images, ece: images === 0 ? null : reliabilityOf(own, bins).ece }];
  });
}

function reliabilityOf(predictions: Predictions, bins: number): Reliability {
  const { classes, probabilities, labels } = predictions;
  const decisions = decisionsOf(predictions);
  const confidences = Float64Array.from(decisions, (c, image) => probabilities[image * classes.length + c] as number);
  return fillBins(confidences, hits(labels, decisions), bins);
}

function fillBins(confidences: ArrayLike<number>, right: ArrayLike<number | boolean>, count: number): Reliability {
  const images = new Int32Array(count);
  const sure = new Float64Array(count);
  const hit = new Float64Array(count);
  for (let i = 0; i < confidences.length; i++) {
    const p = Math.min(1, confidences[i] as number);
    const bin = Math.max(0, Math.ceil(p * count) - 1);
    images[bin] = (images[bin] as number) + 1;
    sure[bin] = (sure[bin] as number) + p;
    hit[bin] = (hit[bin] as number) + Number(right[i]);
  }
  const gaps = sure.map((sum, bin) => Math.abs((hit[bin] as number) - sum));
  return {
    images: confidences.length,
    ece: gaps.reduce((a, b) => a + b, 0) / confidences.length,
    bins: Array.from(images, (n, bin) => ({
      low: bin / count,
      high: (bin + 1) / count,
      images: n,
      confidence: n === 0 ? null : (sure[bin] as number) / n,
      accuracy: n === 0 ? null : (hit[bin] as number) / n,
    })),
  };
}

function binProblems(bins: number): Problem[] {
  if (Number.isSafeInteger(bins) && bins > 0) return [];
  return [{ where: 'bins', expected: 'a positive integer', received: `${bins}` }];
}

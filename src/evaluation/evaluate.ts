/** All metrics of one classifier on some images. */
import { indexTree } from '../decision/tree-index.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { hits, hitsAmongTop } from './accuracy.js';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.js';
import {
  accuracyAtDepth,
  averageHierarchicalDistance,
  type HierarchicalScore,
  hierarchicalScore,
  mistakeSeverity,
  partings,
} from './hierarchical.js';
import { logLosses } from './log-loss.js';
import { mean } from './mean.js';
import { balancedAccuracy, type ClassScore, scoreClasses } from './per-class.js';
import { type NodeScore, scoreNodes } from './per-node.js';
import { decisionsOf, type Predictions, predictionProblems, refuse } from './predictions.js';

/** Plain JSON: an undefined number is null, never NaN. Metrics that need a taxonomy are null without one. */
export interface Evaluation {
  readonly images: number;
  /** Share of images that were given their true class. */
  readonly accuracy: number;
  /** Mean recall over the classes that have images. */
  readonly balancedAccuracy: number;
  /** Share of images whose true class is among the 5 most probable. */
  readonly top5: number;
  /** Mean of -ln of the probability of the true class, clipped to at least 1e-15; in nats. */
  readonly logLoss: number;
  /** Hierarchical precision, recall and F1, micro-averaged over lineages without the root. */
  readonly hierarchical: HierarchicalScore | null;
  /** Average hierarchical distance: mean height of the lowest common ancestor of truth and decision over all images. */
  readonly ahd: number | null;
  /** Mistake severity: the same mean over the mistakes; null when there are none. */
  readonly severity: number | null;
  /** Entry `d`: share of images whose decided lineage is right down to depth `d`; the root has depth 0. */
  readonly accuracyAtDepth: readonly number[] | null;
  /** One entry per class, in the order of the classes. */
  readonly perClass: readonly ClassScore[];
  /** Every internal node in pre-order. */
  readonly perNode: readonly NodeScore[] | null;
  readonly confusion: ConfusionMatrix;
}

/** Options of {@link evaluate}. */
export interface EvaluationOptions {
  /** Its classes are those of the predictions, in any order (`restrictTo` cuts a larger one). */
  readonly taxonomy?: Taxonomy | undefined;
}

/**
 * Evaluates one classifier. Accuracy, balanced accuracy, per-class scores, confusion matrix and all hierarchical
 * metrics except `perNode` judge `predictions.decisions` (default: the most probable classes); top-5, log-loss and
 * `perNode` judge the probabilities.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 * @example
 * ```ts
 * import { evaluate, Taxonomy } from 'cladenet';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const probabilities = Float64Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.1, 0.8, 0.5, 0.2, 0.3);
 * const labels = Int32Array.from([0, 1, 2, 2]);
 * const { accuracy, ahd, severity } = evaluate({ classes, probabilities, labels }, { taxonomy });
 * accuracy; // => 0.5
 * ahd; // => 0.75
 * severity; // => 1.5
 * ```
 */
export function evaluate(predictions: Predictions, options: EvaluationOptions = {}): Evaluation {
  refuse(predictionProblems(predictions, options));
  const { classes, labels } = predictions;
  const decisions = decisionsOf(predictions);
  const confusion = confusionMatrix(classes, labels, decisions);
  const perClass = scoreClasses(confusion);
  return {
    images: labels.length,
    accuracy: mean(hits(labels, decisions)),
    balancedAccuracy: balancedAccuracy(perClass),
    top5: mean(hitsAmongTop(predictions, 5)),
    logLoss: mean(logLosses(predictions)),
    ...onTree(predictions, decisions, options.taxonomy),
    perClass,
    confusion,
  };
}

type OnTree = Pick<Evaluation, 'hierarchical' | 'ahd' | 'severity' | 'accuracyAtDepth' | 'perNode'>;

function onTree(predictions: Predictions, decisions: Int32Array, taxonomy: Taxonomy | undefined): OnTree {
  if (taxonomy === undefined) {
    return { hierarchical: null, ahd: null, severity: null, accuracyAtDepth: null, perNode: null };
  }
  const tree = indexTree(taxonomy, predictions.classes);
  const parted = partings(tree, predictions.labels, decisions);
  return {
    hierarchical: hierarchicalScore(parted),
    ahd: averageHierarchicalDistance(parted),
    severity: mistakeSeverity(parted),
    accuracyAtDepth: accuracyAtDepth(tree, parted),
    perNode: scoreNodes(tree, predictions),
  };
}

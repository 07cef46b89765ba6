/** All metrics of one classifier on some images. */
import { indexTree } from '../decision/tree-index.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type Averages, averages } from './averages.js';
import { type BiologicalAverages, biologicalAverages } from './biological.js';
import { accuracyAtRank, type RankAccuracy } from './by-rank.js';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.js';
import { accuracyAtDepth, partings } from './hierarchical.js';
import { type ClassScore, scoreClasses } from './per-class.js';
import { type NodeScore, scoreNodes } from './per-node.js';
import { decisionsOf, type Predictions, predictionProblems, refuse } from './predictions.js';

/** Plain JSON: an undefined number is null, never NaN. Metrics that need a taxonomy are null without one. */
export interface Evaluation extends Averages {
  /** Entry `d`: share of images whose decided lineage is right down to depth `d`; the root has depth 0. */
  readonly accuracyAtDepth: readonly number[] | null;
  /** At each rank of the taxonomy, from the top down; null where no node has a rank. */
  readonly accuracyAtRank: readonly RankAccuracy[] | null;
  /** One entry per class, in the order of the classes. */
  readonly perClass: readonly ClassScore[];
  /** Every internal node in pre-order. */
  readonly perNode: readonly NodeScore[] | null;
  readonly confusion: ConfusionMatrix;
  /** The averages over biological classes only; null unless the taxonomy marks classes as non-biological. */
  readonly biological: BiologicalAverages | null;
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
  const { taxonomy } = options;
  const decided = { ...predictions, decisions: decisionsOf(predictions) };
  const tree = taxonomy && indexTree(taxonomy, classes);
  const confusion = confusionMatrix(classes, labels, decided.decisions);
  const perClass = scoreClasses(confusion);
  return {
    ...averages(decided, tree),
    accuracyAtDepth: tree ? accuracyAtDepth(tree, partings(tree, labels, decided.decisions)) : null,
    accuracyAtRank: (taxonomy && accuracyAtRank(taxonomy, classes, labels, decided.decisions)) ?? null,
    perClass,
    perNode: tree ? scoreNodes(tree, predictions) : null,
    confusion,
    biological: taxonomy ? biologicalAverages(decided, perClass, taxonomy) : null,
  };
}

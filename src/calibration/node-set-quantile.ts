/** The quantile with which sets of nodes reach a chosen coverage. */

import { sumUpwards } from '../decision/node-probabilities.js';
import { growing, leavesBelow, nodesProblems } from '../decision/node-sets.js';
import { indexTree, isBelow } from '../decision/tree-index.js';
import { CladenetError } from '../errors.js';
import { type Predictions, predictionProblems } from '../evaluation/predictions.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type ConformalQuantile, splitQuantile } from './conformal-quantile.js';
import { shareProblems } from './finite-sample.js';

/** Options of {@link calibrateNodeSets}. */
export interface NodeSetCalibration {
  /** The probability to guarantee, above 0 and below 1. */
  readonly coverage: number;
  /** The most nodes of a set, as for `nodeSets`. Default 3. */
  readonly nodes?: number | undefined;
  /** Its classes are those of the predictions, in any order. */
  readonly taxonomy: Taxonomy;
}

/**
 * The quantile with which `nodeSets` of as many nodes contain the true class of a new image with a probability of at least
 * `coverage`. The guarantee is for images that are exchangeable with these, on average over the draws of these and of the new
 * one; images from another station, season or instrument are not.
 *
 * Split conformal prediction, as `calibrateSets`; the score of a class is the probability of the largest set without it.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function calibrateNodeSets(
  predictions: Predictions,
  { coverage, nodes = 3, taxonomy }: NodeSetCalibration,
): ConformalQuantile {
  const problems = [
    ...predictionProblems(predictions, { taxonomy }),
    ...shareProblems('coverage', coverage),
    ...nodesProblems(nodes),
  ];
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'Sets of nodes cannot be calibrated.', problems);
  const { classes, probabilities, labels } = predictions;
  const tree = indexTree(taxonomy, classes);
  const counts = leavesBelow(tree);
  const values = new Float64Array(tree.paths.length);
  const scores = Float64Array.from(labels, (label, image) => {
    sumUpwards(tree, probabilities, image, values);
    const truth = tree.leaf[label] as number;
    for (const { set, before } of growing(tree, counts, values, nodes)) {
      if (set.some((node) => isBelow(tree, truth, node))) return before;
    }
    return 1;
  });
  return splitQuantile(scores, coverage);
}

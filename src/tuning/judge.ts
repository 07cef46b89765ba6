/**
 * Judges versions of nodes by the tree that they would be part of. The outputs of all nodes for the validation images are
 * computed once. Replacing the matrix of one node and composing them again needs no pass over the images. The tree's decision
 * (routing, temperatures, the flat head's share) is kept fixed, so that only the nodes are compared.
 */

import type { PredictOptions } from '../classifier/classification.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { withClass } from '../classifier/data/truth.js';
import { composeProduct } from '../classifier/predict/compose.js';
import { ownRouting, routed } from '../classifier/predict/routing.js';
import type { Measure, TreeScore } from '../classifier/schema.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { decideLeaves } from '../decision/decide-leaves.js';
import { findWeakSubtrees, type WeakSubtrees } from '../evaluation/attribution/weak-subtrees.js';
import { evaluate } from '../evaluation/evaluate.js';

export interface Judge {
  /** Score of the tree with all versions accepted so far. */
  readonly score: TreeScore;
  /** Score with another version of one node. @param conditional its probabilities for the judged images, [images x children] */
  scoreWith(path: string, conditional: Float32Array): TreeScore;
  accept(path: string, conditional: Float32Array): void;
  /** The nodes that the mistakes of the original tree come from. */
  readonly weak: WeakSubtrees;
}

/** Frees the tree's memory on the device. @param data with the tree's classes, in the tree's order */
export async function judgeOf(
  tree: TreeClassifier,
  { images, truth, split }: TrainingData,
  options: Pick<PredictOptions, 'signal' | 'onProgress'>,
): Promise<Judge> {
  const { classes, taxonomy } = tree;
  const { headKind, decision } = tree.description;
  const judged = withClass(images, truth, split.validation);
  const outputs = await tree.nodeOutputs(judged, options).finally(() => tree.dispose());
  const conditionals = new Map(outputs.decisions.map(({ path, conditional }) => [path, conditional]));
  const { flat } = outputs;
  const { labels } = judged;

  function compose(): Float32Array {
    const decisions = [...conditionals].map(([path, conditional]) => ({ path, conditional }));
    return composeProduct(taxonomy, classes, decisions, judged.count);
  }

  function scoreNow(): TreeScore {
    const probabilities = routed({ tree: compose(), flat }, classes.length, decision);
    const decisions = decideLeaves(probabilities, classes, { routing: decision.routing, taxonomy });
    const { accuracy, logLoss, ahd } = evaluate({ classes, probabilities, labels, decisions }, { taxonomy });
    return { accuracy, logLoss, ahd: ahd ?? 0 };
  }

  function weakSubtrees(): WeakSubtrees {
    // The nodes alone, without the flat head.
    const own = { ...decision, routing: ownRouting(headKind) };
    const probabilities = routed({ tree: compose(), flat }, classes.length, own);
    const routing = decision.routing === 'greedy' ? 'greedy' : 'product';
    return findWeakSubtrees({ classes, probabilities, labels }, { taxonomy, routing });
  }

  let score = scoreNow();
  return {
    get score() {
      return score;
    },
    scoreWith(path, conditional) {
      const before = conditionals.get(path) as Float32Array;
      conditionals.set(path, conditional);
      const tried = scoreNow();
      conditionals.set(path, before);
      return tried;
    },
    accept(path, conditional) {
      conditionals.set(path, conditional);
      score = scoreNow();
    },
    weak: weakSubtrees(),
  };
}

/** The improvement in the unit of the measure: higher accuracy, or lower values of the other measures. */
function gain(measure: Measure, after: TreeScore, before: TreeScore): number {
  return measure === 'accuracy' ? after.accuracy - before.accuracy : before[measure] - after[measure];
}

/** At an equal measure, the lower log-loss is better. */
export function isBetter(measure: Measure, after: TreeScore, before: TreeScore): boolean {
  const difference = gain(measure, after, before);
  return difference === 0 ? gain('logLoss', after, before) > 0 : difference > 0;
}

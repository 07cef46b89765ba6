/**
 * Learning what is new by leaving known classes out: an image is shown as if its own branch were missing, and then a new child of the
 * node above is the right answer.
 *
 * The leave-one-out loss of Lee, Lee, Min, Zhang, Shin & Lee, "Hierarchical novelty detection for visual object recognition", CVPR
 * 2018: for each node on the path to the label, -ln p(new child of its parent | image, without the node and all below it).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops } from '../tensorflow/ops.js';

/** One branch that is left out for a label. */
export interface Branch {
  /** The outputs that are missing. */
  readonly without: readonly number[];
  /** The output that is then right. */
  readonly right: number;
}

/** For each label, the branches that are left out in turn, as tables: one for each turn. */
export interface LeftOut {
  readonly labels: number;
  readonly turns: readonly {
    /** [labels, outputs], row-major: 1 where the output is there. */
    readonly there: Float32Array;
    /** [labels]: the right output. */
    readonly right: Int32Array;
    /** [labels]: 1 where the label has a branch to leave out in this turn. */
    readonly weight: Float32Array;
  }[];
}

/** @param branches of each label */
export function leftOut(branches: readonly (readonly Branch[])[], outputs: number): LeftOut {
  const labels = branches.length;
  const most = branches.reduce((max, { length }) => Math.max(max, length), 0);
  const turns = Array.from({ length: most }, (_, turn) => {
    const there = new Float32Array(labels * outputs).fill(1);
    const right = new Int32Array(labels);
    const weight = new Float32Array(labels);
    branches.forEach((own, label) => {
      const branch = own[turn];
      if (branch === undefined) return;
      for (const output of branch.without) there[label * outputs + output] = 0;
      right[label] = branch.right;
      weight[label] = 1;
    });
    return { there, right, weight };
  });
  return { labels, turns };
}

/** Subtracted from the scores of outputs that are missing. */
const MISSING = 1e9;

/** The sum of the losses of all turns, for each example. @param scores [n, outputs] @param targets [n], labels */
export function leftOutLoss(ops: Ops, scores: Tensor, targets: Tensor, { labels, turns }: LeftOut): Tensor {
  const { tf } = ops;
  const outputs = scores.shape[1] as number;
  const losses = turns.map(({ there, right, weight }) => {
    const kept = ops.gatherRows(tf.tensor2d(there, [labels, outputs]), targets);
    const goal = ops.gatherRows(tf.oneHot(tf.tensor1d(right, 'int32'), outputs, 1, 0, 'float32'), targets);
    const counts = ops.gatherRows(tf.tensor1d(weight), targets);
    const without = tf.add(scores, tf.mul(tf.sub(kept, 1), MISSING));
    return tf.mul(ops.softmaxCrossEntropy(without, goal), counts);
  });
  return losses.reduce((sum, loss) => tf.add(sum, loss));
}

/** Cross-entropy, or another loss of scores and a target: labels, label sets, teachers' probabilities, and the weights of examples. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops } from '../tensorflow/ops.js';
import type { LabelSets } from './label-sets.js';
import { type LeftOut, leftOutLoss } from './left-out.js';
import { crossEntropy, type Loss } from './losses/loss.js';
import type { Objective } from './objective.js';
import type { Teacher } from './teacher.js';

/** Subtracted from the scores of outputs that the current task does not use. */
const ABSENT = 1e9;

/** What a step of a classifier is given. */
export interface Labelled {
  /** Of each example: its class, or a row of the label sets. */
  readonly targets: Int32Array;
  /** Weight of each example in the loss. */
  readonly weights: Float32Array;
}

export interface ClassOptions {
  /** Scores of the network. */
  readonly outputs: number;
  /** Share of the target probability spread evenly over all classes. */
  readonly labelSmoothing: number;
  /** The outputs that each label allows, if labels are not simply classes. */
  readonly sets?: LabelSets | undefined;
  /** Gives probabilities to be learned, and their share of the target. */
  readonly teacher?: Teacher | undefined;
  readonly teacherShare: number;
  /** What the scores of the teacher and of the network are divided by before they are compared. */
  readonly teacherTemperature: number;
  /** Default: cross-entropy. Another one takes labels that are classes. */
  readonly loss?: Loss | undefined;
  /** Branches that are left out, where some outputs are new children. */
  readonly leftOut?: LeftOut | undefined;
}

/**
 * Inputs of a step: `targets` [n] (classes, or rows of the label sets), `weights` [n] (of the examples), `mask` [outputs] (1 for the
 * classes of the task, 0 for unused outputs), with a teacher `taught` [n, outputs] (its probabilities, softened; the loss is how far the
 * network's are from them, as a Kullback-Leibler divergence). The loss is the weighted mean over the examples, each with the losses of the
 * branches that are left out for it; an example is right if its most probable class is. The answer is the class probabilities.
 */
export function classObjective({
  outputs,
  labelSmoothing: smoothing,
  sets,
  teacher,
  teacherShare,
  teacherTemperature: temperature,
  loss: lossOf = crossEntropy,
  leftOut,
}: ClassOptions): Objective<Labelled> {
  const maskOf = (used: number) => Float32Array.from({ length: outputs }, (_, i) => (i < used ? 1 : 0));
  const mask = { shape: [outputs], data: maskOf(outputs) };
  return {
    inputs: (n) => ({
      targets: { shape: [n], data: new Int32Array(n) },
      weights: { shape: [n], data: new Float32Array(n) },
      mask,
      ...(teacher !== undefined && {
        taught: { shape: [n, outputs], data: new Float32Array(n * outputs).fill(1 / outputs) },
      }),
    }),
    feed({ indices, targets, weights }, { used, views }) {
      const taught = teacher && {
        taught: padded(softened(teacher.probabilities(indices, views), used, temperature), used, outputs),
      };
      return { targets, weights, mask: maskOf(used), ...taught };
    },
    loss(ops, all, { targets, weights, mask, taught }) {
      const { tf } = ops;
      const n = all.shape[0] as number;
      const scores = masked(ops, all, mask as Tensor);
      const { hits, goal, entropy } = answers(ops, scores, targets as Tensor, sets);
      const correct = tf.sum(hits);
      const mean = (known: Tensor) => {
        const losses =
          leftOut === undefined ? known : tf.add(known, leftOutLoss(ops, scores, targets as Tensor, leftOut));
        return tf.div(tf.sum(tf.mul(losses, weights as Tensor)), n);
      };
      const labelled = smoothed(ops, goal, mask as Tensor, smoothing);
      if (taught !== undefined) {
        // Gradients of softened scores are smaller by the square of the temperature.
        const apart = tf.sub(lossOf(ops, tf.div(scores, temperature), taught), entropyOf(ops, taught));
        const ofTeacher = tf.mul(apart, teacherShare * temperature ** 2);
        return { loss: mean(tf.add(ofTeacher, tf.mul(lossOf(ops, scores, labelled), 1 - teacherShare))), correct };
      }
      const losses = lossOf(ops, scores, labelled);
      return {
        loss: mean(entropy === undefined ? losses : tf.sub(losses, tf.mul(entropy, 1 - smoothing))),
        correct,
      };
    },
    answerInputs: { mask },
    feedAnswer: (used) => ({ mask: maskOf(used) }),
    answer: (ops, scores, inputs) => ops.tf.softmax(masked(ops, scores, inputs.mask as Tensor)),
  };
}

/** Of rows of probabilities: what a cross-entropy with them is at least. */
function entropyOf({ tf }: Ops, rows: Tensor): Tensor {
  return tf.neg(tf.sum(tf.mul(rows, tf.log(tf.add(rows, 1e-12))), 1));
}

/** Rows of probabilities as they would be if their scores were divided by the temperature. */
function softened(rows: Float32Array, used: number, temperature: number): Float32Array {
  if (temperature === 1) return rows;
  const result = rows.map((p) => p ** (1 / temperature));
  for (let start = 0; start < result.length; start += used) {
    const row = result.subarray(start, start + used);
    const sum = row.reduce((total, p) => total + p, 0);
    for (let i = 0; i < used; i++) row[i] = (row[i] as number) / sum;
  }
  return result;
}

/** Rows of `used` numbers as rows of `outputs`, with 0 for outputs that are not used. */
function padded(rows: Float32Array, used: number, outputs: number): Float32Array {
  if (used === outputs) return rows;
  const n = rows.length / used;
  const result = new Float32Array(n * outputs);
  for (let i = 0; i < n; i++) result.set(rows.subarray(i * used, (i + 1) * used), i * outputs);
  return result;
}

function masked({ tf }: Ops, scores: Tensor, mask: Tensor): Tensor {
  return tf.add(scores, tf.mul(tf.sub(mask, 1), ABSENT));
}

/** Which images are classified correctly (1, else 0) [n], the target probabilities [n, outputs], and their entropy [n] unless it is 0. */
function answers(ops: Ops, scores: Tensor, targets: Tensor, sets: LabelSets | undefined) {
  const { tf } = ops;
  const outputs = scores.shape[1] as number;
  const decided = tf.argMax(scores, 1);
  if (sets === undefined) {
    return {
      hits: tf.cast(tf.equal(decided, targets), 'float32'),
      goal: tf.oneHot(targets, outputs, 1, 0, 'float32'),
      entropy: undefined,
    };
  }
  const table = tf.tensor2d(Float32Array.from(sets.allowed), [sets.count, outputs]);
  const allowed = ops.gatherRows(table, targets);
  // -ln of the sum over the allowed outputs has the same gradient as a cross-entropy whose target is the prediction itself,
  // renormalised over these outputs. The targets are constants for the gradient, and so is their entropy, by which that
  // cross-entropy exceeds -ln of the sum.
  const within = ops.constant(masked(ops, scores, allowed));
  const goal = tf.softmax(within);
  return {
    hits: tf.sum(tf.mul(tf.oneHot(decided, outputs, 1, 0, 'float32'), allowed), 1),
    goal,
    entropy: tf.neg(tf.sum(tf.mul(goal, ops.logSoftmax(within)), 1)),
  };
}

/** Targets with the share `smoothing` of the probability spread evenly over the outputs in the mask. */
function smoothed({ tf }: Ops, goal: Tensor, mask: Tensor, smoothing: number): Tensor {
  if (smoothing === 0) return goal;
  return tf.add(tf.mul(goal, 1 - smoothing), tf.mul(tf.div(mask, tf.sum(mask)), smoothing));
}

/** What a training minimises. Each loss is a file in this folder, with its source. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops } from '../../tensorflow/ops.js';

/**
 * The loss of each example [n], from its scores (logits) [n, outputs] and the probabilities that they should come to
 * [n, outputs], which are constants.
 */
export type Loss = (ops: Ops, scores: Tensor, goal: Tensor) => Tensor;

/** -sum of goal ln softmax(scores): whatever is wrong is equally wrong. */
export const crossEntropy: Loss = (ops, scores, goal) => ops.softmaxCrossEntropy(scores, goal);

/** What a classifier learns from a teacher, by the formula. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped } from '../../src/tensorflow/transfer.js';
import { classObjective } from '../../src/training/class-objective.js';
import type { Teacher } from '../../src/training/teacher.js';
import { runtime } from '../fixtures/device.js';

const ops = createOps(runtime);
const { tf } = ops;

const softmax = (scores: readonly number[]) => {
  const all = scores.map(Math.exp);
  const sum = all.reduce((a, b) => a + b, 0);
  return all.map((x) => x / sum);
};
const crossEntropy = (scores: readonly number[], aim: readonly number[]) => {
  const p = softmax(scores);
  return -aim.reduce((sum, share, i) => sum + share * Math.log(p[i] ?? 0), 0);
};

it('scores of a teacher and of the network are divided by the temperature, and the gradient is restored by its square', () => {
  const [scores, ofTeacher, label] = [[1, -0.5, 2], [3, 0, -1], 1];
  const teacher: Teacher = {
    probabilities: () => Float32Array.from(softmax(ofTeacher)),
    dispose: () => undefined,
  };
  const lossAt = (teacherShare: number, teacherTemperature: number) => {
    const objective = classObjective({ outputs: 3, labelSmoothing: 0, teacher, teacherShare, teacherTemperature });
    const step = { indices: Int32Array.of(0), targets: Int32Array.of(label), weights: Float32Array.of(1) };
    const fed = objective.feed({ ...step, seed: [1, 1], rate: 0 } as never, { used: 3, views: () => undefined });
    return scoped(runtime, () => {
      const inputs: Record<string, Tensor> = {
        targets: tf.tensor1d(fed.targets as Int32Array, 'int32'),
        weights: tf.tensor1d(fed.weights as Float32Array),
        mask: tf.tensor1d(fed.mask as Float32Array),
        taught: tf.tensor2d(fed.taught as Float32Array, [1, 3]),
      };
      return objective.loss(ops, tf.tensor2d([scores]), inputs).loss.dataSync()[0] as number;
    });
  };
  const divergence = (from: readonly number[], aim: readonly number[]) =>
    crossEntropy(from, aim) + aim.reduce((sum, q) => sum + q * Math.log(q), 0);
  const halved = (all: readonly number[]) => all.map((x) => x / 2);
  const taught = 4 * divergence(halved(scores), softmax(halved(ofTeacher)));
  expect(lossAt(1, 2)).toBeCloseTo(taught, 5);
  expect(lossAt(1, 1)).toBeCloseTo(divergence(scores, softmax(ofTeacher)), 5);
  const labels = crossEntropy(scores, [0, 1, 0]);
  expect(lossAt(0.75, 2)).toBeCloseTo(0.75 * taught + 0.25 * labels, 5);
});

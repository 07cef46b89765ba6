/** Losses that weigh mistakes by a tree: their values by hand, and the gradients of a step by finite differences. */
import { afterAll, describe, expect, it } from 'vitest';
import { createHead } from '../../src/network/network.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { trainingSchema } from '../../src/training/config.js';
import { hierarchicalCrossEntropy } from '../../src/training/losses/hierarchical-cross-entropy.js';
import { crossEntropy, type Loss } from '../../src/training/losses/loss.js';
import { softGoals, softLabels } from '../../src/training/losses/soft-labels.js';
import { softmaxMargin } from '../../src/training/losses/softmax-margin.js';
import { leafDistances } from '../../src/training/losses/tree-relations.js';
import { headModel } from '../../src/training/model.js';
import { residentFeatures } from '../../src/training/source.js';
import { createTrainer } from '../../src/training/trainer.js';
import { alive, compiled, eager, runtime } from '../fixtures/device.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

/** root -> (x -> (a, deep -> (b, c)), d): edges x 0, a 1, deep 2, b 3, c 4, d 5. */
const tree = {
  siblings: [
    [0, 5],
    [1, 2],
    [3, 4],
  ],
  paths: [[0, 1], [0, 2, 3], [0, 2, 4], [5]],
};
const [A, B, C, D] = [0, 1, 2, 3];
const ops = createOps(runtime);
const scores = [0.3, -1.2, 0.8, 0.1];
const exps = scores.map(Math.exp);
const p = exps.map((value) => value / exps.reduce((sum, one) => sum + one, 0));
const P = (...leaves: number[]) => leaves.reduce((sum, leaf) => sum + (p[leaf] ?? 0), 0);

function lossOf(loss: Loss, given: readonly number[], goal: readonly number[]): number {
  return scoped(runtime, () => {
    const row = (values: readonly number[]): NdArray => ({ shape: [1, 4], data: Float32Array.from(values) });
    const { data } = toArray(runtime, loss(ops, toTensor(runtime, row(given)), toTensor(runtime, row(goal))));
    ops.release();
    return data[0] ?? Number.NaN;
  });
}

const only = (leaf: number) => [0, 1, 2, 3].map((one) => (one === leaf ? 1 : 0));

describe('distances of leaves', () => {
  it('are the height of the lowest common ancestor over that of the root', () => {
    const [far, near, nearest] = [1, 2 / 3, 1 / 3];
    const expected = [
      [0, near, near, far],
      [near, 0, nearest, far],
      [near, nearest, 0, far],
      [far, far, far, 0],
    ];
    Array.from(leafDistances(tree)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i >> 2]?.[i & 3] ?? Number.NaN, 6);
    });
  });
});

describe('hierarchical cross-entropy', () => {
  it('weighs -ln p(node | parent) by exp(-alpha depth)', () => {
    const w = (depth: number) => Math.exp(-0.5 * depth);
    const x = P(A, B, C);
    const deep = P(B, C);
    const ofB = -(Math.log(x) + w(1) * Math.log(deep / x) + w(2) * Math.log(P(B) / deep));
    expect(lossOf(hierarchicalCrossEntropy(tree, 0.5), scores, only(B))).toBeCloseTo(ofB, 5);
    expect(lossOf(hierarchicalCrossEntropy(tree, 0.5), scores, only(D))).toBeCloseTo(-Math.log(P(D)), 5);
    const ofA = -(Math.log(x) + w(1) * Math.log(P(A) / x));
    const goal = [0.25, 0.75, 0, 0];
    expect(lossOf(hierarchicalCrossEntropy(tree, 0.5), scores, goal)).toBeCloseTo(0.25 * ofA + 0.75 * ofB, 5);
  });

  it('is cross-entropy for alpha 0, and stays finite where a node is impossible', () => {
    for (const leaf of [A, B, C, D]) {
      expect(lossOf(hierarchicalCrossEntropy(tree, 0), scores, only(leaf))).toBeCloseTo(-Math.log(P(leaf)), 5);
    }
    expect(lossOf(hierarchicalCrossEntropy(tree, 0.5), [-200, -200, -200, 200], only(B))).toSatisfy(Number.isFinite);
  });
});

describe('soft labels', () => {
  it('are in the proportions of exp(-beta distance)', () => {
    const goals = softGoals(tree, 3);
    const row = [Math.exp(-2), 1, Math.exp(-1), Math.exp(-3)];
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, leaf) => {
      expect(goals[4 * B + leaf]).toBeCloseTo(value / sum, 6);
    });
    const expected = row.reduce((total, value, leaf) => total - (value / sum) * Math.log(p[leaf] ?? 0), 0);
    expect(lossOf(softLabels(tree, 3), scores, only(B))).toBeCloseTo(expected, 5);
  });

  it('are the labels for a large beta', () => {
    expect(lossOf(softLabels(tree, 1000), scores, only(C))).toBeCloseTo(-Math.log(P(C)), 5);
  });
});

describe('soft-max-margin', () => {
  it('gives wrong classes a head start by their distance', () => {
    const ahead = [2 / 3, 0, 1 / 3, 1].map((distance) => 2 * distance);
    const sum = scores.reduce((total, score, leaf) => total + Math.exp(score + (ahead[leaf] ?? 0)), 0);
    const expected = Math.log(sum) - (scores[B] ?? 0);
    expect(lossOf(softmaxMargin(tree, 2), scores, only(B))).toBeCloseTo(expected, 5);
  });

  it('is cross-entropy for a margin of 0', () => {
    expect(lossOf(softmaxMargin(tree, 0), scores, only(D))).toBeCloseTo(-Math.log(P(D)), 5);
  });
});

const FEATURES = 3;
const features = Float32Array.of(0.4, -1, 0.7, 1.2, 0.3, -0.5);
const kernel = Float32Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));

describe('a step', () => {
  it.each<[string, Loss]>([
    ['cross-entropy', crossEntropy],
    ['hxe', hierarchicalCrossEntropy(tree, 0.4)],
    ['soft labels', softLabels(tree, 4)],
    ['margin', softmaxMargin(tree, 1.5)],
  ])('%s: its loss and gradient are those of finite differences, compiled and eager', (_, loss) => {
    const labels = [B, D];
    const at = (weights: Float32Array) =>
      labels.reduce((sum, label, row) => {
        const scored = [0, 1, 2, 3].map((k) =>
          [0, 1, 2].reduce((total, f) => total + (features[row * FEATURES + f] ?? 0) * (weights[f * 4 + k] ?? 0), 0),
        );
        const goal = only(label).map((one) => 0.9 * one + 0.1 / 4);
        return sum + lossOf(loss, scored, goal) / labels.length;
      }, 0);
    const steps = [compiled, eager].map((make) => {
      const rate = 0.1;
      const optimiser = { kind: 'sgd', rate, momentum: 0 } as const;
      const config = trainingSchema.parse({ epochs: 1, batch: 2, optimiser, augmentation: null, labelSmoothing: 0.1 });
      const model = headModel(createHead({ layers: [] }, FEATURES, 4));
      const trainer = createTrainer(make, model, residentFeatures(features, FEATURES), config, { loss });
      const bias = { shape: [4], data: new Float32Array(4) };
      trainer.start({ 'head/output/kernel': { shape: [3, 4], data: kernel }, 'head/output/bias': bias }, 4);
      const step = { indices: Int32Array.of(0, 1), targets: Int32Array.from(labels), weights: Float32Array.of(1, 1) };
      const { loss: value } = trainer.step({ ...step, seed: [1, 1], rate });
      const moved = trainer.weights()['head/output/kernel']?.data as Float32Array;
      trainer.dispose();
      expect(value).toBeCloseTo(at(kernel), 5);
      kernel.forEach((one, i) => {
        const by = (change: number) => at(kernel.map((other, j) => (j === i ? other + change : other)));
        expect((one - (moved[i] ?? Number.NaN)) / rate).toBeCloseTo((by(0.01) - by(-0.01)) / 0.02, 3);
      });
      return moved;
    });
    steps[0]?.forEach((value, i) => {
      expect(value).toBeCloseTo(steps[1]?.[i] ?? Number.NaN, 6);
    });
  });
});

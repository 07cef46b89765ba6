/** The loss of a label that allows several outputs: -ln of the sum of their probabilities, by its gradient. */
import { afterAll, expect, it } from 'vitest';
import { createHead } from '../../src/network/network.js';
import { trainingSchema } from '../../src/training/config.js';
import { labelSets } from '../../src/training/label-sets.js';
import { headModel } from '../../src/training/model.js';
import { residentFeatures } from '../../src/training/source.js';
import { createTrainer } from '../../src/training/trainer.js';
import { alive, compiled, eager } from '../fixtures/device.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

const FEATURES = 3;
const sets = labelSets([[0], [1], [2], [3], [1, 3], [0, 1, 2, 3]], 4);
const features = Float32Array.of(0.4, -1, 0.7, 1.2, 0.3, -0.5);
const kernel = Float32Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));

/** -ln of the sum of the allowed probabilities, over the two examples. */
function loss(weights: Float32Array, labels: readonly number[]): number {
  return labels.reduce((sum, label, row) => {
    const scores = [0, 1, 2, 3].map((k) =>
      [0, 1, 2].reduce((total, f) => total + (features[row * FEATURES + f] ?? 0) * (weights[f * 4 + k] ?? 0), 0),
    );
    const exps = scores.map(Math.exp);
    const allowed = exps.filter((_, k) => sets.allowed[label * 4 + k] === 1);
    const add = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return sum - Math.log(add(allowed) / add(exps)) / labels.length;
  }, 0);
}

it.each([
  ['a class', [2, 0]],
  ['several outputs', [4, 4]],
  ['both', [4, 1]],
  ['everything, which says nothing', [5, 5]],
] as const)('%s', (_, labels) => {
  for (const make of [compiled, eager]) {
    const rate = 0.1;
    const optimiser = { kind: 'sgd', rate, momentum: 0 } as const;
    const config = trainingSchema.parse({ epochs: 1, batch: 2, optimiser, augmentation: null, labelSmoothing: 0 });
    const head = createHead({ layers: [] }, FEATURES, 4);
    const trainer = createTrainer(make, headModel(head), residentFeatures(features, FEATURES), config, { sets });
    const bias = { shape: [4], data: new Float32Array(4) };
    trainer.start({ 'head/output/kernel': { shape: [3, 4], data: kernel }, 'head/output/bias': bias }, 4);
    const step = trainer.step({
      indices: Int32Array.of(0, 1),
      targets: Int32Array.from(labels),
      weights: Float32Array.of(1, 1),
      seed: [1, 1],
      rate,
    });
    expect(step.loss).toBeCloseTo(loss(kernel, labels), 5);
    const moved = trainer.weights()['head/output/kernel']?.data as Float32Array;
    trainer.dispose();
    kernel.forEach((value, i) => {
      const at = (by: number) =>
        loss(
          kernel.map((one, j) => (j === i ? one + by : one)),
          labels,
        );
      const gradient = (at(1e-3) - at(-1e-3)) / 2e-3;
      expect((value - (moved[i] ?? Number.NaN)) / rate).toBeCloseTo(gradient, 3);
    });
  }
});

/** The loss of branches that are left out, against a sum over softmaxes computed by hand, and its gradient. */
import { afterAll, expect, it } from 'vitest';
import { createHead } from '../../src/network/network.js';
import { trainingSchema } from '../../src/training/config.js';
import { leftOut } from '../../src/training/left-out.js';
import { headModel } from '../../src/training/model.js';
import { residentFeatures } from '../../src/training/source.js';
import { createTrainer } from '../../src/training/trainer.js';
import { alive, compiled, eager } from '../fixtures/device.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

// Outputs: classes 0, 1 and 2, a new child of the root (3) and one of the node above 0 and 1 (4).
const branches = [
  [
    { without: [0], right: 4 },
    { without: [0, 1, 4], right: 3 },
  ],
  [
    { without: [1], right: 4 },
    { without: [0, 1, 4], right: 3 },
  ],
  [{ without: [2], right: 3 }],
];
const FEATURES = 3;
const OUTPUTS = 5;
const features = Float32Array.of(0.4, -1, 0.7, 1.2, 0.3, -0.5);
const kernel = Float32Array.from({ length: FEATURES * OUTPUTS }, (_, i) => Math.sin(3 * i));

/** The mean over two examples of -ln p(label) and of -ln p(right | the rest) for each branch. */
function loss(weights: Float32Array, labels: readonly number[]): number {
  return labels.reduce((sum, label, row) => {
    const exps = Array.from({ length: OUTPUTS }, (_, k) =>
      Math.exp(
        [0, 1, 2].reduce((s, f) => s + (features[row * FEATURES + f] ?? 0) * (weights[f * OUTPUTS + k] ?? 0), 0),
      ),
    );
    const surprise = (right: number, without: readonly number[]) => {
      const rest = exps.filter((_, k) => !without.includes(k)).reduce((s, value) => s + value, 0);
      return -Math.log((exps[right] ?? 0) / rest);
    };
    const own = (branches[label] ?? []).reduce((s, { right, without }) => s + surprise(right, without), 0);
    return sum + (surprise(label, []) + own) / labels.length;
  }, 0);
}

it.each([
  ['two branches, and one', [0, 2]],
  ['two branches each', [1, 0]],
] as const)('%s', (_, labels) => {
  for (const make of [compiled, eager]) {
    const rate = 0.1;
    const optimiser = { kind: 'sgd', rate, momentum: 0 } as const;
    const config = trainingSchema.parse({ epochs: 1, batch: 2, optimiser, augmentation: null, labelSmoothing: 0 });
    const model = headModel(createHead({ layers: [] }, FEATURES, OUTPUTS));
    const options = { leftOut: leftOut(branches, OUTPUTS) };
    const trainer = createTrainer(make, model, residentFeatures(features, FEATURES), config, options);
    const bias = { shape: [OUTPUTS], data: new Float32Array(OUTPUTS) };
    trainer.start(
      { 'head/output/kernel': { shape: [FEATURES, OUTPUTS], data: kernel }, 'head/output/bias': bias },
      OUTPUTS,
    );
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
          kernel.map((own, k) => (k === i ? own + by : own)),
          labels,
        );
      expect(value - (moved[i] ?? 0)).toBeCloseTo((rate * (at(1e-2) - at(-1e-2))) / 2e-2, 4);
    });
  }
});

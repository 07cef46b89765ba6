/** What the loop asks of a trainer, step by step, and what a trainer makes of spare outputs. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { DEFAULT_NORM } from '../../src/network/normalised.js';
import { withOutputs } from '../../src/network/outputs.js';
import { trunkSchema } from '../../src/network/spec.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { type TrainingConfigInput, trainingSchema } from '../../src/training/config.js';
import { fit } from '../../src/training/fit.js';
import { networkModel } from '../../src/training/model.js';
import { residentImages } from '../../src/training/source.js';
import { batchShareAt } from '../../src/training/step.js';
import type { Task } from '../../src/training/task.js';
import { createTrainer, type StepBatch, type Trainer } from '../../src/training/trainer.js';
import { compiled, eager } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SHAPES, shapes, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

const images = shapes(40);
const train = Int32Array.from({ length: 128 }, (_, i) => i);
const validation = Int32Array.from({ length: 32 }, (_, i) => 128 + i);
const task: Task = { labels: images.labels, classes: SHAPES.length, train, validation };

function model(outputs: number = SHAPES.length) {
  const trunk = createTrunk(tinyNetwork.trunk);
  return networkModel(trunk, createHead(tinyNetwork.head, trunk.features, outputs));
}

/** What is done where the loop prepares a step, or makes it. */
type Called = (batch: StepBatch) => Promise<void> | undefined;

describe('what a step is given', () => {
  /** Steps as `fit` asks for them; nothing is computed. */
  async function asked(
    input: TrainingConfigInput,
    given: Task = task,
    { prepare = () => undefined, step = () => undefined }: Partial<Record<'prepare' | 'step', Called>> = {},
  ) {
    const config = trainingSchema.parse({ ...tinyTraining, ...input });
    const batches: StepBatch[] = [];
    const estimated: number[] = [];
    const none = () => {
      throw new Error('not in this test');
    };
    const trainer: Trainer = {
      model: model(),
      source: residentImages(images),
      batch: config.batch,
      sides: [...config.sizes, 16],
      prepare,
      estimateStatistics: (order) => estimated.push(order.length),
      start: () => undefined,
      step: (batch) => {
        void step(batch);
        batches.push(batch);
        return { loss: batches.length, correct: 1 };
      },
      answers: (indices) => new Float32Array(indices.length * given.classes).fill(1 / given.classes),
      weights: () => ({}),
      snapshot: none,
      restore: none,
      dispose: none,
    };
    return { ...(await fit(trainer, given, config, {})), batches, estimated };
  }

  it('every training image once an epoch with its label, a rate of the schedule, a seed of its own', async () => {
    const { batches, history } = await asked({
      epochs: 2,
      optimiser: { kind: 'sgd', rate: 0.5, decay: { factor: 0.1, every: 1 } },
    });
    expect(batches).toHaveLength(16);
    for (const epoch of [batches.slice(0, 8), batches.slice(8)]) {
      const shown = epoch.flatMap(({ indices }) => Array.from(indices));
      expect(shown.sort((a, b) => a - b)).toEqual(Array.from(train));
    }
    for (const { indices, targets, weights } of nonEmpty(batches)) {
      expect(Array.from(targets)).toEqual(Array.from(indices, (image) => images.labels[image]));
      expect(Array.from(weights)).toEqual(new Array(16).fill(1));
    }
    expect(batches.map(({ rate }) => rate)).toEqual([...new Array(8).fill(0.5), ...new Array(8).fill(0.05)]);
    expect(new Set(batches.map(({ seed }) => seed.join())).size).toBe(16);
    // Means over the epoch: losses 1 to 8, one of 16 images right in each step.
    expect(history[0]).toMatchObject({ loss: 4.5, accuracy: 1 / 16, rate: 0.5, validationAccuracy: 0.25 });
    expect(history[0]?.validationLoss).toBeCloseTo(Math.log(4), 6);
  });

  it('prepared before the step before it, and ready', async () => {
    const events: string[] = [];
    const numbers = new Map<string, number>();
    const numberOf = ({ seed }: StepBatch) => {
      const number = numbers.get(seed.join()) ?? numbers.size;
      numbers.set(seed.join(), number);
      return number;
    };
    const calls = {
      async prepare(batch: StepBatch) {
        const number = numberOf(batch);
        events.push(`prepare ${number}`);
        await setImmediate();
        await setImmediate();
        events.push(`ready ${number}`);
      },
      step: (batch: StepBatch) => void events.push(`step ${numberOf(batch)}`),
    };
    await asked({ epochs: 2, batch: 64 }, task, calls);
    // Two steps an epoch. Between epochs, nothing is ahead.
    const epoch = (first: number) =>
      ['prepare', 'ready', 'prepare +', 'step', 'ready +', 'step +'].map((what) =>
        what.endsWith('+') ? `${what.slice(0, -2)} ${first + 1}` : `${what} ${first}`,
      );
    expect(events).toEqual([...epoch(0), ...epoch(2)]);
  });

  it('or the reason why it cannot be prepared; a step that fails does not wait for the next', async () => {
    const rejecting = async () => {
      await setImmediate();
      throw new Error('no examples');
    };
    await expect(asked({ epochs: 1 }, task, { prepare: rejecting })).rejects.toThrow('no examples');
    let prepared = 0;
    const second = () => (prepared++ === 0 ? undefined : rejecting());
    const failing = () => {
      throw new Error('no step');
    };
    await expect(asked({ epochs: 1 }, task, { prepare: second, step: failing })).rejects.toThrow('no step');
    expect(prepared).toBe(2);
    await setImmediate();
  });

  it('smaller images in the first epochs, which are divided evenly, and at the end those of the network', async () => {
    const sidesOf = async (epochs: number) => {
      const { batches, estimated } = await asked({ epochs, sizes: [8, 12] });
      expect(estimated).toEqual(new Array(epochs).fill(128));
      return Array.from({ length: epochs }, (_, epoch) => {
        const sides = new Set(batches.slice(8 * epoch, 8 * epoch + 8).map(({ side }) => side));
        expect(sides.size).toBe(1);
        return [...sides][0];
      });
    };
    expect(await sidesOf(6)).toEqual([8, 8, 12, 12, 16, 16]);
    expect(await sidesOf(2)).toEqual([12, 16]);
    expect(await sidesOf(1)).toEqual([16]);
  });

  it('weights that make classes count alike, and as many images of each class as asked for', async () => {
    const skewed = { ...task, train: train.filter((image) => images.labels[image] !== 0 || image < 16) };
    const weighted = await asked({ epochs: 1, batch: 100, classWeights: 'balanced' }, skewed);
    const { targets, weights } = weighted.batches[0] as StepBatch;
    const sums = [0, 1, 2, 3].map((label) => weights.reduce((sum, w, i) => sum + (targets[i] === label ? w : 0), 0));
    for (const sum of sums) expect(sum).toBeCloseTo(25, 4);
    const balanced = await asked({ epochs: 1, batch: 10, balance: 20 }, skewed);
    const shown = balanced.batches.flatMap(({ targets: own }) => Array.from(own));
    expect([0, 1, 2, 3].map((label) => shown.filter((target) => target === label).length)).toEqual([20, 20, 20, 20]);
  });
});

describe('memory that runs out', () => {
  it('is explained by the batch, in making the trainer or in a step', () => {
    const config = trainingSchema.parse(tinyTraining);
    const full = () => {
      throw new Error('RESOURCE_EXHAUSTED: failed to allocate memory');
    };
    const trainer = (make: MakeProgram) => createTrainer(make, model(), residentImages(images), config);
    expect(() => trainer(full)).toThrow(/Memory ran out\n.*a batch of \d+ images[\s\S]*`deviceMemory`/);
    const filling = trainer((definition) => ({ ...eager(definition), run: full }));
    const batch = { indices: train, targets: train, weights: new Float32Array(128), seed: [1, 1], rate: 1 } as const;
    expect(() => filling.step(batch)).toThrow(/a batch of 128 images/);
    filling.dispose();
  });
});

describe('a trainer with more outputs than the task has classes', () => {
  it('learns as one without: spare outputs take no probability and no part in the loss', async () => {
    const config = trainingSchema.parse({ ...tinyTraining, labelSmoothing: 0.1 });
    const run = (outputs: number) => {
      const trainer = createTrainer(compiled, model(outputs), residentImages(images), config);
      const first = initialise(model(2).parameters, 3);
      trainer.start(withOutputs(first, outputs), 2);
      const losses = Array.from({ length: 6 }, (_, step) => {
        const indices = Int32Array.from({ length: 16 }, (_, i) => 16 * step + i);
        const targets = indices.map((i) => i % 2);
        return trainer.step({ indices, targets, weights: new Float32Array(16).fill(1), seed: [1, step], rate: 0.01 })
          .loss;
      });
      const rows = trainer.answers(validation);
      const weights = withOutputs(trainer.weights(), 2);
      trainer.dispose();
      return { losses, rows, weights };
    };
    const [exact, spare] = [run(2), run(5)];
    nonEmpty(exact.losses).forEach((loss, i) => expect(spare.losses[i]).toBeCloseTo(loss, 5));
    expect(spare.rows.length).toBe(validation.length * 2);
    nonEmpty(exact.rows).forEach((p, i) => expect(spare.rows[i]).toBeCloseTo(p, 4));
    for (const [name, { data }] of nonEmpty(Object.entries(exact.weights))) {
      nonEmpty(data).forEach((w, i) => expect(spare.weights[name]?.data[i], name).toBeCloseTo(w, 3));
    }
  });
});

describe('running statistics', () => {
  it.each([
    ['by 8 / (t + 7)', undefined],
    ["by the normalisation's momentum, once that is more", { momentum: 0.5 }],
  ])('are a mean over the steps, whatever they started from, that leans to the last ones: %s', (_, norm) => {
    const layers = [{ type: 'conv', filters: 2, kernel: 3, norm: true, activation: { kind: 'relu' } }] as const;
    const trunk = createTrunk(trunkSchema.parse({ input: tinyNetwork.trunk.input, layers, norm }));
    const whole = networkModel(trunk, createHead({ layers: [] }, trunk.features, 4));
    const optimiser = { kind: 'sgd', rate: 1, momentum: 0 } as const;
    const config = trainingSchema.parse({ batch: 16, optimiser, augmentation: null });
    for (const make of [compiled, eager]) {
      const trainer = createTrainer(make, whole, residentImages(images), config);
      const names = ['trunk/0/norm/mean', 'trunk/0/norm/variance'];
      const far = Object.fromEntries(names.map((name) => [name, { shape: [2], data: Float32Array.of(100, -50) }]));
      const begin = () => trainer.start({ ...initialise(whole.parameters, 3), ...far }, 4);
      /** What statistics are after a step on the k-th batch. A rate of 0 leaves the weights as they are. */
      const step = (k: number): number[] => {
        const indices = Int32Array.from({ length: 16 }, (_, i) => 16 * k + i);
        const targets = indices.map((image) => images.labels[image] ?? 0);
        trainer.step({ indices, targets, weights: new Float32Array(16).fill(1), seed: [1, k], rate: 0 });
        return names.flatMap((name) => Array.from(trainer.weights()[name]?.data ?? []));
      };
      const alone = [0, 1].map((k) => {
        begin();
        return step(k);
      }) as [number[], number[]];
      expect(Math.max(...alone[0].map(Math.abs))).toBeLessThan(20);
      begin();
      let first = 1;
      for (let t = 1; t <= 24; t++) {
        const found = step(t === 1 ? 0 : 1);
        // What the first step still weighs.
        if (t > 1) first *= 1 - Math.max(8 / (t + 7), norm?.momentum ?? 0.05);
        nonEmpty(found).forEach((value, i) => {
          const expected = first * (alone[0][i] ?? 0) + (1 - first) * (alone[1][i] ?? 0);
          expect(value, `step ${t}`).toBeCloseTo(expected, 4);
        });
      }
      trainer.dispose();
    }
  });
});

it('the share of a batch in running statistics falls, by default to a twentieth', () => {
  expect([1, 9, 153].map(batchShareAt)).toEqual([1, 0.5, 0.05]);
  expect(DEFAULT_NORM.momentum).toBe(0.05);
});

describe('an unaugmented step', () => {
  it('is the one that a training without augmentation would make', () => {
    // All but without noise, so that dropout draws from the same seeds.
    const still = { rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1, noise: 1e-9 };
    const augmentation = { noise: 0.2 };
    const first = initialise(model(4).parameters, 3);
    const step = (given: TrainingConfigInput, unaugmented: boolean) => {
      const config = trainingSchema.parse({ ...tinyTraining, ...given });
      const trainer = createTrainer(compiled, model(4), residentImages(images), config);
      trainer.start(first, 4);
      const indices = train.subarray(0, trainer.batch);
      const targets = indices.map((image) => images.labels[image] ?? 0);
      const weights = new Float32Array(trainer.batch).fill(1);
      const { loss } = trainer.step({ indices, targets, weights, seed: [1, 1], rate: 0.01, unaugmented });
      trainer.dispose();
      return loss;
    };
    const never = step({ augmentation: still }, false);
    expect(step({ augmentation }, true)).toBeCloseTo(never, 5);
    expect(Math.abs(step({ augmentation }, false) - never)).toBeGreaterThan(1e-3);
  });
});

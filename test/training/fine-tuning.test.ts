/** Trainings that start from trained weights: rates by depth, frozen stages, the head first, averages, sizes, teachers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { largest } from '../../src/arrays.js';
import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import type { Weights } from '../../src/network/weights.js';
import { encodeWeights } from '../../src/network/weights-file.js';
import { augment, identityMaps, shrunk } from '../../src/training/augment.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { type TrainingConfigInput, trainingSchema } from '../../src/training/config.js';
import { fit } from '../../src/training/fit.js';
import { headModel, networkModel } from '../../src/training/model.js';
import { rateGroups } from '../../src/training/rates.js';
import { residentImages } from '../../src/training/source.js';
import type { Teacher } from '../../src/training/teacher.js';
import { createTrainer, type Trainer } from '../../src/training/trainer.js';
import { compiled, eager } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SHAPES, shapes, tinyMobile, tinyTraining } from '../fixtures/shapes.js';

const images = shapes(40);
const trunk = createTrunk(tinyMobile.trunk);
const model = networkModel(trunk, createHead(tinyMobile.head, trunk.features, SHAPES.length));
const first = initialise(model.parameters, 3);
const sgd = { kind: 'sgd', rate: 1, momentum: 0 } as const;
const still = { ...tinyTraining, optimiser: sgd, augmentation: null, labelSmoothing: 0 };

function trainer(
  input: TrainingConfigInput,
  { make = compiled, teacher }: { make?: typeof eager; teacher?: Teacher } = {},
) {
  const config = trainingSchema.parse({ ...still, ...input });
  const made = createTrainer(make, model, residentImages(images), config, { teacher });
  onTestFinished(() => made.dispose());
  made.start(first, SHAPES.length);
  return made;
}

/** The k-th step, of 16 images. */
function step(of: Trainer, k: number, rate = 0.01, side?: number) {
  const indices = Int32Array.from({ length: 16 }, (_, i) => (16 * k + 5 * i) % images.count);
  const targets = indices.map((image) => images.labels[image] ?? 0);
  const weights = new Float32Array(16).fill(1);
  return of.step({ indices, targets, weights, seed: [1, k], rate, ...(side !== undefined && { side }) });
}

/** The largest change of each parameter. */
function changes(after: Weights, before: Weights = first): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, { data }]) => [
      name,
      largest(Array.from(data, (value, i) => Math.abs(value - (before[name]?.data[i] ?? 0)))),
    ]),
  );
}

const of = (prefix: string, all: Record<string, number>) =>
  nonEmpty(Object.entries(all).filter(([name]) => name.startsWith(prefix))).map(([, change]) => change);

describe('rates', () => {
  it('fall by depth, block by block, from the last layer to the first', () => {
    const groups = rateGroups(model.parameters, { headRate: 3, layerDecay: 0.5, frozenStages: 1, headSteps: 0 });
    const layers = ['trunk/1/0', 'trunk/2/0', 'trunk/2/1', 'trunk/3', 'head'];
    const factors = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 3];
    expect(groups.map(({ factor }) => factor)).toEqual(factors);
    nonEmpty(groups).forEach(({ names }, i) => {
      for (const name of nonEmpty(names)) expect(name).toMatch(new RegExp(`^${layers[i]}/`));
    });
    const trained = groups.flatMap(({ names }) => names);
    const weights = model.parameters.filter(({ name, role }) => role === 'weight' && !name.startsWith('trunk/0/'));
    expect(trained).toEqual(weights.map(({ name }) => name));
  });

  it('are one for the whole network by default, and for heads alone', () => {
    const usual = trainingSchema.parse({});
    expect(rateGroups(model.parameters, usual).map(({ factor }) => factor)).toEqual([1]);
    expect(rateGroups(model.parameters, { ...usual, headSteps: 1 }).map(({ block }) => block)).toEqual([
      'trunk',
      'head',
    ]);
    const alone = headModel(createHead(tinyMobile.head, 4, 2));
    expect(rateGroups(alone.parameters, { ...usual, headRate: 3 }).map(({ factor }) => factor)).toEqual([1]);
  });

  it.each([
    ['sgd', sgd],
    ['adamw', { kind: 'adamw', rate: 1, weightDecay: 0 }],
  ] as const)('multiply the step of %s', (_, optimiser) => {
    const [usual, faster] = [trainer({ optimiser }), trainer({ optimiser, headRate: 3, layerDecay: 0.5 })];
    for (const one of [usual, faster]) step(one, 0);
    const [a, b] = [changes(usual.weights()), changes(faster.weights())];
    for (const [prefix, factor] of Object.entries({
      'head/output/kernel': 3,
      'trunk/3/kernel': 0.5,
      'trunk/0/kernel': 0.5 ** 5,
    })) {
      expect((b[prefix] ?? 0) / (a[prefix] ?? 0), prefix).toBeCloseTo(factor, 2);
    }
  });
});

describe('what is not trained', () => {
  it('frozen stages keep their weights and their statistics', () => {
    const one = trainer({ frozenStages: 2 });
    for (const k of [0, 1]) step(one, k);
    const all = changes(one.weights());
    expect([...of('trunk/0/', all), ...of('trunk/1/', all)]).toAllSatisfy((change) => change === 0);
    expect([...of('trunk/2/', all), ...of('head/', all)]).toAllSatisfy((change) => change > 0);
  });

  it('the head is trained first, and the statistics move meanwhile', () => {
    const one = trainer({ headSteps: 2, optimiser: { kind: 'adamw', rate: 1, weightDecay: 0.1 } });
    for (const k of [0, 1]) step(one, k);
    const all = changes(one.weights());
    const trunkWeights = Object.entries(all).filter(([name]) => /^trunk.*(kernel|scale|offset)$/.test(name));
    expect(trunkWeights).toAllSatisfy(([, change]) => change === 0);
    expect([...of('head/', all), all['trunk/0/norm/mean'] ?? 0]).toAllSatisfy((change) => change > 0);
    step(one, 2);
    // Adam's first step is as long as the rate, whenever it is made.
    const kernel = changes(one.weights())['trunk/3/kernel'] ?? 0;
    expect(kernel).toBeGreaterThan(0.005);
    expect(kernel).toBeLessThan(0.015);
  });
});

describe('the average of the weights', () => {
  it('follows them by 1 - min(averaging, (1 + t) / (10 + t)), and is what predicts and is kept', () => {
    const [plain, averaged] = [trainer({}), trainer({ averaging: 0.25 })];
    const name = 'head/output/kernel';
    let expected = Array.from(first[name]?.data ?? []);
    for (const t of [1, 2, 3]) {
      const losses = [plain, averaged].map((one) => step(one, t).loss);
      expect(losses[1]).toBeCloseTo(losses[0] ?? 0, 5);
      const share = 1 - Math.min(0.25, (1 + t) / (10 + t));
      const now = plain.weights()[name]?.data ?? [];
      expected = expected.map((value, i) => value + ((now[i] ?? 0) - value) * share);
    }
    const kept = averaged.weights();
    nonEmpty(expected).forEach((value, i) => expect(kept[name]?.data[i]).toBeCloseTo(value, 5));
    const rows = averaged.answers(Int32Array.of(0, 1));
    plain.start(kept, SHAPES.length);
    nonEmpty(rows).forEach((value, i) => expect(plain.answers(Int32Array.of(0, 1))[i]).toBeCloseTo(value, 4));
  });
});

describe('statistics of batch normalisation', () => {
  it('are those of the given batches, for the weights as they are', () => {
    const one = trainer({ statisticsBatches: 2 });
    const name = 'trunk/0/norm/mean';
    const order = Int32Array.from({ length: 40 }, (_, i) => (7 * i) % images.count);
    const alone = [0, 1].map((k) => {
      one.start(first, SHAPES.length);
      const indices = order.slice(16 * k, 16 * k + 16);
      one.step({ indices, targets: indices.map(() => 0), weights: new Float32Array(16), seed: [1, 1], rate: 0 });
      return Array.from(one.weights()[name]?.data ?? []);
    });
    one.start(first, SHAPES.length);
    step(one, 5, 0);
    one.estimateStatistics(order);
    const found = one.weights()[name]?.data ?? [];
    nonEmpty(Array.from(found)).forEach((mean, i) => {
      expect(mean).toBeCloseTo(((alone[0]?.[i] ?? 0) + (alone[1]?.[i] ?? 0)) / 2, 5);
    });
  });
});

describe('smaller images', () => {
  it('are means over pixels', () => {
    const program = eager({
      state: {},
      functions: {
        shrink: {
          inputs: { maps: { shape: [1, 8], data: new Float32Array(8) } },
          run: (ops, _, { maps }) => {
            const square = ops.tf.tensor4d([1, 3, 5, 7, 1, 3, 5, 7, 0, 0, 8, 8, 4, 4, 0, 0], [1, 4, 4, 1]);
            return { outputs: { small: augment(ops, square, maps as never, 'white', 2) } };
          },
        },
      },
    });
    onTestFinished(() => program.dispose());
    const { small } = program.run('shrink', { maps: shrunk(identityMaps(1), 2) });
    expect(Array.from(small?.data ?? [])).toEqual([2, 6, 2, 4]);
    expect(shrunk(identityMaps(1), 1)).toEqual(identityMaps(1));
  });

  it('have their own border around them where it is not white', () => {
    const shifted = identityMaps(1);
    shifted[2] = 2;
    const warped = (edge: 'white' | 'nearest') => {
      const program = eager({
        state: {},
        functions: {
          warp: {
            inputs: { maps: { shape: [1, 8], data: shifted } },
            run: (ops, _, { maps }) => {
              const row = ops.tf.tensor4d([1, 2, 3, 1, 2, 3, 1, 2, 3], [1, 3, 3, 1]);
              return { outputs: { row: augment(ops, row, maps as never, edge) } };
            },
          },
        },
      });
      const { row } = program.run('warp', { maps: shifted });
      program.dispose();
      return Array.from(row?.data ?? []).slice(0, 3);
    };
    expect(warped('white')).toEqual([3, 0, 0]);
    expect(warped('nearest')).toEqual([3, 3, 3]);
    expect([
      residentImages(images).edge,
      residentImages({ ...images, preprocessing: { ...images.preprocessing, background: 'border-median' } }).edge,
    ]).toEqual(['white', 'nearest']);
  });

  it('train the same weights', () => {
    const one = trainer({ sizes: [8], augmentation: {} });
    expect(one.sides).toEqual([8, images.preprocessing.size]);
    step(one, 0, 0.01, 8);
    const small = changes(one.weights());
    expect(of('trunk/0/kernel', small)).toAllSatisfy((change) => change > 0);
    step(one, 1);
    expect(of('trunk/0/kernel', changes(one.weights()))).toAllSatisfy((change) => change > 0);
  });
});

describe('a teacher', () => {
  /** Certain of class 2, whatever it is shown. */
  const asked: { indices: number[]; views: Float32Array | undefined }[] = [];
  const certain: Teacher = {
    probabilities(indices, views) {
      asked.push({ indices: Array.from(indices), views: views(24) });
      return Float32Array.from({ length: indices.length * SHAPES.length }, (_, i) => (i % SHAPES.length === 2 ? 1 : 0));
    },
    dispose: () => undefined,
  };
  const lossOf = (share: number | undefined, labels: (image: number) => number) => {
    const one = share === undefined ? trainer({}) : trainer({ teacherShare: share }, { teacher: certain });
    const indices = Int32Array.from({ length: 16 }, (_, i) => i);
    return one.step({
      indices,
      targets: indices.map(labels),
      weights: new Float32Array(16).fill(1),
      seed: [1, 1],
      rate: 0,
    }).loss;
  };

  it('replaces the labels by its probabilities, by its share', () => {
    const label = (image: number) => images.labels[image] ?? 0;
    const [labels, taught] = [lossOf(undefined, label), lossOf(undefined, () => 2)];
    expect(lossOf(1, label)).toBeCloseTo(taught, 5);
    expect(lossOf(0, label)).toBeCloseTo(labels, 5);
    expect(lossOf(0.25, label)).toBeCloseTo(0.25 * taught + 0.75 * labels, 5);
  });

  it('sees the views of the network, at its own size', () => {
    asked.length = 0;
    const one = trainer({ augmentation: {} }, { teacher: certain });
    step(one, 4);
    step(one, 5);
    const [a, b] = asked;
    expect(a?.indices).toHaveLength(16);
    expect(a?.views).toHaveLength(16 * 8);
    expect(a?.views).not.toEqual(b?.views);
    asked.length = 0;
    step(one, 4);
    expect(asked[0]?.views).toEqual(a?.views);
  });
});

describe('all of it together', () => {
  const training: TrainingConfigInput = {
    epochs: 3,
    optimiser: { kind: 'adamw', rate: 0.01 },
    augmentation: {},
    ...{
      headRate: 3,
      layerDecay: 0.8,
      frozenStages: 1,
      headSteps: 3,
      averaging: 0.9,
      statisticsBatches: 2,
      sizes: [8],
    },
  };
  const config = trainingSchema.parse({ ...tinyTraining, ...training });
  const task = {
    labels: images.labels,
    classes: SHAPES.length,
    train: Int32Array.from({ length: 64 }, (_, i) => i),
    validation: Int32Array.from({ length: 32 }, (_, i) => 128 + i),
  };

  it('resumes bit for bit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cladenet-fine-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const whole = await fit(trainer(training), task, config, first);
    const checkpoint = checkpointFolder(join(folder, 'x'), 'test');
    const stop = new AbortController();
    const onStep = ({ epoch, step: at }: { epoch: number; step: number }) => {
      if (epoch === 2 && at === 2) stop.abort();
    };
    await expect(
      fit(trainer(training), task, config, first, { checkpoint, onStep, signal: stop.signal }),
    ).rejects.toThrow();
    const resumed = await fit(trainer(training), task, config, first, { checkpoint });
    expect(encodeWeights(resumed.weights).description).toEqual(encodeWeights(whole.weights).description);
  });

  it('is the same compiled and step by step', () => {
    const [a, b] = [trainer(training), trainer(training, { make: eager })];
    for (const [k, side] of [8, 8, 8, 8, 16, 16].entries()) {
      expect(step(b, k, 0.01, side).loss).toBeCloseTo(step(a, k, 0.01, side).loss, 3);
    }
    const [x, y] = [a.weights(), b.weights()];
    expect(of('', changes(x, y))).toAllSatisfy((change) => change < 5e-3);
  });
});

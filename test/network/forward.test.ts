/** What the layers compute, against their formulas and finite differences. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import type { Pass } from '../../src/network/layer.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { type HeadSpec, headSchema, type TrunkSpec, trunkSchema } from '../../src/network/spec.js';
import type { Weights } from '../../src/network/weights.js';
import { random } from '../../src/random.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { alive, runtime } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const ops = createOps(runtime);
const { tf } = ops;
const before = alive();
afterAll(() => expect(alive()).toEqual(before));

interface Run {
  readonly values: NdArray;
  readonly statistics: Record<string, NdArray>;
}

/** The state as tensors, and a pass over them whose dropout seeds are the same every time. */
function passOver(tensors: Record<string, Tensor>, training: boolean, statistics: Record<string, NdArray> = {}): Pass {
  let drawn = 0;
  return {
    ops,
    training,
    precision: 'float32',
    parameter: (name) => tensors[name] as Tensor,
    nextSeed: () => tf.tensor1d([7, drawn++], 'int32'),
    updateStatistic: (name, value) => {
      statistics[name] = toArray(runtime, value);
    },
  };
}

const asTensors = (weights: Weights) =>
  Object.fromEntries(Object.entries(weights).map(([name, array]) => [name, toTensor(runtime, array)]));

function run(
  spec: Partial<TrunkSpec> & Pick<TrunkSpec, 'layers'>,
  weights: Weights,
  images: NdArray,
  training: boolean,
): Run {
  const trunk = createTrunk(trunkSchema.parse({ input: { size: 8 }, ...spec }));
  const statistics: Record<string, NdArray> = {};
  const n = images.shape[0] ?? 0;
  try {
    return scoped(runtime, () => {
      const sizes = tf.tensor2d(Array.from({ length: n }, (_, i) => [64 * Math.E ** i, 32]));
      const y = trunk.forward(passOver(asTensors(weights), training, statistics), toTensor(runtime, images), sizes);
      return { values: toArray(runtime, y), statistics };
    });
  } finally {
    ops.release();
  }
}

const draw = random(1, 'pixels');
const images: NdArray = { shape: [3, 8, 8, 1], data: Float32Array.from({ length: 192 }, () => draw.uniform()) };
const scalar = (value: number, shape = [1]): NdArray => ({ shape, data: Float32Array.of(value) });
const relu = { kind: 'relu' } as const;

describe('a convolution with batch normalisation', () => {
  const layers = trunkSchema.parse({
    input: { size: 8 },
    layers: [{ type: 'conv', filters: 1, kernel: 1, norm: true, activation: relu }],
  }).layers;
  const weights: Weights = {
    'trunk/0/kernel': scalar(2, [1, 1, 1, 1]),
    'trunk/0/norm/scale': scalar(1.5),
    'trunk/0/norm/offset': scalar(0.25),
    'trunk/0/norm/mean': scalar(0.5),
    'trunk/0/norm/variance': scalar(4),
  };
  const doubled = Array.from(images.data, (x) => 2 * x);
  const mean = doubled.reduce((sum, x) => sum + x, 0) / doubled.length;
  const squares = doubled.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const normed = (m: number, variance: number) =>
    doubled.map((x) => Math.max(0, (1.5 * (x - m)) / Math.sqrt(variance + 1e-3) + 0.25));

  it('uses the statistics of the batch in training, and reports them', () => {
    const { values, statistics } = run({ layers }, weights, images, true);
    normed(mean, squares / doubled.length).forEach((y, i) => expect(values.data[i]).toBeCloseTo(y, 4));
    expect(statistics['trunk/0/norm/mean']?.data[0]).toBeCloseTo(mean, 5);
    expect(statistics['trunk/0/norm/variance']?.data[0]).toBeCloseTo(squares / (doubled.length - 1), 5);
  });

  it('uses the running statistics otherwise, and keeps them', () => {
    const { values, statistics } = run({ layers }, weights, images, false);
    normed(0.5, 4).forEach((y, i) => expect(values.data[i]).toBeCloseTo(y, 4));
    expect(statistics).toEqual({});
  });
});

describe('a residual block', () => {
  it('adds what two convolutions make of its input to the input itself', () => {
    const layers = trunkSchema.parse({ input: { size: 8 }, layers: [{ type: 'residual', activation: relu }] }).layers;
    // Kernels of a single pixel: 2 x, normed to relu((2 x - 1) / 2), then 3 times that, 0.25 less.
    const kernel = (value: number) => ({ shape: [3, 3, 1, 1], data: new Float32Array(9).fill(value, 4, 5) });
    const norm = (i: number, mean: number, variance: number, offset: number): Weights => ({
      [`trunk/0/norm${i}/scale`]: scalar(1),
      [`trunk/0/norm${i}/offset`]: scalar(offset),
      [`trunk/0/norm${i}/mean`]: scalar(mean),
      [`trunk/0/norm${i}/variance`]: scalar(variance - 1e-3),
    });
    const weights: Weights = {
      'trunk/0/kernel1': kernel(2),
      ...norm(1, 1, 4, 0),
      'trunk/0/kernel2': kernel(3),
      ...norm(2, 0, 1, -0.25),
    };
    const { values } = run({ layers }, weights, images, false);
    nonEmpty(images.data).forEach((x, i) => {
      const inner = Math.max(0, (2 * x - 1) / 2);
      expect(values.data[i]).toBeCloseTo(Math.max(0, x + 3 * inner - 0.25), 4);
    });
  });
});

describe('features', () => {
  const identity = (activation: object) =>
    trunkSchema.parse({ input: { size: 8 }, layers: [{ type: 'conv', filters: 1, kernel: 1, activation }] }).layers;
  const weights: Weights = { 'trunk/0/kernel': scalar(1, [1, 1, 1, 1]), 'trunk/0/bias': scalar(-0.5) };

  it('are the maps in rows, or their mean and maximum, with the log of the original size behind them', () => {
    const flat = run({ layers: identity({ kind: 'leaky-relu', alpha: 0.25 }) }, weights, images, false).values;
    expect(flat.shape).toEqual([3, 64]);
    nonEmpty(images.data).forEach((x, i) => expect(flat.data[i]).toBeCloseTo(x >= 0.5 ? x - 0.5 : 0.25 * (x - 0.5), 5));
    const pooled = run(
      { layers: identity(relu), pooling: 'mean-max', appendSize: true },
      weights,
      images,
      false,
    ).values;
    expect(pooled.shape).toEqual([3, 4]);
    for (let i = 0; i < 3; i++) {
      const own = Array.from(images.data.subarray(64 * i, 64 * i + 64), (x) => Math.max(0, x - 0.5));
      const [average, maximum, width, height] = pooled.data.subarray(4 * i, 4 * i + 4);
      expect(average).toBeCloseTo(own.reduce((sum, x) => sum + x, 0) / 64, 5);
      expect(maximum).toBeCloseTo(Math.max(...own), 5);
      expect(width).toBeCloseTo(i, 5);
      expect(height).toBeCloseTo(Math.log(0.5), 5);
    }
  });

  it('drop out in training only, and each layer by a seed of its own', () => {
    const dropped = trunkSchema.parse({
      input: { size: 8 },
      layers: [
        { type: 'conv', filters: 1, kernel: 1, activation: relu },
        { type: 'dropout', rate: 0.5 },
        { type: 'dropout', rate: 0.5 },
      ],
    }).layers;
    const bright = { ...images, data: images.data.map(() => 1.5) };
    expect(new Set(run({ layers: dropped }, weights, bright, false).values.data)).toEqual(new Set([1]));
    const values = Array.from(run({ layers: dropped }, weights, bright, true).values.data);
    expect(new Set(values)).toEqual(new Set([0, 4]));
    // With one seed for both, half of the values would be kept.
    expect(values.filter((value) => value > 0).length / values.length).toBeCloseTo(0.25, 1);
  });
});

describe('the gradient of a network of all kinds of layer', () => {
  const leaky = { kind: 'leaky-relu', alpha: 0.5 } as const;
  const trunkSpec: TrunkSpec = trunkSchema.parse({
    input: { size: 8 },
    layers: [
      { type: 'conv', filters: 4, padding: 'valid', activation: leaky },
      { type: 'residual', activation: leaky },
      { type: 'dropout', rate: 0.2 },
      { type: 'max-pool', padding: 'same' },
      { type: 'conv', filters: 5, norm: true, stride: 2, activation: leaky },
    ],
    pooling: 'mean-max',
    appendSize: true,
  });
  const headSpec: HeadSpec = headSchema.parse({
    layers: [
      { type: 'dense', units: 6, norm: true, activation: leaky },
      { type: 'dropout', rate: 0.2 },
      { type: 'dense', units: 5, activation: leaky },
    ],
  });
  const trunk = createTrunk(trunkSpec);
  const head = createHead(headSpec, trunk.features, 3);
  const parameters = [...trunk.parameters, ...head.parameters];
  const trained = parameters.filter(({ role }) => role === 'weight').map(({ name }) => name);
  const start = initialise(parameters, 3);

  function lossOf(tensors: Record<string, Tensor>): Tensor {
    const pass = passOver(tensors, true);
    const features = trunk.forward(
      pass,
      toTensor(runtime, images),
      tf.tensor2d([
        [20, 30],
        [64, 64],
        [90, 50],
      ]),
    );
    const goal = tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 3, 1, 0, 'float32');
    return tf.mean(ops.softmaxCrossEntropy(head.forward(pass, features), goal));
  }

  const lossAt = (weights: Weights) => {
    const loss = scoped(runtime, () => toArray(runtime, lossOf(asTensors(weights))).data[0] ?? Number.NaN);
    ops.release();
    return loss;
  };

  const gradients = scoped(runtime, () => {
    const tensors = asTensors(start);
    const wanted = trained.map((name) => tensors[name] as Tensor);
    return ops.gradients(wanted, () => lossOf(tensors)).gradients.map((tensor) => toArray(runtime, tensor).data);
  });
  ops.release();

  it.each(trained.map((name, i) => [name, i] as const))('%s', (name, i) => {
    const gradient = gradients[i] as Float32Array;
    const length = Math.hypot(...gradient);
    // Along its gradient the loss rises by the gradient's length.
    const moved = (by: number) => {
      const own = start[name] as NdArray;
      const data = Float32Array.from(own.data, (w, k) => w + (by * (gradient[k] ?? 0)) / length);
      return lossAt({ ...start, [name]: { shape: own.shape, data } });
    };
    const step = 4e-3;
    expect((moved(step) - moved(-step)) / (2 * step) / length).toBeCloseTo(1, 1);
  });
});

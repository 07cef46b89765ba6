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

describe('a stage of residual blocks', () => {
  it('passes the input of a block that changes the shape through a convolution of its own', () => {
    const layers = trunkSchema.parse({
      input: { size: 8 },
      layers: [{ type: 'residual-stage', blocks: 2, filters: 2, stride: 2, padding: 'symmetric', activation: relu }],
    }).layers;
    const at = (middle: number[], [input, output]: readonly [number, number]) => {
      const data = new Float32Array(9 * input * output);
      data.set(middle, 4 * input * output);
      return { shape: [3, 3, input, output], data };
    };
    const norm = (name: string, offset = 0): Weights => ({
      [`${name}/scale`]: { shape: [2], data: Float32Array.of(1, 1) },
      [`${name}/offset`]: { shape: [2], data: Float32Array.of(offset, offset) },
      [`${name}/mean`]: { shape: [2], data: Float32Array.of(0, 0) },
      [`${name}/variance`]: { shape: [2], data: new Float32Array(2).fill(1 - 1e-3) },
    });
    const weights: Weights = {
      'trunk/0/0/kernel1': at([2, -1], [1, 2]),
      ...norm('trunk/0/0/norm1'),
      'trunk/0/0/kernel2': at([1, 0, 0, 1], [2, 2]),
      ...norm('trunk/0/0/norm2', 0.5),
      'trunk/0/0/shortcut/kernel': { shape: [1, 1, 1, 2], data: Float32Array.of(3, -4) },
      ...norm('trunk/0/0/shortcut/norm'),
      'trunk/0/1/kernel1': at([0, 1, 1, 0], [2, 2]),
      ...norm('trunk/0/1/norm1'),
      'trunk/0/1/kernel2': at([0.5, 0, 0, 0.5], [2, 2]),
      ...norm('trunk/0/1/norm2'),
    };
    const { values } = run({ layers }, weights, images, false);
    expect(values.shape).toEqual([3, 4 * 4 * 2]);
    for (let pixel = 0; pixel < 16; pixel++) {
      const x = images.data[16 * (pixel >> 2) + 2 * (pixel % 4)] ?? Number.NaN;
      const first = [2 * x + 0.5 + 3 * x, Math.max(0, 0.5 - 4 * x)] as const;
      expect(values.data[2 * pixel]).toBeCloseTo(first[0] + 0.5 * first[1], 4);
      expect(values.data[2 * pixel + 1]).toBeCloseTo(first[1] + 0.5 * first[0], 4);
    }
  });
});

describe('a stage of inverted residual blocks', () => {
  it('expands, filters each channel, and projects; where the shape stays, the input is added', () => {
    const layers = trunkSchema.parse({
      input: { size: 8 },
      layers: [
        {
          type: 'inverted-residual-stage',
          blocks: 2,
          filters: 2,
          kernel: 1,
          expansion: 2,
          activation: { kind: 'relu6' },
        },
      ],
    }).layers;
    const array = (shape: number[], ...values: number[]): NdArray => ({ shape, data: Float32Array.from(values) });
    const norm = (name: string, channels: number): Weights => {
      const of = (value: number) => ({ shape: [channels], data: new Float32Array(channels).fill(value) });
      return {
        [`${name}/scale`]: of(1),
        [`${name}/offset`]: of(0.25),
        [`${name}/mean`]: of(0),
        [`${name}/variance`]: of(1 - 1e-3),
      };
    };
    const weights: Weights = {
      'trunk/0/0/expand/kernel': array([1, 1, 1, 2], 4, -1),
      ...norm('trunk/0/0/expand/norm', 2),
      'trunk/0/0/depthwise/kernel': array([1, 1, 1, 2], 3, 2),
      ...norm('trunk/0/0/depthwise/norm', 2),
      'trunk/0/0/project/kernel': array([1, 1, 2, 2], 0.5, -0.5, 0.25, -1),
      ...norm('trunk/0/0/project/norm', 2),
      'trunk/0/1/expand/kernel': array([1, 1, 2, 4], 1, -1, 0, 0, 0, 0, 1, -1),
      ...norm('trunk/0/1/expand/norm', 4),
      'trunk/0/1/depthwise/kernel': array([1, 1, 1, 4], 1, 1, 2, 2),
      ...norm('trunk/0/1/depthwise/norm', 4),
      'trunk/0/1/project/kernel': array([1, 1, 4, 2], 1, 0, -1, 0, 0, 1, 0, -1),
      ...norm('trunk/0/1/project/norm', 2),
    };
    const { values } = run({ layers }, weights, images, false);
    const relu6 = (x: number) => Math.min(6, Math.max(0, x));
    const through = (x: number, first: number, second: number) => relu6(second * relu6(first * x + 0.25) + 0.25);
    nonEmpty(images.data).forEach((x, i) => {
      const [a, b] = [through(x, 4, 3), through(x, -1, 2)];
      const [y, z] = [0.5 * a + 0.25 * b + 0.25, -0.5 * a - b + 0.25];
      const added = [y + through(y, 1, 1) - through(y, -1, 1) + 0.25, z + through(z, 1, 2) - through(z, -1, 2) + 0.25];
      added.forEach((value, channel) => expect(values.data[2 * i + channel]).toBeCloseTo(value, 4));
    });
  });
});

describe('normalisation', () => {
  it('is folded into the kernels of all kinds of layer: by the statistics of the batch, inference gives what training gives', () => {
    const relu6 = { kind: 'relu6' } as const;
    const spec = trunkSchema.parse({
      input: { size: 8 },
      layers: [
        { type: 'conv', filters: 4, norm: true, padding: 'symmetric', stride: 2, activation: relu6 },
        { type: 'inverted-residual-stage', blocks: 2, filters: 4, kernel: 5, expansion: 3, activation: relu6 },
        { type: 'residual-stage', blocks: 2, filters: 6, stride: 2, activation: relu },
        { type: 'residual', activation: relu },
      ],
      norm: { epsilon: 1e-5 },
      pooling: 'mean',
    });
    const weights = initialise(createTrunk(spec).parameters, 5);
    const { values, statistics } = run(spec, weights, images, true);
    const rows = (name: string) => 3 * (/trunk\/[01]\//.test(name) ? 16 : 4);
    // Running variances are unbiased, a batch is normalised by its biased one.
    const biased = Object.entries(statistics).map(([name, { shape, data }]) => {
      const share = name.endsWith('/variance') ? (rows(name) - 1) / rows(name) : 1;
      return [name, { shape, data: Float32Array.from(data, (value) => share * value) }];
    });
    const folded = run(spec, { ...weights, ...Object.fromEntries(biased) }, images, false).values;
    expect(new Set(values.data).size).toBeGreaterThan(10);
    nonEmpty(values.data).forEach((value, i) => expect(folded.data[i]).toBeCloseTo(value, 4));
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

// Without kinks at 0 or 6, at which finite differences say nothing; test/tensorflow/ops.test.ts has ReLU and ReLU6.
const leaky = { kind: 'leaky-relu', alpha: 0.5 } as const;
const layerKinds: TrunkSpec = trunkSchema.parse({
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
const stages: TrunkSpec = trunkSchema.parse({
  input: { size: 8 },
  layers: [
    { type: 'conv', filters: 4, norm: true, padding: 'symmetric', activation: leaky },
    { type: 'max-pool', stride: 1, padding: 'symmetric' },
    // Each ends before zeros are padded: a constant that reaches all pixels alike is taken out again by the next normalisation.
    { type: 'inverted-residual-stage', blocks: 2, filters: 5, kernel: 5, stride: 2, expansion: 2, activation: leaky },
    { type: 'inverted-residual-stage', blocks: 1, filters: 3, expansion: 1, activation: leaky },
    { type: 'residual-stage', blocks: 2, filters: 6, stride: 2, padding: 'symmetric', activation: leaky },
  ],
  norm: { epsilon: 0.1 },
  pooling: 'mean',
});

describe.each([
  ['all kinds of layer', layerKinds],
  ['stages', stages],
])('the gradient of a network of %s', (_, trunkSpec) => {
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

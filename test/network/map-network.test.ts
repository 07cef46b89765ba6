/** Networks that put out maps: shapes, values, gradients, and the graph against the operations one by one. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { smallest } from '../../src/arrays.js';
import { initialise } from '../../src/network/initialise.js';
import type { Pass } from '../../src/network/layer.js';
import { createMapNetwork, type MapNetwork, OUTPUT_BIAS } from '../../src/network/map-network.js';
import { mapNetworkSchema } from '../../src/network/map-spec.js';
import type { Weights } from '../../src/network/weights.js';
import { random } from '../../src/random.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { createOps } from '../../src/tensorflow/ops.js';
import type { Tensors } from '../../src/tensorflow/program.js';
import { scoped } from '../../src/tensorflow/transfer.js';
import { inferencePass } from '../../src/training/step.js';
import { compiled, eager, runtime } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const ops = createOps(runtime);
const { tf } = ops;
const relu = { kind: 'relu' } as const;
const half = (filters: number) => ({ type: 'conv', filters, stride: 2, norm: true, activation: relu }) as const;
const spec = mapNetworkSchema.parse({
  input: { size: 16, channels: 2 },
  layers: [half(4), half(6), { type: 'residual', activation: relu }, half(8)],
  merged: [7, 5],
  stride: 4,
});
/** With convolutions of all channels on the way up, and with depthwise separable ones. */
const networks = {
  full: createMapNetwork(spec, 3),
  separable: createMapNetwork({ ...spec, depthwise: 5 }, 3),
};
const draw = random(1, 'map network');
const images: NdArray = { shape: [2, 16, 16, 2], data: Float32Array.from({ length: 1024 }, () => draw.uniform()) };
const moved = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      {
        shape,
        data: Float32Array.from(data, (x) =>
          name.endsWith('variance') ? 1 + draw.uniform() : x + 0.1 * draw.normal(),
        ),
      },
    ]),
  );
const weightsOf = (network: MapNetwork) => moved(initialise(network.parameters, 1));

function outputs(make: MakeProgram, network: MapNetwork, state: Weights): Float32Array {
  const program = make({
    state,
    functions: {
      run: {
        inputs: { images },
        run: (ops, parameters, inputs) => ({
          outputs: { maps: network.forward(inferencePass(ops, parameters), inputs.images as Tensor) },
        }),
      },
    },
  });
  try {
    const { maps } = program.run('run', { images: images.data });
    expect(maps?.shape).toEqual([2, 4, 4, 3]);
    return maps?.data as Float32Array;
  } finally {
    program.dispose();
  }
}

/** A training pass over the images, and the sum of the maps weighted by `of`. */
function weightedSum(network: MapNetwork, state: Tensors, of: NdArray): Tensor {
  const pass: Pass = {
    ...inferencePass(ops, state),
    training: true,
    updateStatistic: () => undefined,
  };
  const maps = network.forward(pass, tf.tensor(images.data, images.shape as number[], 'float32'));
  return tf.sum(tf.mul(maps, tf.tensor(of.data, of.shape as number[], 'float32')));
}

/** Of a weight along a direction in which each number moves by about 1. */
const STEPS = [1e-3, 3e-4, 1e-4, 3e-5];

const tensorsOf = (state: Weights): Tensors =>
  Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape], 'float32')]),
  );

function lossOf(network: MapNetwork, state: Weights, of: NdArray): number {
  const value = scoped(runtime, () => weightedSum(network, tensorsOf(state), of).dataSync()[0] ?? Number.NaN);
  ops.release();
  return value;
}

function gradientsOf(
  network: MapNetwork,
  names: readonly string[],
  state: Weights,
  of: NdArray,
): Readonly<Record<string, Float32Array>> {
  const values = scoped(runtime, () => {
    const tensors = tensorsOf(state);
    const trained = names.map((name) => tensors[name] as Tensor);
    const { gradients } = ops.gradients(trained, () => weightedSum(network, tensors, of));
    return gradients.map((gradient) => gradient.dataSync() as Float32Array);
  });
  ops.release();
  return Object.fromEntries(names.map((name, i) => [name, values[i] as Float32Array]));
}

describe.each(Object.entries(networks))('a network that puts out maps, %s', (kind, network) => {
  const weights = weightsOf(network);

  it('has maps of the wanted stride, and says what its layers are', () => {
    expect(network.output).toEqual([4, 4, 3]);
    expect(network.rows.map(({ output }) => output.join('x'))).toEqual([
      ...['8x8x4', '4x4x6', '4x4x6', '2x2x8'],
      ...['2x2x7', '4x4x5', '4x4x5', '4x4x3'],
    ]);
    const counted = network.parameters
      .filter(({ role }) => role === 'weight')
      .reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
    expect(network.rows.reduce((sum, row) => sum + row.weights, 0)).toBe(counted);
  });

  it('computes the same compiled and step by step', () => {
    const [fast, reference] = [outputs(compiled, network, weights), outputs(eager, network, weights)];
    nonEmpty(fast).forEach((value, i) => expect(value).toBeCloseTo(reference[i] ?? Number.NaN, 4));
  });

  it('adds its bias to every pixel', () => {
    const before = outputs(eager, network, weights);
    const bias = weights[OUTPUT_BIAS] as NdArray;
    const more = { ...bias, data: Float32Array.from(bias.data, (x, k) => x + k) };
    outputs(eager, network, { ...weights, [OUTPUT_BIAS]: more }).forEach((value, i) =>
      expect(value - (before[i] ?? 0)).toBeCloseTo(i % 3, 4),
    );
  });

  it('takes in the finer maps of the way down and the coarser ones of the way up', () => {
    const before = outputs(eager, network, weights);
    const smooth = kind === 'full' ? ['merge/1/smooth'] : ['merge/1/smooth/depthwise', 'merge/1/smooth/pointwise'];
    const merges = ['merge/0', 'merge/1/above', 'merge/1/beside', ...smooth];
    for (const name of [...merges, 'trunk/3'].map((part) => `${part}/kernel`)) {
      const array = weights[name] as NdArray;
      const changed = { ...weights, [name]: { ...array, data: Float32Array.from(array.data, (x) => x * 1.5) } };
      expect(outputs(eager, network, changed), name).not.toEqual(before);
    }
  });

  it('has the right gradient, of every weight', () => {
    const along = random(2, 'directions');
    const trained = network.parameters.filter(({ role }) => role === 'weight').map(({ name }) => name);
    const of: NdArray = { shape: [2, 4, 4, 3], data: Float32Array.from({ length: 96 }, () => along.normal()) };
    const gradients = gradientsOf(network, trained, weights, of);
    for (const name of trained) {
      const { shape, data } = weights[name] as NdArray;
      const direction = Float32Array.from(data, () => along.normal());
      const expected = direction.reduce((sum, by, i) => sum + by * (gradients[name]?.[i] ?? Number.NaN), 0);
      const lossAt = (by: number) => {
        const at = { ...weights, [name]: { shape, data: data.map((x, i) => x + by * (direction[i] ?? 0)) } };
        return lossOf(network, at, of);
      };
      // A step may carry a ReLU over its kink, and a tiny one is lost in rounding: one of them is right.
      const errors = STEPS.map((step) => Math.abs((lossAt(step) - lossAt(-step)) / (2 * step) - expected));
      expect(smallest(errors), name).toBeLessThan(0.01 * Math.max(6, Math.abs(expected)));
    }
  });
});

describe('a network that puts out maps', () => {
  it('refuses channels for another number of sizes', () => {
    expect(() => createMapNetwork({ ...spec, merged: [5, 5, 5] }, 3)).toThrow(
      /merged[\s\S]*channels of 2 sizes of maps[\s\S]*3 numbers/,
    );
  });

  it('refuses a stride that no layer has, and says which there are', () => {
    expect(() => createMapNetwork({ ...spec, stride: 1 }, 3)).toThrow(
      /no maps of the wanted stride[\s\S]*maps of 8, 4, 2 pixels a side/,
    );
  });
});

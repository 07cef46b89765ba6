/** Networks that put out maps: shapes, values, gradients, and the graph against the operations one by one. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { createMapNetwork, OUTPUT_BIAS } from '../../src/network/map-network.js';
import { mapNetworkSchema } from '../../src/network/map-spec.js';
import type { Weights } from '../../src/network/weights.js';
import { random } from '../../src/random.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { inferencePass } from '../../src/training/step.js';
import { compiled, eager } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const relu = { kind: 'relu' } as const;
const half = (filters: number) => ({ type: 'conv', filters, stride: 2, norm: true, activation: relu }) as const;
const spec = mapNetworkSchema.parse({
  input: { size: 16, channels: 2 },
  layers: [half(4), half(6), { type: 'residual', activation: relu }, half(8)],
  merged: 5,
  stride: 4,
});
const network = createMapNetwork(spec, 3);
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
const weights = moved(initialise(network.parameters, 1));

function outputs(make: MakeProgram, state: Weights): Float32Array {
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

describe('a network that puts out maps', () => {
  it('has maps of the wanted stride, and says what its layers are', () => {
    expect(network.output).toEqual([4, 4, 3]);
    expect(network.rows.map(({ output }) => output.join('x'))).toEqual([
      ...['8x8x4', '4x4x6', '4x4x6', '2x2x8'],
      ...['2x2x5', '4x4x5', '4x4x5', '4x4x3'],
    ]);
    const counted = network.parameters
      .filter(({ role }) => role === 'weight')
      .reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
    expect(network.rows.reduce((sum, row) => sum + row.weights, 0)).toBe(counted);
  });

  it('computes the same compiled and step by step', () => {
    const [fast, reference] = [outputs(compiled, weights), outputs(eager, weights)];
    nonEmpty(fast).forEach((value, i) => expect(value).toBeCloseTo(reference[i] ?? Number.NaN, 4));
  });

  it('adds its bias to every pixel', () => {
    const before = outputs(eager, weights);
    const bias = weights[OUTPUT_BIAS] as NdArray;
    const more = { ...bias, data: Float32Array.from(bias.data, (x, k) => x + k) };
    outputs(eager, { ...weights, [OUTPUT_BIAS]: more }).forEach((value, i) =>
      expect(value - (before[i] ?? 0)).toBeCloseTo(i % 3, 4),
    );
  });

  it('takes in the finer maps of the way down and the coarser ones of the way up', () => {
    const before = outputs(eager, weights);
    for (const name of ['merge/0/kernel', 'merge/1/beside/kernel', 'merge/1/smooth/kernel', 'trunk/3/kernel']) {
      const array = weights[name] as NdArray;
      const changed = { ...weights, [name]: { ...array, data: Float32Array.from(array.data, (x) => x * 1.5) } };
      expect(outputs(eager, changed), name).not.toEqual(before);
    }
  });

  it('refuses a stride that no layer has, and says which there are', () => {
    expect(() => createMapNetwork({ ...spec, stride: 1 }, 3)).toThrow(
      /no maps of the wanted stride[\s\S]*maps of 8, 4, 2 pixels a side/,
    );
  });
});

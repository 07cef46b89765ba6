import { describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import type { Parameter } from '../../src/network/layer.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { presets } from '../../src/network/presets.js';
import type { Weights } from '../../src/network/weights.js';
import { encodeWeights } from '../../src/network/weights-file.js';

/** Equal where names, shapes and every bit are. */
const print = (weights: Weights) => encodeWeights(weights).description;

const moments = (data: ArrayLike<number>) => {
  const values = Array.from(data);
  const mean = values.reduce((sum, w) => sum + w, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, w) => sum + (w - mean) ** 2, 0) / values.length) };
};

const parameter = (init: Parameter['init'], shape: number[]): Parameter => ({ name: 'w', shape, init, role: 'weight' });
const draw = (init: Parameter['init'], shape: number[], seed = 1) =>
  initialise([parameter(init, shape)], seed).w?.data as Float32Array;

describe('first values', () => {
  const { parameters } = createTrunk(presets.compact.trunk);

  it('come from the seed alone', () => {
    const once = print(initialise(parameters, 1));
    expect(print(initialise(parameters, 1))).toEqual(once);
    expect(print(initialise(parameters, 2))).not.toEqual(once);
  });

  it('of one parameter do not depend on the others, and no two parameters share theirs', () => {
    const [first, , last] = createHead(presets.report.head, 8, 8).parameters as [Parameter, Parameter, Parameter];
    const together = initialise([first, last], 1);
    expect(print(initialise([last], 1))).toEqual(
      print({ [last.name]: together[last.name] ?? { shape: [], data: new Float32Array() } }),
    );
    const twins = initialise([parameter('he-normal', [50]), { ...parameter('he-normal', [50]), name: 'v' }], 1);
    expect(twins.v?.data).not.toEqual(twins.w?.data);
  });

  it('before a rectifier are normal with variance 2 / fan-in (He et al., 2015)', () => {
    const kernel = draw('he-normal', [3, 3, 32, 128]);
    const { mean, deviation } = moments(kernel);
    const expected = Math.sqrt(2 / (9 * 32));
    expect(Math.abs(mean)).toBeLessThan(4 * (expected / Math.sqrt(kernel.length)));
    expect(deviation / expected).toBeCloseTo(1, 2);
    // Normal, not merely of that variance: 68.3 % and 95.4 % lie within one and two deviations.
    const within = (limit: number) => kernel.filter((w) => Math.abs(w) < limit * expected).length / kernel.length;
    expect(within(1)).toBeCloseTo(0.683, 2);
    expect(within(2)).toBeCloseTo(0.954, 2);
  });

  it('before the softmax are uniform up to sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio, 2010)', () => {
    const kernel = draw('glorot-uniform', [300, 100]);
    const limit = Math.sqrt(6 / 400);
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...kernel) / limit).toBeCloseTo(1, 2);
    expect(Math.min(...kernel) / limit).toBeCloseTo(-1, 2);
    expect(moments(kernel).deviation / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it('of biases and normalisation are zeros and ones', () => {
    expect(Array.from(draw('zeros', [3]))).toEqual([0, 0, 0]);
    expect(Array.from(draw('ones', [3]))).toEqual([1, 1, 1]);
    const inits = new Map(parameters.map(({ name, init }) => [name.replace(/^.*\//, ''), init]));
    expect(Object.fromEntries(inits)).toMatchObject({
      kernel: 'he-normal',
      scale: 'ones',
      offset: 'zeros',
      mean: 'zeros',
      variance: 'ones',
    });
    expect(createHead({ layers: [] }, 4, 2).parameters.map(({ init }) => init)).toEqual(['glorot-uniform', 'zeros']);
  });
});

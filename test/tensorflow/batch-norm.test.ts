/** Batch normalisation and its activation by our own kernel, against TensorFlow's operations one by one. */
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import { type NdArray, sizeOf } from '../../src/tensorflow/nd-array.js';
import { createOps, type FusedActivation } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { alive, runtime } from '../fixtures/device.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

const EPSILON = 1e-3;

interface Case {
  readonly shape: readonly [number, number, number, number];
  readonly side: boolean;
  /** Of x. */
  readonly mean: number;
  readonly activation: FusedActivation;
}

function drawn(shape: readonly number[], seed: number, mean = 0): NdArray {
  const source = random(seed, 'batch norm', ...shape);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => mean + source.normal()) };
}

/** Value, statistics, and the gradients of sum(value * w) with respect to x, scale, offset and the side. */
function outcome({ shape, side, mean, activation }: Case, hasKernels: boolean): NdArray[] {
  const ops = createOps({ ...runtime, hasKernels });
  const channels = [shape[3]];
  const result = scoped(runtime, () => {
    const inputs = [
      drawn(shape, 1, mean),
      // Large enough that some values exceed 6.
      drawn(channels, 2, 3),
      drawn(channels, 3),
      ...(side ? [drawn(shape, 4)] : []),
    ];
    const tensors = inputs.map((input) => toTensor(runtime, input));
    const [x, scale, offset, beside] = tensors as [Tensor, Tensor, Tensor, Tensor?];
    let forward: Tensor[] = [];
    const { gradients } = ops.gradients(tensors, () => {
      const results = ops.batchNorm(x, scale, offset, EPSILON, { activation, side: beside });
      forward = results.map((tensor) => ops.hold(tensor));
      return ops.tf.sum(ops.tf.mul(forward[0] as Tensor, toTensor(runtime, drawn(shape, 5))));
    });
    return [...forward, ...gradients].map((tensor) => toArray(runtime, tensor));
  });
  ops.release();
  return result;
}

function expectAlike(form: Case): void {
  const own = outcome(form, true);
  const theirs = outcome(form, false);
  expect(own.length).toBe(theirs.length);
  nonEmpty(own).forEach(({ shape, data }, k) => {
    const other = theirs[k] as NdArray;
    expect(shape).toEqual(other.shape);
    // The gradient of x is a difference of large numbers where there are few rows.
    const scale = Array.from(other.data).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const apart = Array.from(data, (value, i) => Math.abs(value - (other.data[i] ?? Number.NaN)) / scale);
    // Where a sum is 0 or 6 but for rounding, the activation may pass it or not.
    const far = apart.filter((difference) => !(difference < 2e-4)).length;
    expect(far, `result ${k} of ${JSON.stringify(form)}`).toBeLessThanOrEqual(data.length > 1000 ? 2 : 0);
  });
}

describeWhere(runtime.hasKernels, NEEDS.ownOperations)('batch normalisation with an activation', () => {
  it.each<[string, Case]>([
    ['feature maps', { shape: [16, 8, 8, 64], side: false, mean: 0, activation: 'relu' }],
    ['a residual block', { shape: [16, 8, 8, 64], side: true, mean: 0, activation: 'relu' }],
    ['an expansion', { shape: [16, 8, 8, 64], side: false, mean: 0, activation: 'relu6' }],
    ['an inverted residual block', { shape: [16, 8, 8, 24], side: true, mean: 0, activation: 'none' }],
    ['channels that are no multiple of a register', { shape: [9, 7, 5, 13], side: true, mean: 2, activation: 'relu6' }],
    ['one channel', { shape: [20, 6, 6, 1], side: false, mean: -1, activation: 'relu' }],
    ['vectors', { shape: [64, 1, 1, 96], side: false, mean: 0, activation: 'relu' }],
    ['a large mean', { shape: [32, 8, 8, 16], side: false, mean: 100, activation: 'none' }],
  ])('is what TensorFlow computes: %s', (_, form) => expectAlike(form));

  it('is what TensorFlow computes for any form', () => {
    const size = fc.integer({ min: 1, max: 12 });
    const form = fc.record({
      shape: fc.tuple(fc.integer({ min: 8, max: 40 }), size, size, fc.integer({ min: 1, max: 40 })),
      side: fc.boolean(),
      mean: fc.integer({ min: -3, max: 3 }),
      activation: fc.constantFrom<FusedActivation>('none', 'relu', 'relu6'),
    });
    fc.assert(fc.property(form, expectAlike), { numRuns: 40 });
  });

  it('is the same bit for bit when it is computed again', () => {
    const form: Case = { shape: [64, 8, 8, 32], side: true, mean: 0, activation: 'relu' };
    expect(outcome(form, true)).toEqual(outcome(form, true));
  });

  it.each(['none', 'relu', 'relu6'] as const)('passes on what is not a number: %s', (activation) => {
    const ops = createOps(runtime);
    const data = drawn([2, 2, 2, 3], 1).data as Float32Array;
    data[4] = Number.NaN;
    const y = scoped(runtime, () => {
      const [x, scale, offset] = [
        { shape: [2, 2, 2, 3], data },
        { shape: [3], data: new Float32Array(3).fill(1) },
        { shape: [3], data: new Float32Array(3) },
      ].map((array) => toTensor(runtime, array)) as [Tensor, Tensor, Tensor];
      return toArray(runtime, ops.batchNorm(x, scale, offset, EPSILON, { activation })[0]);
    });
    ops.release();
    expect(Array.from(y.data, Number.isNaN)).toEqual(Array.from({ length: 24 }, (_, i) => i % 3 === 1));
  });
});

/** AdamW by our own kernel against TensorFlow's operations, on arrays of every size. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { createOptimiser } from '../../src/training/optimiser.js';
import { alive, runtime } from '../fixtures/device.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

function update(shape: number[], hasKernels: boolean): Float32Array[] {
  const ops = createOps({ ...runtime, hasKernels });
  const optimiser = createOptimiser({ kind: 'adamw', rate: 0.01, weightDecay: 0.1 } as never);
  const count = shape.reduce((product, n) => product * n, 1);
  return scoped(runtime, () => {
    const drawn = (seed: number, of: (value: number) => number = (value) => value) => {
      const source = random(seed, 'adamw', count);
      return toTensor(runtime, { shape, data: Float32Array.from({ length: count }, () => of(source.normal())) });
    };
    const values = optimiser.scalars(7, 0.01);
    const scalars = { all: ops.tf.tensor1d(values), each: Array.from(values, (value) => ops.tf.scalar(value)) };
    const slots = [drawn(3), drawn(4, (value) => value * value)];
    const { weight, slots: next } = optimiser.update(ops, drawn(1), drawn(2), slots, scalars);
    return [weight, ...next].map((tensor: Tensor) => {
      const array = toArray(runtime, tensor);
      expect(array.shape).toEqual(shape);
      return array.data as Float32Array;
    });
  });
}

describeWhere(runtime.hasKernels, NEEDS.ownOperations)('AdamW in one operation', () => {
  it.each([[[1]], [[3, 5]], [[9, 4, 4]], [[3, 3, 64, 128]], [[100_003, 1]]])('%j', (shape) => {
    const [own, theirs] = [update(shape, true), update(shape, false)];
    own.forEach((array, k) => {
      const worst = array.reduce((most, value, i) => {
        const other = theirs[k]?.[i] ?? Number.NaN;
        return Math.max(most, Math.abs(value - other) / Math.max(1e-3, Math.abs(other)));
      }, 0);
      expect(worst).toBeLessThan(3e-5);
    });
  });
});

/** Our own depthwise convolution and its gradients against those of TensorFlow. */
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import { type NdArray, sizeOf } from '../../src/tensorflow/nd-array.js';
import { createOps, type Padding } from '../../src/tensorflow/ops.js';
import type { ProgramDefinition } from '../../src/tensorflow/program.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { alive, compiled, eager, runtime } from '../fixtures/device.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

interface Case {
  readonly image: readonly [n: number, height: number, width: number, channels: number];
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly padding: Padding;
}

function drawn(shape: readonly number[], seed: number): NdArray {
  const source = random(seed, 'depthwise', ...shape);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => source.normal()) };
}

/** y = conv(x, w), and the gradients of sum(y * dy) with respect to x and w; by our own kernels or by TensorFlow's. */
function outcome({ image, kernel, stride, padding }: Case, hasKernels: boolean): NdArray[] {
  const ops = createOps({ ...runtime, hasKernels });
  const result = scoped(runtime, () => {
    const x = toTensor(runtime, drawn(image, 1));
    const w = toTensor(runtime, drawn([...kernel, 1, image[3]], 2));
    let y: NdArray | undefined;
    const { gradients } = ops.gradients([x, w], () => {
      const value = ops.depthwiseConv2d(x, w, stride, padding);
      y = toArray(runtime, value);
      return ops.tf.sum(ops.tf.mul(value, toTensor(runtime, drawn(value.shape, 3))));
    });
    return [y as NdArray, ...gradients.map((tensor) => toArray(runtime, tensor))];
  });
  ops.release();
  return result;
}

function expectAlike(form: Case): void {
  const theirs = outcome(form, false);
  outcome(form, true).forEach(({ shape, data }, k) => {
    const other = theirs[k] as NdArray;
    expect(shape).toEqual(other.shape);
    const scale = Array.from(other.data).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = Array.from(data).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (other.data[i] ?? Number.NaN))),
      0,
    );
    expect(worst / scale, ['y', 'dx', 'dw'][k]).toBeLessThan(1e-5);
  });
}

describeWhere(runtime.hasKernels, NEEDS.ownOperations)('a depthwise convolution', () => {
  it.each<[string, Case]>([
    ['3x3', { image: [6, 12, 12, 96], kernel: [3, 3], stride: 1, padding: 'same' }],
    ['3x3, stride 2', { image: [3, 48, 48, 32], kernel: [3, 3], stride: 2, padding: 'same' }],
    ['5x5, stride 2, odd sides', { image: [3, 13, 11, 40], kernel: [5, 5], stride: 2, padding: 'symmetric' }],
    [
      '5x5 on maps that are smaller than the kernel',
      { image: [9, 3, 3, 48], kernel: [5, 5], stride: 1, padding: 'same' },
    ],
    ['one pixel', { image: [5, 1, 1, 64], kernel: [3, 3], stride: 2, padding: 'symmetric' }],
    ['maps that are packed in parts', { image: [2, 112, 112, 33], kernel: [7, 7], stride: 1, padding: 'same' }],
    ['a single channel', { image: [1, 9, 9, 1], kernel: [3, 3], stride: 1, padding: 'valid' }],
    ['1x1, stride 2', { image: [2, 6, 5, 17], kernel: [1, 1], stride: 2, padding: 'same' }],
  ])('is that of TensorFlow: %s', (_, form) => expectAlike(form));

  it('is that of TensorFlow for any form', () => {
    const side = fc.integer({ min: 7, max: 20 });
    const taps = fc.integer({ min: 1, max: 7 });
    const form = fc.record({
      image: fc.tuple(fc.integer({ min: 1, max: 5 }), side, side, fc.integer({ min: 1, max: 70 })),
      kernel: fc.tuple(taps, taps),
      stride: fc.integer({ min: 1, max: 2 }),
      padding: fc.constantFrom<Padding>('same', 'valid', 'symmetric'),
    });
    fc.assert(fc.property(form, expectAlike), { numRuns: 80 });
  });

  it('is the same bit for bit when it is computed again', () => {
    const form: Case = { image: [16, 12, 12, 48], kernel: [5, 5], stride: 1, padding: 'same' };
    expect(outcome(form, true)).toEqual(outcome(form, true));
  });
});

it.each<[Padding, number, number]>([
  ['same', 3, 2],
  ['symmetric', 3, 1],
  ['symmetric', 5, 2],
  ['symmetric', 4, 1],
])(
  'without gradients, the graph may fuse it with bias and activation: %s, %dx, stride %d',
  (padding, kernel, stride) => {
    const [x, w, b] = [drawn([2, 9, 8, 16], 1), drawn([kernel, kernel, 1, 16], 2), drawn([16], 3)];
    const definition: ProgramDefinition<'predict'> = {
      state: { w, b },
      functions: {
        predict: {
          inputs: { x },
          run: (ops, state, inputs) => {
            const y = ops.depthwiseConv2d(inputs.x as Tensor, state.w as Tensor, stride, padding, false);
            return { outputs: { y: ops.relu6(ops.biasAdd(y, state.b as Tensor)) } };
          },
        },
      },
    };
    const [fused, reference] = [compiled, eager].map((make) => {
      const program = make(definition);
      const { y } = program.run('predict', { x: x.data });
      program.dispose();
      return y as NdArray;
    }) as [NdArray, NdArray];
    const out =
      padding === 'same' ? [5, 4] : [9, 8].map((side) => Math.floor((side + 2 * (kernel >> 1) - kernel) / stride) + 1);
    expect(fused.shape).toEqual([2, ...out, 16]);
    nonEmpty(reference.data).forEach((value, i) => expect(fused.data[i]).toBeCloseTo(value, 4));
  },
);

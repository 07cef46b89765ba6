/** Our own kernel for the gradient of a convolution's weights against TensorFlow's, where this machine uses it. */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import { type NdArray, sizeOf } from '../../src/tensorflow/nd-array.js';
import { createOps, type Padding } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { alive, runtime } from '../fixtures/device.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

interface Case {
  readonly image: readonly [n: number, height: number, width: number, channels: number];
  readonly kernel: readonly [height: number, width: number, filters: number];
  readonly stride: number;
  readonly padding: Padding;
}

function drawn(shape: number[], seed: number): NdArray {
  const source = random(seed, 'filter gradient', ...shape);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => source.normal()) };
}

/** d sum(conv(x, w) * dy) / dw, by our kernel or by TensorFlow's. */
function gradient({ image, kernel, stride, padding }: Case, own: boolean): NdArray {
  const ops = createOps({ ...runtime, hasKernels: own, prefersOwnFilterGradient: own });
  const [height, width, filters] = kernel;
  const result = scoped(runtime, () => {
    const x = toTensor(runtime, drawn([...image], 1));
    const w = toTensor(runtime, drawn([height, width, image[3], filters], 2));
    const { gradients } = ops.gradients([w], () => {
      const y = ops.conv2d(x, w, stride, padding);
      return ops.tf.sum(ops.tf.mul(y, toTensor(runtime, drawn(y.shape, 3))));
    });
    return toArray(runtime, gradients[0] as NonNullable<(typeof gradients)[0]>);
  });
  ops.release();
  return result;
}

function largestDifference(a: NdArray, b: NdArray): number {
  const scale = Math.max(...Array.from(b.data, Math.abs));
  return Math.max(...Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] ?? Number.NaN)))) / scale;
}

describeWhere(runtime.hasKernels, NEEDS.ownOperations)('the filter gradient', () => {
  it.each<[string, Case]>([
    ['3x3, same', { image: [8, 16, 16, 64], kernel: [3, 3, 64], stride: 1, padding: 'same' }],
    ['stride 2', { image: [5, 17, 12, 24], kernel: [3, 3, 32], stride: 2, padding: 'same' }],
    [
      'more pixels in a row than in a block',
      { image: [2, 3, 300, 8], kernel: [3, 3, 16], stride: 1, padding: 'valid' },
    ],
    ['one pixel left', { image: [7, 3, 3, 12], kernel: [3, 3, 8], stride: 1, padding: 'valid' }],
    ['1x1', { image: [3, 6, 6, 10], kernel: [1, 1, 17], stride: 1, padding: 'same' }],
    ['one image for many threads', { image: [1, 9, 9, 11], kernel: [5, 2, 9], stride: 1, padding: 'same' }],
  ])('is that of TensorFlow: %s', (_, form) => {
    expect(largestDifference(gradient(form, true), gradient(form, false))).toBeLessThan(1e-5);
  });

  it('is that of TensorFlow for any form', () => {
    const side = fc.integer({ min: 5, max: 20 });
    const channels = fc.integer({ min: 8, max: 40 });
    const form = fc.record({
      image: fc.tuple(fc.integer({ min: 1, max: 9 }), side, side, channels),
      kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), channels),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.constantFrom<Padding>('same', 'valid'),
    });
    fc.assert(
      fc.property(form, (one) => {
        expect(largestDifference(gradient(one, true), gradient(one, false))).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same bit for bit when it is computed again', () => {
    const form: Case = { image: [16, 8, 8, 128], kernel: [3, 3, 128], stride: 1, padding: 'same' };
    const first = gradient(form, true);
    for (let i = 0; i < 5; i++) expect(gradient(form, true)).toEqual(first);
  });
});

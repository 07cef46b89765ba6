import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { sizeOf } from '../../src/tensorflow/nd-array.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { alive, runtime } from '../fixtures/device.js';

const ops = createOps(runtime);
const { tf } = ops;
const before = alive();

/** Distinct values a good way apart, so that no maximum changes within a finite difference. */
function spread(shape: number[], seed: number): NdArray {
  const order = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i);
  random(seed, 'spread').shuffle(order);
  return { shape, data: Float32Array.from(order, (k) => (k + 0.5) / order.length - 0.53) };
}

/** The gradients of a fixed weighted sum of `f`'s output, by the tape and by central differences. */
function check(inputs: NdArray[], f: (...tensors: Tensor[]) => Tensor, step = 1e-2): void {
  const weigh = (y: Tensor) =>
    tf.sum(tf.mul(y, tf.tensor(spread(y.shape, 99).data as Float32Array, y.shape, 'float32'))) as Tensor;
  const value = (arrays: NdArray[]) =>
    scoped(
      runtime,
      () => toArray(runtime, weigh(f(...arrays.map((array) => toTensor(runtime, array))))).data[0] ?? Number.NaN,
    );
  const taped = scoped(runtime, () => {
    const tensors = inputs.map((input) => toTensor(runtime, input));
    return ops.gradients(tensors, () => weigh(f(...tensors))).gradients.map((tensor) => toArray(runtime, tensor));
  });
  ops.release();
  inputs.forEach((input, k) => {
    const stride = Math.max(1, Math.floor(input.data.length / 12));
    for (let i = 0; i < input.data.length; i += stride) {
      const moved = (by: number) =>
        value(
          inputs.map((array, j) => {
            if (j !== k) return array;
            const data = Float32Array.from(array.data);
            data[i] = (data[i] ?? 0) + by;
            return { shape: array.shape, data };
          }),
        );
      const numeric = (moved(step) - moved(-step)) / (2 * step);
      ops.release();
      const analytic = taped[k]?.data[i] ?? Number.NaN;
      expect(Math.abs(numeric - analytic), `input ${k}[${i}]: ${numeric} against ${analytic}`).toBeLessThan(
        0.02 * Math.max(0.1, Math.abs(numeric)),
      );
    }
  });
}

afterAll(() => {
  expect(alive()).toEqual(before);
});

describe('gradients against finite differences', () => {
  it.each([
    ['same', 1],
    ['valid', 1],
    ['same', 2],
    ['valid', 2],
    ['symmetric', 2],
  ] as const)('conv2d %s, stride %d', (padding, stride) => {
    check([spread([2, 6, 6, 2], 1), spread([3, 3, 2, 3], 2)], (x, w) =>
      ops.conv2d(x as Tensor, w as Tensor, stride, padding),
    );
  });
  it.each([[[3, 4]], [[2, 3, 3, 4]]])('biasAdd to %j', (shape) =>
    check([spread(shape, 1), spread([4], 2)], (x, b) => ops.biasAdd(x as Tensor, b as Tensor)),
  );
  it('matMul', () => check([spread([3, 4], 1), spread([4, 5], 2)], (x, w) => ops.matMul(x as Tensor, w as Tensor)));
  it('relu', () => check([spread([4, 5], 3)], (x) => ops.relu(x as Tensor), 1e-3));
  it('relu6', () => check([spread([4, 5], 3)], (x) => ops.relu6(tf.mul(x as Tensor, 20)), 1e-4));
  it('sigmoid', () => check([spread([4, 5], 3)], (x) => ops.sigmoid(tf.mul(x as Tensor, 4)), 1e-3));
  it('softplus', () => check([spread([4, 5], 3)], (x) => ops.softplus(tf.mul(x as Tensor, 4)), 1e-3));
  it('upsample2', () => check([spread([2, 3, 2, 2], 3)], (x) => ops.upsample2(x as Tensor)));
  it('leakyRelu', () => check([spread([4, 5], 3)], (x) => ops.leakyRelu(x as Tensor, 1 / 3), 1e-3));
  it.each([
    [3, 2, 'same'],
    [3, 2, 'valid'],
    [2, 2, 'valid'],
    [3, 2, 'symmetric'],
  ] as const)('maxPool %dx, stride %d, %s', (size, stride, padding) => {
    check([spread([1, 6, 6, 2], 4)], (x) => ops.maxPool(x as Tensor, [size, size], stride, padding), 1e-3);
  });
  it('globalMeanPool', () => check([spread([2, 3, 4, 2], 5)], (x) => ops.globalMeanPool(x as Tensor)));
  it('globalMaxPool', () => check([spread([2, 3, 4, 2], 5)], (x) => ops.globalMaxPool(x as Tensor), 1e-3));
  it('batchNorm', () => {
    check(
      [spread([3, 2, 2, 2], 6), spread([2], 7), spread([2], 8)],
      (x, s, o) => ops.batchNorm(x as Tensor, s as Tensor, o as Tensor, 1e-3)[0],
    );
  });
  it('batchNorm twice in one step: each keeps the statistics of its own', () => {
    check([spread([3, 2, 2, 2], 6), spread([2], 7), spread([2], 8)], (x, s, o) => {
      const [first] = ops.batchNorm(x as Tensor, s as Tensor, o as Tensor, 1e-3);
      return ops.batchNorm(ops.leakyRelu(first, 0.9), s as Tensor, o as Tensor, 1e-1)[0];
    });
  });
  it('convolution with as many channels as our own kernel is for', () => {
    check([spread([2, 5, 5, 9], 1), spread([3, 3, 9, 10], 2)], (x, w) =>
      ops.conv2d(x as Tensor, w as Tensor, 1, 'same'),
    );
  });
  it.each([
    ['none', false],
    ['none', true],
    ['relu', false],
    ['relu', true],
    ['relu6', false],
    ['relu6', true],
  ] as const)('batchNorm, then %s, side %j', (activation, hasSide) => {
    const side = hasSide ? [spread([5, 2, 2, 2], 12)] : [];
    // Scaled by 8, so that some values exceed 6.
    check(
      [spread([5, 2, 2, 2], 6), spread([2], 7), spread([2], 8), ...side],
      (x, s, o, b) => ops.batchNorm(x as Tensor, tf.mul(s as Tensor, 8), o as Tensor, 1e-3, { activation, side: b })[0],
      1e-3,
    );
  });
  it.each([
    [3, 1, 'same'],
    [3, 2, 'same'],
    [5, 2, 'symmetric'],
    [5, 1, 'valid'],
    [3, 3, 'same'],
  ] as const)('depthwiseConv2d %dx, stride %d, %s', (kernel, stride, padding) => {
    check([spread([2, 7, 6, 3], 1), spread([kernel, kernel, 1, 3], 2)], (x, w) =>
      ops.depthwiseConv2d(x as Tensor, w as Tensor, stride, padding),
    );
  });
  it('logSoftmax', () => check([spread([4, 5], 11)], (x) => ops.logSoftmax(x as Tensor)));
  it('dropout with a fixed seed', () => {
    check([spread([6, 6], 9)], (x) => ops.dropout(x as Tensor, 0.4, tf.tensor1d([3, 4], 'int32')));
  });
  it('softmax cross-entropy', () => {
    check([spread([4, 5], 10)], (x) => {
      const targets = tf.oneHot(tf.tensor1d([0, 4, 2, 2], 'int32'), 5, 0.9, 0.02, 'float32');
      return ops.softmaxCrossEntropy(x as Tensor, targets);
    });
  });
});

describe('values', () => {
  it('symmetric padding: half the kernel on each side, of a pooling with nothing', () => {
    scoped(runtime, () => {
      const row = tf.tensor4d([-1, -2, -3, -4], [1, 1, 4, 1]);
      const ones = tf.ones<Rank.R4>([3, 3, 1, 1]);
      const read = (y: Tensor) => Array.from(y.dataSync());
      // At stride 2 `same` has all of its padding behind the last pixel.
      expect(read(ops.conv2d(row, ones, 2, 'symmetric'))).toEqual([-3, -9]);
      expect(read(ops.conv2d(row, ones, 2, 'same'))).toEqual([-6, -7]);
      expect(read(ops.depthwiseConv2d(row, ones, 2, 'symmetric'))).toEqual([-3, -9]);
      expect(read(ops.depthwiseConv2d(row, ones, 2, 'same'))).toEqual([-6, -7]);
      expect(read(ops.maxPool(row, [3, 3], 2, 'symmetric'))).toEqual([-1, -2]);
      expect(read(ops.maxPool(row, [3, 3], 2, 'same'))).toEqual([-1, -3]);
    });
  });

  it('ReLU6 ends at 0 and at 6', () => {
    scoped(runtime, () => {
      expect(Array.from(ops.relu6(tf.tensor1d([-1, 0, 2, 6, 7])).dataSync())).toEqual([0, 0, 2, 6, 6]);
    });
  });

  it('batch normalisation: mean and unbiased variance of the batch', () => {
    const x = { shape: [4, 1, 1, 1], data: Float32Array.of(1, 2, 3, 6) };
    scoped(runtime, () => {
      const [scale, offset] = [tf.tensor1d([2]), tf.tensor1d([1])];
      const [y, mean, variance] = ops.batchNorm(toTensor(runtime, x), scale, offset, 1e-3);
      expect(mean.dataSync()[0]).toBeCloseTo(3, 5);
      expect(variance.dataSync()[0]).toBeCloseTo(14 / 3, 4);
      const expected = [1, 2, 3, 6].map((v) => (2 * (v - 3)) / Math.sqrt(3.5 + 1e-3) + 1);
      expect(Array.from(y.dataSync()).map((v) => v.toFixed(4))).toEqual(expected.map((v) => v.toFixed(4)));
      ops.release();
    });
  });

  it('softmax cross-entropy by hand', () => {
    scoped(runtime, () => {
      const [logits, targets] = [tf.tensor2d([[1, 2, 4]]), tf.tensor2d([[0.1, 0.1, 0.8]])];
      const sum = Math.exp(1) + Math.exp(2) + Math.exp(4);
      const expected = -(0.1 * Math.log(Math.exp(1) / sum) + 0.1 * Math.log(Math.exp(2) / sum));
      const [loss] = ops.softmaxCrossEntropy(logits, targets).dataSync();
      expect(loss).toBeCloseTo(expected - 0.8 * Math.log(Math.exp(4) / sum), 5);
      ops.release();
    });
  });

  it('dropout zeroes its share of the values and scales the others, by the seed', () => {
    scoped(runtime, () => {
      const at = (seed: number) =>
        Array.from(ops.dropout(tf.ones([10_000]), 0.2, tf.tensor1d([seed, 5], 'int32')).dataSync());
      const once = at(1);
      expect(new Set(once)).toEqual(new Set([0, 1.25]));
      expect(once.filter((value) => value === 0).length / 10_000).toBeCloseTo(0.2, 1);
      expect(at(1)).toEqual(once);
      expect(at(2)).not.toEqual(once);
    });
  });

  it('bytes are gathered by row and become floats as they are', () => {
    scoped(runtime, () => {
      const table = toTensor(runtime, { shape: [3, 2], data: Uint8Array.of(0, 1, 2, 3, 254, 255) });
      const rows = ops.gatherRows(table, tf.tensor1d([2, 0, 2], 'int32'));
      expect(Array.from(ops.bytesToFloat(rows).dataSync())).toEqual([254, 255, 0, 1, 254, 255]);
      expect(toArray(runtime, rows)).toEqual({ shape: [3, 2], data: Uint8Array.of(254, 255, 0, 1, 254, 255) });
    });
  });

  it('an operation that fails leaves nothing behind', () => {
    scoped(runtime, () => {
      const start = alive()[0];
      const [x, w] = [tf.ones([1, 4, 4, 2]), tf.ones([3, 3, 3, 1])];
      expect(() => ops.conv2d(x, w, 1, 'same')).toThrow();
      expect(alive()[0]).toBe(start + 2);
    });
  });

  it('normal numbers are standard', () => {
    scoped(runtime, () => {
      const { mean, variance } = tf.moments(ops.normal([20_000], tf.tensor1d([3, 4], 'int32')));
      expect(mean.dataSync()[0]).toBeCloseTo(0, 1);
      expect(variance.dataSync()[0]).toBeCloseTo(1, 1);
    });
  });

  it('random numbers come from the seed alone', () => {
    scoped(runtime, () => {
      const at = (seed: number) => Array.from(ops.uniform([5], tf.tensor1d([seed, 1], 'int32')).dataSync());
      expect(at(1)).toEqual(at(1));
      expect(at(1)).not.toEqual(at(2));
    });
  });

  it('maps move images: identity, a quarter turn, and white where nothing was', () => {
    scoped(runtime, () => {
      const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
      const move = (map: number[]) => Array.from(ops.projectiveTransform(image, tf.tensor2d([map]), 0).dataSync());
      expect(move([1, 0, 0, 0, 1, 0, 0, 0])).toEqual([1, 2, 3, 4]);
      expect(move([0, 1, 0, -1, 0, 1, 0, 0])).toEqual([3, 1, 4, 2]);
      expect(move([1, 0, 1, 0, 1, 0, 0, 0])).toEqual([2, 0, 4, 0]);
    });
  });

  it('each image moves by its own map, in between pixels too, and the fill is what was asked for', () => {
    scoped(runtime, () => {
      const images = tf.tensor4d([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2, 1]);
      const maps = tf.tensor2d([
        [1, 0, 0.5, 0, 1, 0, 0, 0],
        [1, 0, 0, 0, 1, -1, 0, 0],
      ]);
      expect(Array.from(ops.projectiveTransform(images, maps, 7).dataSync())).toEqual([
        ...[1.5, (2 + 7) / 2, 3.5, (4 + 7) / 2],
        ...[7, 7, 10, 20],
      ]);
    });
  });
});

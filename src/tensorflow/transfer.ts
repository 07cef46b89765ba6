/**
 * Between plain arrays and the device. Nothing outside this folder and the forward passes holds a native tensor, so
 * nothing outside can leak one.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Runtime } from './binding.js';
import type { NdArray, NumberArray } from './nd-array.js';

/** TensorFlow's number for the data type of a typed array. */
export function dtypeOf({ binding }: Runtime, data: NumberArray): number {
  if (data instanceof Float32Array) return binding.TF_FLOAT;
  return data instanceof Int32Array ? binding.TF_INT32 : binding.TF_UINT8;
}

/** Copies an array to the device. The caller disposes the tensor (or its enclosing `tidy` does). */
export function toTensor(runtime: Runtime, { shape, data }: NdArray): Tensor {
  const { backend, binding } = runtime;
  const dtype = dtypeOf(runtime, data);
  // The addon shares memory with the typed array it is given, so it gets a copy that nobody else writes to.
  const id = binding.createTensor([...shape], dtype, data.slice());
  return backend.createOutputTensor({ id, shape: [...shape], dtype });
}

/** Copies a tensor back from the device. */
export function toArray(tensor: Tensor): NdArray {
  return { shape: tensor.shape.slice(), data: tensor.dataSync() as NumberArray };
}

/** Runs `body` and frees every tensor that it made, also when it throws. It must not return one. */
export function scoped<R>({ tf }: Runtime, body: () => R): R {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}

/**
 * Copies arrays to and from the device. Only this folder and the forward passes hold native tensors, so no other code can
 * leak one.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Runtime } from './binding.js';
import type { NdArray, NumberArray } from './nd-array.js';

/** TensorFlow's number for a typed array's data type. */
export function dtypeOf({ binding }: Runtime, data: NumberArray): number {
  if (data instanceof Float32Array) return binding.TF_FLOAT;
  return data instanceof Int32Array ? binding.TF_INT32 : binding.TF_UINT8;
}

/**
 * Copies an array to the device and returns the id of the tensor, which the caller deletes.
 *
 * TensorFlow copies memory that does not start on an alignment boundary. Aligned memory is shared by TensorFlow.js and
 * released to the JavaScript engine after its last use. For a value that became a graph's state, that happens on one of
 * TensorFlow's threads, where the engine must not be touched: one in many trainings crashed. So the array is copied to an
 * unaligned offset.
 */
export function toNative(runtime: Runtime, { shape, data }: NdArray): number {
  const bytes = data.BYTES_PER_ELEMENT;
  const copy = new (data.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => NumberArray)(
    new ArrayBuffer((data.length + 1) * bytes),
    bytes,
    data.length,
  );
  copy.set(data);
  return runtime.binding.createTensor([...shape], dtypeOf(runtime, data), copy);
}

/** Copies an array to the device. The caller disposes the tensor (or its enclosing `tidy` does). */
export function toTensor(runtime: Runtime, array: NdArray): Tensor {
  const shape = [...array.shape];
  const dtype = dtypeOf(runtime, array.data);
  return runtime.backend.createOutputTensor({ id: toNative(runtime, array), shape, dtype });
}

/** Copies a tensor back from the device. The addon cannot return bytes, so they are cast to 32-bit integers first. */
export function toArray({ backend, binding }: Runtime, tensor: Tensor): NdArray {
  const shape = tensor.shape.slice();
  if (backend.tensorMap.get(tensor.dataId).dtype !== binding.TF_UINT8) {
    return { shape, data: tensor.dataSync() as NumberArray };
  }
  const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
  const attributes = [type('SrcT', binding.TF_UINT8), type('DstT', binding.TF_INT32)];
  const integers = backend.executeSingleOutput('Cast', attributes, [tensor]);
  const data = Uint8Array.from(integers.dataSync());
  integers.dispose();
  return { shape, data };
}

/** Runs `body` and frees every tensor that it created, even if it throws. `body` must not return a tensor. */
export function scoped<R>({ tf }: Runtime, body: () => R): R {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}

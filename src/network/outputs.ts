/** Heads with spare outputs, so that one compiled program can train nodes with different numbers of children. */
import type { NdArray } from '../tensorflow/nd-array.js';
import type { Weights } from './weights.js';

const OUTPUT = ['head/output/kernel', 'head/output/bias'];

/** The same weights with `outputs` outputs: added ones are zero, surplus ones are cut off. */
export function withOutputs(weights: Weights, outputs: number): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => [name, OUTPUT.includes(name) ? resize(array, outputs) : array]),
  );
}

/** The same weights with the outputs reordered: output k was output `order[k]`. */
export function withOutputOrder(weights: Weights, order: readonly number[]): Weights {
  if (order.every((from, k) => from === k)) return weights;
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => [name, OUTPUT.includes(name) ? reorder(array, order) : array]),
  );
}

function reorder({ shape, data }: NdArray, order: readonly number[]): NdArray {
  const width = order.length;
  const reordered = Float32Array.from(data, (_, i) => {
    const k = i % width;
    return data[i - k + (order[k] ?? 0)] ?? 0;
  });
  return { shape, data: reordered };
}

function resize({ shape, data }: NdArray, outputs: number): NdArray {
  const before = shape.at(-1) ?? 0;
  const rows = data.length / before;
  const resized = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    resized.set(data.subarray(row * before, row * before + Math.min(before, outputs)) as Float32Array, row * outputs);
  }
  return { shape: [...shape.slice(0, -1), outputs], data: resized };
}

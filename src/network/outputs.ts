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

/** The same weights with one more output, before the one at `at`. */
export function insertOutput(
  weights: Weights,
  at: number,
  { kernel, bias }: { readonly kernel: Float32Array; readonly bias: number },
): Weights {
  const added: Readonly<Record<string, ArrayLike<number>>> = { [OUTPUT[0] ?? '']: kernel, [OUTPUT[1] ?? '']: [bias] };
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => {
      const column = added[name];
      return [name, column === undefined ? array : insertColumn(array, at, column)];
    }),
  );
}

function insertColumn({ shape, data }: NdArray, at: number, column: ArrayLike<number>): NdArray {
  const width = (shape.at(-1) ?? 0) + 1;
  const widened = Float32Array.from({ length: column.length * width }, (_, i) => {
    const [row, k] = [Math.floor(i / width), i % width];
    if (k === at) return column[row] ?? 0;
    return data[row * (width - 1) + (k < at ? k : k - 1)] ?? 0;
  });
  return { shape: [...shape.slice(0, -1), width], data: widened };
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

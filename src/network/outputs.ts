/** A head with spare outputs: one compiled program can then train nodes with different numbers of children. */
import type { NdArray } from '../tensorflow/nd-array.js';
import type { Weights } from './weights.js';

const OUTPUT = ['head/output/kernel', 'head/output/bias'];

/** The same weights with `outputs` outputs: new ones are zero, spare ones are cut off. */
export function withOutputs(weights: Weights, outputs: number): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => [name, OUTPUT.includes(name) ? resize(array, outputs) : array]),
  );
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

/** Typed arrays with a shape: how numbers pass between cladenet and TensorFlow, and how weights are stored. */

export type NumberArray = Float32Array | Int32Array | Uint8Array;

/** Numbers in row-major order with their shape; the typed array's class is the data type. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/**
 * Where a step's examples come from. A source defines what stays on the device, what a step is fed, and how the step forms a
 * batch from both. The resident and the streamed source give the same numbers for the same indices.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type ImageSet, type ImagesInMemory, isInMemory } from '../dataset/images.js';
import { squareAt } from '../dataset/preprocessing.js';
import type { NdArray, NumberArray } from '../tensorflow/nd-array.js';
import type { Ops } from '../tensorflow/ops.js';
import type { Tensors } from '../tensorflow/program.js';
import { type Edge, edgeOf } from './augment.js';

/** Images [n, size, size, channels], white = 0 and black = 1, with original sizes [n, 2]; or features [n, f]. */
export type Batch =
  | { readonly kind: 'images'; readonly images: Tensor; readonly sizes: Tensor }
  | { readonly kind: 'features'; readonly features: Tensor };

export interface Source {
  readonly kind: Batch['kind'];
  readonly count: number;
  /** Side of the square images in pixels; 0 for features. */
  readonly side: number;
  /** What pixels from outside an image are. */
  readonly edge: Edge;
  /** State that stays on the device, by name. */
  readonly state: Readonly<Record<string, NdArray>>;
  /** Inputs of a step of `n` examples, as arrays of the right shapes. */
  inputs(n: number): Readonly<Record<string, NdArray>>;
  /** The input values for these examples. @param seed of the training step, for sources that draw their examples; absent otherwise */
  feed(indices: Int32Array, seed?: readonly [number, number]): Readonly<Record<string, NumberArray>>;
  /**
   * Makes ready what `feed` will be asked for, on other threads where it can: the loop calls it with the next step before it makes one.
   * Absent where nothing is to be made.
   */
  prepare?(indices: Int32Array, seed: readonly [number, number]): Promise<void>;
  /** Forms the batch, inside the step. */
  batch(ops: Ops, state: Tensors, inputs: Tensors): Batch;
}

/** Bytes as images: white = 0, black = 1. */
export function imagesOf(ops: Ops, bytes: Tensor): Tensor {
  const { tf } = ops;
  return tf.sub(1, tf.mul(ops.bytesToFloat(bytes), 1 / 255));
}

function sizesOf({ widths, heights, count }: ImageSet): Float32Array {
  return Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? widths : heights)[i >> 1] ?? 0);
}

const indexInput = (n: number) => ({ indices: { shape: [n], data: new Int32Array(n) } });

/** Images kept on the device as bytes; a step is fed indices. */
export function residentImages(set: ImagesInMemory): Source {
  const { size, channels } = set.preprocessing;
  return {
    kind: 'images',
    count: set.count,
    side: size,
    edge: edgeOf(set.preprocessing),
    state: {
      pixels: { shape: [set.count, size, size, channels], data: set.pixels },
      sizes: { shape: [set.count, 2], data: sizesOf(set) },
    },
    inputs: indexInput,
    feed: (indices) => ({ indices }),
    batch(ops, state, inputs) {
      const indices = inputs.indices as Tensor;
      return {
        kind: 'images',
        images: imagesOf(ops, ops.gatherRows(state.pixels as Tensor, indices)),
        sizes: ops.gatherRows(state.sizes as Tensor, indices),
      };
    },
  };
}

/** Images kept in main memory or on disk; a step is fed the bytes of its batch. For image sets that do not fit the device. */
export function streamedImages(set: ImageSet): Source {
  const { size, channels } = set.preprocessing;
  const bytes = size * size * channels;
  const sizes = sizesOf(set);
  return {
    kind: 'images',
    count: set.count,
    side: size,
    edge: edgeOf(set.preprocessing),
    state: {},
    inputs: (n) => ({
      pixels: { shape: [n, size, size, channels], data: new Uint8Array(n * bytes) },
      sizes: { shape: [n, 2], data: new Float32Array(2 * n) },
    }),
    feed: (indices) => ({ pixels: gatherSquares(set, bytes, indices), sizes: gather(sizes, 2, indices) }),
    batch: (ops, _, inputs) => ({
      kind: 'images',
      images: imagesOf(ops, inputs.pixels as Tensor),
      sizes: inputs.sizes as Tensor,
    }),
  };
}

/** Features [count, length] of a frozen trunk, kept on the device. */
export function residentFeatures(features: Float32Array, length: number): Source {
  const count = features.length / length;
  return {
    kind: 'features',
    count,
    side: 0,
    edge: 'white',
    state: { features: { shape: [count, length], data: features } },
    inputs: indexInput,
    feed: (indices) => ({ indices }),
    batch: (ops, state, inputs) => ({
      kind: 'features',
      features: ops.gatherRows(state.features as Tensor, inputs.indices as Tensor),
    }),
  };
}

/** Features [count, length] kept in main memory; a step is fed those of its batch. */
export function streamedFeatures(features: Float32Array, length: number): Source {
  return {
    kind: 'features',
    count: features.length / length,
    side: 0,
    edge: 'white',
    state: {},
    inputs: (n) => ({ features: { shape: [n, length], data: new Float32Array(n * length) } }),
    feed: (indices) => ({ features: gather(features, length, indices) }),
    batch: (_, __, inputs) => ({ kind: 'features', features: inputs.features as Tensor }),
  };
}

function gatherSquares({ pixels }: ImageSet, bytes: number, indices: Int32Array): Uint8Array {
  if (pixels instanceof Uint8Array) return gather(pixels, bytes, indices);
  const squares = new Uint8Array(indices.length * bytes);
  indices.forEach((index, i) => {
    pixels.read(index, squareAt(squares, i, bytes));
  });
  return squares;
}

function gather<A extends Uint8Array | Float32Array>(table: A, length: number, indices: Int32Array): A {
  const rows = new (table.constructor as new (n: number) => A)(indices.length * length);
  indices.forEach((index, i) => {
    rows.set(table.subarray(index * length, (index + 1) * length), i * length);
  });
  return rows;
}

/** Resident where the images are in memory and fit `deviceMemory` (bytes), streamed otherwise. */
export function imageSource(set: ImageSet, deviceMemory: number): Source {
  return isInMemory(set) && set.pixels.byteLength <= deviceMemory ? residentImages(set) : streamedImages(set);
}

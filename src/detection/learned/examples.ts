/**
 * What a detector learns from: frames with the boxes of their organisms. A training draws them anew in every step, from the step's seed,
 * so that an interrupted one resumes with the same; examples that judge it are always the same.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Box } from '../../box.js';
import type { Edge } from '../../training/augment.js';
import { imagesOf, type Source } from '../../training/source.js';

/** What is looked at: a square, one byte for each pixel and channel. */
export interface Looked {
  readonly pixels: Uint8Array;
}

/** A square frame, and the boxes of its organisms. */
export interface Example extends Looked {
  readonly boxes: readonly Box[];
}

/** Where examples come from. */
export interface Examples<E extends Looked = Example> {
  /** How many an epoch has. */
  readonly count: number;
  /** @param seed of the draw: different in every step of a training. Undefined: the same example every time */
  exampleAt(index: number, seed: readonly [number, number, number] | undefined): E;
}

/** The examples of a training, then those that judge it, by one index. */
export interface ExampleStream<E extends Looked = Example> {
  readonly side: number;
  readonly channels: number;
  readonly count: number;
  /** The examples of a step; of the same step again, the same objects. */
  at(indices: Int32Array, seed?: readonly [number, number]): readonly E[];
}

/** Examples that judge are made once, as far as their pixels take no more. */
const KEPT_BYTES = 64 * 2 ** 20;

export function exampleStream<E extends Looked>(
  train: Examples<E>,
  validation: Examples<E>,
  { side, channels = 1 }: { readonly side: number; readonly channels?: number },
): ExampleStream<E> {
  const fit = Math.floor(KEPT_BYTES / (side * side * channels));
  const kept = new Array<E | undefined>(Math.min(validation.count, fit));
  function judging(index: number): E {
    const example = kept[index] ?? validation.exampleAt(index, undefined);
    if (index < kept.length) kept[index] = example;
    return example;
  }
  let last: { readonly key: string; readonly examples: readonly E[] } | undefined;
  return {
    side,
    channels,
    count: train.count + validation.count,
    at(indices, seed) {
      const key = `${seed?.join() ?? 'none'}: ${indices.join()}`;
      if (last?.key !== key) {
        const examples = Array.from(indices, (index, i) =>
          index < train.count ? train.exampleAt(index, seed && [...seed, i]) : judging(index - train.count),
        );
        last = { key, examples };
      }
      return last.examples;
    },
  };
}

/** The frames of a stream as the source of a training. */
export function exampleSource(stream: ExampleStream<Looked>): Source {
  const { side, channels, count } = stream;
  const bytes = side * side * channels;
  const edge: Edge = 'nearest';
  return {
    kind: 'images',
    count,
    side,
    edge,
    state: {},
    inputs: (n) => ({ pixels: { shape: [n, side, side, channels], data: new Uint8Array(n * bytes) } }),
    feed(indices, seed) {
      const pixels = new Uint8Array(indices.length * bytes);
      stream.at(indices, seed).forEach((example, i) => {
        pixels.set(example.pixels, i * bytes);
      });
      return { pixels };
    },
    batch(ops, _, inputs) {
      const images = imagesOf(ops, inputs.pixels as Tensor);
      // No detector uses the sizes that images had before they were scaled: frames are not scaled.
      return { kind: 'images', images, sizes: ops.tf.tensor2d([1, 1], [1, 2]) };
    },
  };
}

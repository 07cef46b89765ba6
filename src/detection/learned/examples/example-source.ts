/** Examples as a training takes them: the pixels of each step are fed. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Edge } from '../../../training/augment.js';
import { imagesOf, type Source } from '../../../training/source.js';
import type { ExampleStream, Looked } from './examples.js';

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
    prepare: (indices, seed) => stream.prepare(indices, seed),
    batch(ops, _, inputs) {
      const images = imagesOf(ops, inputs.pixels as Tensor);
      // No detector uses the sizes that images had before they were scaled: frames are not scaled.
      return { kind: 'images', images, sizes: ops.tf.tensor2d([1, 1], [1, 2]) };
    },
  };
}

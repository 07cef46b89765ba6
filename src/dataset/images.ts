/** Images in memory, as bytes: what training, prediction and evaluation work on. */
import { CladenetError } from '../errors.js';
import { type Preprocessing, squareBytes } from './preprocessing.js';

export interface ImageSet {
  readonly preprocessing: Preprocessing;
  readonly count: number;
  /** `count` x `size` x `size` x `channels` bytes, row-major (NHWC); 255 is white. */
  readonly pixels: Uint8Array;
  /** Widths of the original images in pixels, turned by their EXIF orientation. */
  readonly widths: Float32Array;
  readonly heights: Float32Array;
  readonly paths: readonly string[];
  /** Indices into `classes`; -1 for an image without a label. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

/**
 * The images at `indices`, in that order, as a set of its own, whose bytes are copied. Classes and their numbers stay.
 *
 * @throws CladenetError USAGE for an index that is none
 */
export function selectImages(set: ImageSet, indices: ArrayLike<number>): ImageSet {
  const { preprocessing, classes } = set;
  const bytes = squareBytes(preprocessing);
  const chosen = Array.from(indices);
  const wrong = chosen.find((i) => !Number.isInteger(i) || i < 0 || i >= set.count);
  if (wrong !== undefined) {
    const expected = `whole numbers from 0 to ${set.count - 1}`;
    throw new CladenetError('USAGE', 'There is no such image.', [{ where: 'indices', expected, received: `${wrong}` }]);
  }
  const pixels = new Uint8Array(chosen.length * bytes);
  chosen.forEach((from, to) => {
    pixels.set(set.pixels.subarray(from * bytes, (from + 1) * bytes), to * bytes);
  });
  return {
    preprocessing,
    count: chosen.length,
    pixels,
    widths: Float32Array.from(chosen, (i) => set.widths[i] ?? 0),
    heights: Float32Array.from(chosen, (i) => set.heights[i] ?? 0),
    paths: chosen.map((i) => set.paths[i] ?? ''),
    labels: Int32Array.from(chosen, (i) => set.labels[i] ?? -1),
    classes,
  };
}

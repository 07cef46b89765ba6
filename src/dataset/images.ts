/** Images in memory, as bytes: what training, prediction and evaluation take. */
import { CladenetError } from '../errors.js';
import { type Preprocessing, squareAt, squareBytes } from './preprocessing.js';

/** Images in memory, prepared alike, with their labels. */
export interface ImageSet {
  readonly preprocessing: Preprocessing;
  /** The number of images. */
  readonly count: number;
  /** `count` x `size` x `size` x `channels` bytes, row-major (NHWC); 255 is white. */
  readonly pixels: Uint8Array;
  /** Widths of the original images in pixels, after their EXIF orientation. */
  readonly widths: Float32Array;
  /** Heights of the original images in pixels, after their EXIF orientation. */
  readonly heights: Float32Array;
  readonly paths: readonly string[];
  /** The class of each image, as an index into `classes`; -1 for an image without a label. */
  readonly labels: Int32Array;
  /** The names of the classes, in code point order. */
  readonly classes: readonly string[];
}

/**
 * Selects the images at `indices`, in that order. Pixels are copied; `classes` stay the same, so labels do too.
 *
 * @throws CladenetError USAGE when an index is not a whole number from 0 to `count - 1`
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
    pixels.set(squareAt(set.pixels, from, bytes), to * bytes);
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

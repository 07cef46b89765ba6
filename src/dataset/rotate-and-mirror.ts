/** Images rotated by quarter turns and mirrored, exactly: pixels move, none is resampled. */
import type { ImageSet } from './images.js';
import { squareAt, squareBytes } from './preprocessing.js';

/** One view of an image for test-time augmentation. */
export interface View {
  /** Quarter turns, clockwise: 0 to 3. */
  readonly quarterTurns: number;
  /** Whether left and right are exchanged, before the rotation. */
  readonly mirrored: boolean;
}

/**
 * Rotates and mirrors every image of a set. Widths and heights stay those of the originals: augmentation during training
 * changes the pixels only, so a network that takes them as inputs (`appendSize`) has learned them with all orientations.
 */
export function rotateAndMirror(images: ImageSet, view: View): ImageSet {
  const { size, channels } = images.preprocessing;
  const from = sources(size, view);
  const bytes = squareBytes(images.preprocessing);
  const turn = (square: Uint8Array, turned: Uint8Array) => {
    for (let p = 0; p < size * size; p++) {
      const read = (from[p] as number) * channels;
      for (let c = 0; c < channels; c++) turned[p * channels + c] = square[read + c] as number;
    }
  };
  const { pixels } = images;
  if (!(pixels instanceof Uint8Array)) {
    const square = new Uint8Array(bytes);
    const read = (i: number, turned: Uint8Array) => {
      pixels.read(i, square);
      turn(square, turned);
    };
    return { ...images, pixels: { read } };
  }
  const all = new Uint8Array(pixels.length);
  for (let i = 0; i < images.count; i++) turn(squareAt(pixels, i, bytes), squareAt(all, i, bytes));
  return { ...images, pixels: all };
}

/** For each pixel of the result, the pixel of the original that it comes from. */
function sources(size: number, { quarterTurns, mirrored }: View): Int32Array {
  return Int32Array.from({ length: size * size }, (_, p) => {
    let [x, y] = [p % size, Math.floor(p / size)];
    for (let i = 0; i < quarterTurns; i++) [x, y] = [y, size - 1 - x];
    return y * size + (mirrored ? size - 1 - x : x);
  });
}

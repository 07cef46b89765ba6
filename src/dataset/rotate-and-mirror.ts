/** Images rotated by quarter turns and mirrored, exactly: pixels move, none is resampled. */
import type { ImageSet } from './images.js';

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
  const pixels = new Uint8Array(images.pixels.length);
  const area = size * size;
  for (let image = 0; image < images.count; image++) {
    const start = image * area * channels;
    for (let p = 0; p < area; p++) {
      const read = start + (from[p] as number) * channels;
      const write = start + p * channels;
      for (let c = 0; c < channels; c++) pixels[write + c] = images.pixels[read + c] as number;
    }
  }
  return { ...images, pixels };
}

/** For each pixel of the result, the pixel of the original that it comes from. */
function sources(size: number, { quarterTurns, mirrored }: View): Int32Array {
  return Int32Array.from({ length: size * size }, (_, p) => {
    let [x, y] = [p % size, Math.floor(p / size)];
    for (let i = 0; i < quarterTurns; i++) [x, y] = [y, size - 1 - x];
    return y * size + (mirrored ? size - 1 - x : x);
  });
}

/** Images turned by quarterTurns and mirrored, exactly: every pixel moves, none is resampled. */
import type { ImageSet } from './images.js';

export interface View {
  /** Quarter turns, clockwise: 0 to 3. */
  readonly quarterTurns: number;
  /** Left and right are exchanged, before turning. */
  readonly mirrored: boolean;
}

/**
 * The same set with every image turned. Widths and heights stay those of the originals: augmentation turns pixels only,
 * so a network that is given them (`appendSize`) has learned an organism's size together with all its directions.
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

/** For each pixel of the result the pixel that it comes from. */
function sources(size: number, { quarterTurns, mirrored }: View): Int32Array {
  return Int32Array.from({ length: size * size }, (_, p) => {
    let [x, y] = [p % size, Math.floor(p / size)];
    for (let i = 0; i < quarterTurns; i++) [x, y] = [y, size - 1 - x];
    return y * size + (mirrored ? size - 1 - x : x);
  });
}

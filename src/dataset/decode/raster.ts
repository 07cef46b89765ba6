/** Decoded pixels of 8 bits: what every decoder returns. */

/** A decoded image, row by row. A row takes `stride` bytes, of which the first `width * channels` are pixels. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly stride: number;
}

/** Images of up to this many pixels (2048 x 2048) are decoded whole; larger ones are shrunk while they are read. */
export const MAX_WHOLE_PIXELS = 2 ** 22;

/**
 * The luminance of a colour image, 0.299 R + 0.587 G + 0.114 B of the stored values (ITU-R BT.601), as in Pillow's
 * `convert('L')`: a grey stored as RGB keeps its value.
 */
export function greyOf(raster: Raster): Raster {
  if (raster.channels === 1) return raster;
  const { data, width, height, stride } = raster;
  const grey = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < width; x++, at += 3) {
      const sum = (data[at] ?? 0) * 19595 + (data[at + 1] ?? 0) * 38470 + (data[at + 2] ?? 0) * 7471;
      grey[to++] = (sum + 32768) >> 16;
    }
  }
  return { data: grey, width, height, channels: 1, stride: width };
}

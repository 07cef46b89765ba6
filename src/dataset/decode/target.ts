/** Where decoded images go: the square of each, and its size. Every decoder ends here. */
import { crc32 } from 'node:zlib';
import { type Preprocessing, squareAt, squareBytes } from '../preprocessing.js';
import { DARK, withTrait } from '../traits.js';
import { letterbox } from './letterbox.js';
import type { Raster } from './raster.js';

/** libvips reads larger files piece by piece (bytes). */
export const LARGE_FILE = 2 ** 25;

export interface DecodeTarget {
  readonly preprocessing: Preprocessing;
  /** One square per image. */
  readonly pixels: Uint8Array;
  /** Width (with its trait), height and the CRC-32 of the square for each decoded image, zeros for the others. */
  readonly decoded: Uint32Array;
}

/**
 * Letterboxes image `i` into its square.
 *
 * @param size   of the original image; default: the raster's
 * @throws Error where `cropBottom` leaves nothing of the image
 * @param origin what the file had: bits of a sample, and more than one page
 */
export function store(
  { preprocessing, pixels, decoded }: DecodeTarget,
  i: number,
  raster: Raster,
  { width, height }: { readonly width: number; readonly height: number } = raster,
  { bits = 8, hasPages = false }: { readonly bits?: 8 | 16; readonly hasPages?: boolean } = {},
): void {
  const { cropBottom = 0 } = preprocessing;
  const seen = cropBottom === 0 ? raster : cropped(raster, Math.round((cropBottom * raster.height) / height));
  const square = squareAt(pixels, i, squareBytes(preprocessing));
  letterbox(seen, preprocessing, square);
  const dark = bits === 16 ? 'dark in 16 bits' : 'dark';
  const trait = isDark(seen) ? dark : hasPages ? 'several pages' : 'none';
  decoded.set([withTrait(width, trait), height - cropBottom, crc32(square)], i * 3);
}

/** An image without its lowest rows. */
function cropped(raster: Raster, rows: number): Raster {
  if (rows < raster.height) return { ...raster, height: raster.height - rows };
  throw new Error(`${raster.height} rows, of which none is left without the lowest ${rows}`);
}

/** Whether no value is above an eighth of the range. Most images show that with their first pixels. */
function isDark({ data, width, height, channels, stride }: Raster): boolean {
  for (let y = 0; y < height; y++) {
    const end = y * stride + width * channels;
    for (let at = y * stride; at < end; at++) if ((data[at] as number) > DARK) return false;
  }
  return true;
}

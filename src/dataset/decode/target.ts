/** Where decoded images go: the square of each, and its size. Every decoder ends here. */
import { crc32 } from 'node:zlib';
import { type Preprocessing, squareAt, squareBytes } from '../preprocessing.js';
import { letterbox } from './letterbox.js';
import type { Raster } from './raster.js';

/** libvips reads larger files piece by piece (bytes). */
export const LARGE_FILE = 2 ** 25;

export interface DecodeTarget {
  readonly preprocessing: Preprocessing;
  /** One square per image. */
  readonly pixels: Uint8Array;
  /** Width, height and the CRC-32 of the square for each decoded image, zeros for the others. */
  readonly decoded: Uint32Array;
}

/** Letterboxes image `i` into its square. @param size of the original image; default: the raster's */
export function store(
  { preprocessing, pixels, decoded }: DecodeTarget,
  i: number,
  raster: Raster,
  { width, height }: { readonly width: number; readonly height: number } = raster,
): void {
  const square = squareAt(pixels, i, squareBytes(preprocessing));
  letterbox(raster, preprocessing, square);
  decoded.set([width, height, crc32(square)], i * 3);
}

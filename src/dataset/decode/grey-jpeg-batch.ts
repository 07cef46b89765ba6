/** The plain images of a batch, read and placed in one go: the work that is spread over the processor's cores. */
import { readFileSync } from 'node:fs';
import { checksumOf } from '../checksum.js';
import type { Preprocessing } from '../preprocessing.js';
import { decodeGreyJpeg } from './grey-jpeg.js';
import { letterbox } from './letterbox.js';

export interface GreyJpegBatch {
  readonly paths: readonly string[];
  readonly preprocessing: Preprocessing;
}

export interface GreyJpegSquares {
  /** One square for each path. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Three numbers for each path: width, height and the square's checksum; zeros where the image is not a plain one. */
  readonly shapes: Uint32Array<ArrayBuffer>;
}

/** Whether a file may be what {@link decodeGreyJpegs} decodes. */
export function mayBeGreyJpeg(path: string): boolean {
  return /\.(jpe?g|jpe|jfif)$/i.test(path);
}

/** Decodes the grey baseline JPEGs among the files. Whatever is wrong with the others is for sharp to say. */
export function decodeGreyJpegs({ paths, preprocessing }: GreyJpegBatch): GreyJpegSquares {
  const bytes = preprocessing.size ** 2 * preprocessing.channels;
  const pixels = new Uint8Array(paths.length * bytes);
  const shapes = new Uint32Array(paths.length * 3);
  paths.forEach((path, i) => {
    const raster = decodeGreyJpeg(read(path));
    if (!raster) return;
    letterbox(raster, preprocessing, pixels, i * bytes);
    shapes.set([raster.width, raster.height, checksumOf(pixels, i, bytes)], i * 3);
  });
  return { pixels, shapes };
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array();
  }
}

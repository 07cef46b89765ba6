/** How an image becomes the square that a network sees. Every saved classifier states its preprocessing. */
import { CladenetError, type Problem } from '../errors.js';

/** How images are prepared for a network. */
export interface Preprocessing {
  /** The side of the square in pixels, 1 to 4096; 95 for the report's network. */
  readonly size: number;
  /** 1: grey (luminance, ITU-R BT.601); 3: RGB. */
  readonly channels: 1 | 3;
  /** The fill around the image: white (255), or the median of the image's border pixels, for each channel. */
  readonly background: 'white' | 'border-median';
  /** Scales the longer side to `size`, up or down, keeps the aspect ratio, and centres the image. */
  readonly fit: 'longer-side';
  /** Rows that are cut off at the bottom first, such as 31 for the scale bar of ZooScan vignettes. Default 0. */
  readonly cropBottom?: number | undefined;
}

/** The greatest side of a square in pixels: larger than any image sensor's network input, and 16 MB a square. */
export const MAX_SIDE = 4096;

/** The bytes of one square. */
export function squareBytes({ size, channels }: Preprocessing): number {
  return size * size * channels;
}

/** Square `i` of many that lie one after the other: a view, not a copy. @param bytes the size of each */
export function squareAt(pixels: Uint8Array, i: number, bytes: number): Uint8Array {
  return pixels.subarray(i * bytes, (i + 1) * bytes);
}

/** @throws CladenetError CONFIG with every field that is not valid */
export function checkPreprocessing({ size, channels, background, fit, cropBottom = 0 }: Preprocessing): void {
  const problems: Problem[] = [];
  const check = (right: boolean, field: string, expected: string, received: unknown) => {
    if (!right) problems.push({ where: `preprocessing.${field}`, expected, received: String(received) });
  };
  check(Number.isInteger(size) && size >= 1 && size <= MAX_SIDE, 'size', `a whole number from 1 to ${MAX_SIDE}`, size);
  check(channels === 1 || channels === 3, 'channels', '1 (grey) or 3 (RGB)', channels);
  check(background === 'white' || background === 'border-median', 'background', 'white or border-median', background);
  check(fit === 'longer-side', 'fit', 'longer-side', fit);
  check(Number.isInteger(cropBottom) && cropBottom >= 0, 'cropBottom', 'a whole number of at least 0', cropBottom);
  if (problems.length > 0) throw new CladenetError('CONFIG', 'The preprocessing is not valid.', problems);
}

/** What is known of each image but its pixels: in columns, since there may be hundreds of thousands. */
import type { Problem } from '../errors.js';

export interface ImageMetadata {
  /** Absolute. */
  readonly paths: readonly string[];
  /**
   * Three numbers for each image that tell whether its file is still the same: size in bytes, and the times of the last
   * change of the content and of the inode in milliseconds with fractions (exact to a quarter of a microsecond). `touch`
   * and `cp -p` can set the first time back, but not the second. NaN where nothing is to be remembered.
   */
  readonly versions: Float64Array;
  /** Width, height and the checksum of the square for each good image, and zeros for the others. */
  readonly shapes: Uint32Array;
  /** What is wrong with the others, by their number. */
  readonly problems: Map<number, Problem>;
}

/** Nothing known yet. */
export function newMetadata(paths: readonly string[]): ImageMetadata {
  return {
    paths,
    versions: new Float64Array(paths.length * 3).fill(Number.NaN),
    shapes: new Uint32Array(paths.length * 3),
    problems: new Map(),
  };
}

/** Whether image `i` is known to be good: no image is 0 pixels wide. */
export function isDecoded({ shapes }: ImageMetadata, i: number): boolean {
  return (shapes[i * 3] ?? 0) > 0;
}

export function setShape({ shapes }: ImageMetadata, i: number, width: number, height: number, check: number): void {
  shapes[i * 3] = width;
  shapes[i * 3 + 1] = height;
  shapes[i * 3 + 2] = check;
}

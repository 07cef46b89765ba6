/** Grey pixels, as an image is measured. */
export type { Box } from '../box.js';

/** A grey image of 8 bits: `width` x `height` pixels, row by row. */
export interface GreyImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

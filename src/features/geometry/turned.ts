/** Masks turned to lie along the x axis. */
import type { Moments } from './moments.js';

/** A mask. */
export interface Mask {
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Ties between two pixels go to the lower one, whatever the last bits of a product are. */
const TIE = 1e-9;

/**
 * Turns a mask about its centroid so that the direction `degrees` (counter-clockwise from the x axis) becomes horizontal.
 * Each pixel takes the nearest one, as MATLAB's `imrotate` does by default.
 */
export function turned({ mask, width, height }: Mask, { x, y }: Moments, degrees: number): Mask {
  const half = Math.max(x, width - x, y, height - y);
  const side = Math.ceil(2 * half);
  const [left, top] = [Math.floor(half - x), Math.floor(half - y)];
  const centre = (side - 1) / 2;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const result = new Uint8Array(side * side);
  for (let row = 0, to = 0; row < side; row++) {
    for (let column = 0; column < side; column++, to++) {
      const [dx, dy] = [column - centre, row - centre];
      const fromX = Math.round(dx * cos + dy * sin + centre - TIE) - left;
      const fromY = Math.round(dy * cos - dx * sin + centre - TIE) - top;
      if (fromX >= 0 && fromY >= 0 && fromX < width && fromY < height) {
        result[to] = mask[fromY * width + fromX] as number;
      }
    }
  }
  return { mask: result, width: side, height: side };
}

/** Squares mirrored and turned, and the boxes in them. */
import type { Box } from '../../../box.js';

export interface Turn {
  /** Quarters of a turn, clockwise. */
  readonly turns: number;
  /** Whether left and right are exchanged first. */
  readonly mirrored: boolean;
}

export function turnedPixels(pixels: Uint8Array, side: number, { turns, mirrored }: Turn): Uint8Array {
  let result = pixels;
  if (mirrored) result = moved(result, side, { start: side - 1, right: -1, down: side });
  for (let turn = 0; turn < turns; turn++) {
    // Clockwise: what was at (x, y) comes to (side - 1 - y, x).
    result = moved(result, side, { start: (side - 1) * side, right: -side, down: 1 });
  }
  return result;
}

export function turnedBox(box: Box, side: number, { turns, mirrored }: Turn): Box {
  let result = mirrored ? { ...box, x: side - box.x - box.width } : box;
  for (let turn = 0; turn < turns; turn++) {
    const { x, y, width, height } = result;
    result = { x: side - y - height, y: x, width: height, height: width };
  }
  return result;
}

/** Where the pixels of a moved square are from: the first one, and the step to the one on its right and to the one below it. */
interface Steps {
  readonly start: number;
  readonly right: number;
  readonly down: number;
}

function moved(pixels: Uint8Array, side: number, { start, right, down }: Steps): Uint8Array {
  const result = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0, from = start + y * down; x < side; x++, at++, from += right) result[at] = pixels[from] as number;
  }
  return result;
}

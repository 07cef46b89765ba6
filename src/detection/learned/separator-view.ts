/** What a separator looks at: an organism's box and its surroundings. */
import type { Box } from '../../box.js';
import type { GreyImage } from '../../features/grey-image.js';
import { sampled, type Window } from './sample.js';

/** The side of what a separator looks at. */
export const SEPARATOR_SIDE = 64;

/** Side of the map of shares. */
export const SHARE_SIDE = SEPARATOR_SIDE / 2;

/** What is looked at, in longer sides of the box; at least this many pixels. */
const AROUND = 1.5;
const LEAST = 24;

/** The square around a box that the network looks at. */
export function surroundings({ x, y, width, height }: Box, side: number): Window {
  const length = Math.max(LEAST, AROUND * Math.max(width, height));
  return { x: x + (width - length) / 2, y: y + (height - length) / 2, step: length / side, width: side, height: side };
}

/** Grey levels around a box, and the box as a second channel, as the network takes them (one byte each, pixel by pixel). */
export function lookedAt(frame: GreyImage, box: Box): Uint8Array {
  const window = surroundings(box, SEPARATOR_SIDE);
  const levels = sampled(frame, window);
  const result = new Uint8Array(2 * levels.length).fill(255);
  for (let row = 0, at = 0; row < SEPARATOR_SIDE; row++) {
    const y = window.y + (row + 0.5) * window.step;
    for (let column = 0; column < SEPARATOR_SIDE; column++, at++) {
      const x = window.x + (column + 0.5) * window.step;
      result[2 * at] = levels[at] as number;
      if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height) result[2 * at + 1] = 0;
    }
  }
  return result;
}

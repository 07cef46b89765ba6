/** What a separator looks at: an organism's box and its surroundings. */
import type { Box } from '../../../box.js';
import type { GreyImage } from '../../../features/grey-image.js';
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

/** Channels of what a separator looks at: grey levels, the organism's box, the boxes of others. */
export const SEPARATOR_CHANNELS = 3;

/**
 * What is around an organism's box, as the network takes it, one byte for each channel, pixel by pixel: grey levels; black in the box; black
 * in the boxes of others, which tell where what is not the organism's begins.
 */
export function lookedAt(frame: GreyImage, box: Box, others: readonly Box[]): Uint8Array {
  const window = surroundings(box, SEPARATOR_SIDE);
  const levels = sampled(frame, window);
  const result = new Uint8Array(SEPARATOR_CHANNELS * levels.length).fill(255);
  for (let at = 0; at < levels.length; at++) result[SEPARATOR_CHANNELS * at] = levels[at] as number;
  blacken(result, 1, box, window);
  for (const other of others) blacken(result, 2, other, window);
  return result;
}

/** Makes a channel black at the pixels whose centres are in a box. */
function blacken(pixels: Uint8Array, channel: number, box: Box, { x, y, step, width, height }: Window): void {
  const range = (start: number, length: number, origin: number, count: number) =>
    [start, start + length].map((edge) => Math.min(count, Math.max(0, Math.ceil((edge - origin) / step - 0.5))));
  const [left = 0, right = 0] = range(box.x, box.width, x, width);
  const [top = 0, bottom = 0] = range(box.y, box.height, y, height);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) pixels[SEPARATOR_CHANNELS * (row * width + column) + channel] = 0;
  }
}

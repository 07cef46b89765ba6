/** Of how many pairs a design could find both, if its network made no mistake. */
import { type Box, intersectionOverUnion } from '../../src/box.js';
import { GRID } from '../../src/detection/learned/network/yolo.js';
import { SUPPRESSION } from '../../src/detection/learned/training/train-detector.js';

/** The side of a pixel of the heat map, in pixels of the frame; of two peaks in neighbouring ones, the lower is no maximum. */
const STRIDE = 4;

const cellOf = ({ x, y, width, height }: Box, side: number) =>
  [Math.floor((x + width / 2) / side), Math.floor((y + height / 2) / side)] as const;

/** How many cells two centres are apart, along the axis where it is more. */
function apart(first: Box, second: Box, side: number): number {
  const [[ax, ay], [bx, by]] = [cellOf(first, side), cellOf(second, side)];
  return Math.max(Math.abs(ax - bx), Math.abs(ay - by));
}

/** The designs that cannot hold every pair, and whether they hold this one. @param side of the frame */
export const BOUNDS = [
  {
    design: 'yolo',
    name: 'YOLO v1, if it made no mistake',
    holds: (first: Box, second: Box, side: number) =>
      apart(first, second, side / GRID) >= 1 && intersectionOverUnion(first, second) <= SUPPRESSION.yolo,
  },
  {
    design: 'centre',
    name: 'centres, if it made no mistake',
    holds: (first: Box, second: Box) =>
      apart(first, second, STRIDE) >= 2 && intersectionOverUnion(first, second) <= SUPPRESSION.centre,
  },
] as const;

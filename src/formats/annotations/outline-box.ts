/** The box around a polygon. */
import { largest, smallest } from '../../arrays.js';
import type { Box } from '../../box.js';

/** @param points x, y, x, y, ... */
export function outlineBox(points: readonly number[]): Box {
  const [xs, ys] = [points.filter((_, i) => i % 2 === 0), points.filter((_, i) => i % 2 === 1)];
  const [x, y] = [smallest(xs), smallest(ys)];
  return { x, y, width: largest(xs) - x, height: largest(ys) - y };
}

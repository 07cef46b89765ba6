/** Bending a straight body: a map of the plane that lays the x axis on an arc. */
import type { Point } from './sketch.js';

/** The map that turns a body of `length` by `turn` radians from end to end; distances across the axis are kept. */
export function bend(turn: number, length: number): (point: Point) => Point {
  if (Math.abs(turn) < 1e-3) return (point) => point;
  const radius = length / turn;
  return ({ x, y }) => {
    const angle = x / radius;
    return { x: (radius - y) * Math.sin(angle), y: radius - (radius - y) * Math.cos(angle) };
  };
}

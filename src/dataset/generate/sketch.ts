/**
 * A sheet to draw one organism on: black ink of varying opacity around the origin, in pixels of the final picture, as
 * SVG elements. Overlapping parts darken each other, as they do in a translucent body.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Opacities 0..1, widths in pixels. */
export interface Ink {
  readonly fill?: number;
  readonly edge?: number;
  readonly width?: number;
}

export interface Sketch {
  /** An open smooth line through the points. */
  line(points: readonly Point[], opacity: number, width: number): void;
  /** A closed smooth shape through the points. */
  shape(points: readonly Point[], ink: Ink): void;
  /** An ellipse with its first half-axis `along` at `angle` radians. */
  ellipse(centre: Point, along: number, across: number, angle: number, ink: Ink): void;
  /** All elements drawn so far. */
  elements(): string;
  /** The greatest distance from the origin of anything drawn, in pixels. */
  reach(): number;
}

export function polar(radius: number, angle: number): Point {
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

const round = (value: number): string => String(Math.round(value * 100) / 100);

/** A Catmull-Rom spline through the points, as the cubic Béziers of an SVG path. */
function spline(points: readonly Point[], closed: boolean): string {
  const n = points.length;
  const at = (i: number): Point => {
    const index = closed ? (i + n) % n : Math.max(0, Math.min(n - 1, i));
    return points[index] ?? { x: 0, y: 0 };
  };
  const start = at(0);
  let path = `M${round(start.x)} ${round(start.y)}`;
  for (let i = 0; i < (closed ? n : n - 1); i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const c1 = { x: from.x + (to.x - before.x) / 6, y: from.y + (to.y - before.y) / 6 };
    const c2 = { x: to.x - (after.x - from.x) / 6, y: to.y - (after.y - from.y) / 6 };
    path += `C${round(c1.x)} ${round(c1.y)} ${round(c2.x)} ${round(c2.y)} ${round(to.x)} ${round(to.y)}`;
  }
  return closed ? `${path}Z` : path;
}

function attributes({ fill = 0, edge = 0, width = 1 }: Ink): string {
  const filled = fill > 0 ? `fill="#000" fill-opacity="${round(Math.min(1, fill))}"` : 'fill="none"';
  if (edge <= 0) return filled;
  return `${filled} stroke="#000" stroke-opacity="${round(Math.min(1, edge))}" stroke-width="${round(width)}"`;
}

export function newSketch(): Sketch {
  const drawn: string[] = [];
  let farthest = 0;
  const touch = (x: number, y: number, margin: number) => {
    farthest = Math.max(farthest, Math.hypot(x, y) + margin);
  };
  return {
    line(points, opacity, width) {
      for (const { x, y } of points) touch(x, y, width);
      const ink = attributes({ edge: opacity, width });
      drawn.push(`<path d="${spline(points, false)}" ${ink} stroke-linecap="round"/>`);
    },
    shape(points, ink) {
      for (const { x, y } of points) touch(x, y, ink.width ?? 1);
      drawn.push(`<path d="${spline(points, true)}" ${attributes(ink)}/>`);
    },
    ellipse({ x, y }, along, across, angle, ink) {
      touch(x, y, Math.max(along, across) + (ink.width ?? 1));
      const turn = `translate(${round(x)} ${round(y)}) rotate(${round((angle * 180) / Math.PI)})`;
      drawn.push(`<ellipse rx="${round(along)}" ry="${round(across)}" transform="${turn}" ${attributes(ink)}/>`);
    },
    elements: () => drawn.join(''),
    reach: () => farthest,
  };
}

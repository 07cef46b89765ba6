/** Convex hulls of masks, and what is measured on them. */

/** The corners of a convex polygon in order, x and y in turn. */
export type Polygon = Float64Array;

/**
 * The convex hull of a mask (A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", Information
 * Processing Letters 9 (1979) 216-219): of the centres of its pixels, or of their corners. The centre of the first pixel is
 * (0, 0), or (0.5, 0.5) between corners.
 */
export function convexHull(mask: Uint8Array, width: number, height: number, of: 'centres' | 'corners'): Polygon {
  // Of each row, only the first and the last pixel can be on the hull.
  const points: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = mask.subarray(y * width, (y + 1) * width);
    const left = row.indexOf(1);
    if (left < 0) continue;
    const right = row.lastIndexOf(1);
    if (of === 'centres') points.push(left, y, right, y);
    else points.push(left, y, right + 1, y, left, y + 1, right + 1, y + 1);
  }
  if (of === 'corners') sortRows(points);
  const count = points.length / 2;
  const hull = new Float64Array(points.length * 2 + 2);
  let size = 0;
  const add = (i: number, least: number) => {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number];
    while (size > least && turn(hull, size, x, y) <= 0) size--;
    if (size === 0 || hull[2 * size - 2] !== x || hull[2 * size - 1] !== y) {
      hull[2 * size] = x;
      hull[2 * size + 1] = y;
      size++;
    }
  };
  for (let i = 0; i < count; i++) add(i, 1);
  const lower = size;
  for (let i = count - 2; i >= 0; i--) add(i, lower);
  const isClosed = size > 1 && hull[0] === hull[2 * size - 2] && hull[1] === hull[2 * size - 1];
  return hull.slice(0, 2 * (isClosed ? size - 1 : size));
}

/** Sorts points by y, then by x. */
function sortRows(points: number[]): void {
  const pairs: [number, number][] = [];
  for (let i = 0; i < points.length; i += 2) pairs.push([points[i] as number, points[i + 1] as number]);
  pairs.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  pairs.forEach(([x, y], i) => {
    points[2 * i] = x;
    points[2 * i + 1] = y;
  });
}

/** The turn at the last point of the hull when (x, y) comes next: positive if it is a corner to keep. */
function turn(hull: Float64Array, size: number, x: number, y: number): number {
  const [ax, ay] = [hull[2 * size - 4] as number, hull[2 * size - 3] as number];
  const [bx, by] = [hull[2 * size - 2] as number, hull[2 * size - 1] as number];
  return (by - ay) * (x - bx) - (bx - ax) * (y - by);
}

/** Calls `visit` with the vector of each side. */
function forEachSide(polygon: Polygon, visit: (dx: number, dy: number, x: number, y: number) => void): void {
  for (let i = 0, before = polygon.length - 2; i < polygon.length; before = i, i += 2) {
    const [x, y] = [polygon[before] as number, polygon[before + 1] as number];
    visit((polygon[i] as number) - x, (polygon[i + 1] as number) - y, x, y);
  }
}

/** The area within a polygon. */
export function polygonArea(polygon: Polygon): number {
  let twice = 0;
  forEachSide(polygon, (dx, dy, x, y) => {
    twice += x * dy - y * dx;
  });
  return Math.abs(twice) / 2;
}

/** The length of a polygon's sides. */
export function polygonLength(polygon: Polygon): number {
  let length = 0;
  forEachSide(polygon, (dx, dy) => {
    length += Math.hypot(dx, dy);
  });
  return length;
}

/** The pixels of a polygon's sides when they are drawn as lines of one pixel: the longer of |dx| and |dy| of each side. */
export function drawnLength(polygon: Polygon): number {
  let length = 0;
  forEachSide(polygon, (dx, dy) => {
    length += Math.max(Math.abs(dx), Math.abs(dy));
  });
  return length;
}

/** The pixels of the sides when each pixel shares an edge with the next one: |dx| + |dy| of each side. */
export function steppedLength(polygon: Polygon): number {
  let length = 0;
  forEachSide(polygon, (dx, dy) => {
    length += Math.abs(dx) + Math.abs(dy);
  });
  return length;
}

/** The largest distance between two corners. */
export function diameter(polygon: Polygon): number {
  let largest = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      const dx = (polygon[i] as number) - (polygon[j] as number);
      const dy = (polygon[i + 1] as number) - (polygon[j + 1] as number);
      largest = Math.max(largest, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(largest);
}

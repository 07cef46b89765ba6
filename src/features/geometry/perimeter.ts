/** The outline of an object along the edges of its pixels. */

/** What ImageJ takes off for a corner. */
const CORNER = 2 - Math.SQRT2;

/**
 * The length of an object's outer outline: the edges of its pixels, less 2 - sqrt(2) for each corner that does not directly
 * follow another one (ImageJ, `PolygonRoi.getTracedPerimeter`). Holes do not count.
 *
 * @param mask  1 in the object, 8-connected
 * @param first the index of its first pixel, row by row
 */
export function tracedPerimeter(mask: Uint8Array, width: number, height: number, first: number): number {
  const outline = tracedOutline(mask, width, height, first);
  const side = (i: number) => {
    const to = (i + 2) % outline.length;
    return (
      Math.abs((outline[to] as number) - (outline[i] as number)) +
      Math.abs((outline[to + 1] as number) - (outline[i + 1] as number))
    );
  };
  let length = 0;
  let corners = 0;
  let before = side(outline.length - 2);
  let isCorner = false;
  for (let i = 0; i < outline.length; i += 2) {
    length += before;
    isCorner = before > 1 || !isCorner;
    if (isCorner) corners++;
    before = side(i);
  }
  return length - corners * CORNER;
}

/**
 * The corners of an object's outer outline, clockwise from the upper left corner of its first pixel, x and y in turn.
 *
 * @param mask  1 in the object, 8-connected
 * @param first the index of its first pixel, row by row
 */
export function tracedOutline(mask: Uint8Array, width: number, height: number, first: number): readonly number[] {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  const startX = first % width;
  const startY = Math.floor(first / width);
  const corners = [startX, startY];
  // On the grid of pixel corners, the object on the right. Directions: 0 right, 1 down, 2 left, 3 up.
  let [x, y, direction] = [startX, startY, 0];
  for (;;) {
    if (direction === 0) x++;
    else if (direction === 1) y++;
    else if (direction === 2) x--;
    else y--;
    // The pixels ahead of the new corner, to the left and to the right of the way.
    const left = inside(x - (direction < 2 ? 0 : 1), y - (direction % 3 === 0 ? 1 : 0));
    const right = inside(x - (direction % 3 === 0 ? 0 : 1), y - (direction < 2 ? 0 : 1));
    const turn = left ? 3 : right ? 0 : 1;
    if (turn === 0) continue;
    direction = (direction + turn) & 3;
    if (x === startX && y === startY && direction === 0) return corners;
    corners.push(x, y);
  }
}

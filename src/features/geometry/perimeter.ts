/** The outline of an object along the edges of its pixels, as ImageJ traces it. */

/** What an outline of one object is added up to. */
const CORNER = 2 - Math.SQRT2;

/**
 * The length of an object's outer outline: the edges of its pixels, less 2 - sqrt(2) for each corner that does not directly
 * follow another one (ImageJ, `PolygonRoi.getTracedPerimeter`). Holes do not count.
 *
 * @param mask  1 in the object, 8-connected
 * @param first the index of its first pixel, row by row
 */
export function tracedPerimeter(mask: Uint8Array, width: number, height: number, first: number): number {
  const sides = outlineSides(mask, width, height, first);
  let length = 0;
  let corners = 0;
  let before = sides[sides.length - 1] as number;
  let isCorner = false;
  for (const side of sides) {
    length += before;
    isCorner = before > 1 || !isCorner;
    if (isCorner) corners++;
    before = side;
  }
  return length - corners * CORNER;
}

/** The lengths of the straight sides of an outline, in order, from the upper left corner of the first pixel. */
function outlineSides(mask: Uint8Array, width: number, height: number, first: number): number[] {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  const startX = first % width;
  const startY = Math.floor(first / width);
  const sides: number[] = [];
  // Clockwise on the grid of pixel corners, the object on the right. Directions: 0 right, 1 down, 2 left, 3 up.
  let [x, y, direction, side] = [startX, startY, 0, 0];
  do {
    side++;
    if (direction === 0) x++;
    else if (direction === 1) y++;
    else if (direction === 2) x--;
    else y--;
    // The pixels ahead of the new corner, to the left and to the right of the way.
    const [leftX, leftY] = [
      x - (direction === 1 || direction === 0 ? 0 : 1),
      y - (direction === 0 || direction === 3 ? 1 : 0),
    ];
    const [rightX, rightY] = [
      x - (direction === 0 || direction === 3 ? 0 : 1),
      y - (direction === 2 || direction === 3 ? 1 : 0),
    ];
    const turn = inside(leftX, leftY) ? 3 : inside(rightX, rightY) ? 0 : 1;
    if (turn === 0) continue;
    sides.push(side);
    side = 0;
    direction = (direction + turn) & 3;
  } while (x !== startX || y !== startY || direction !== 0 || side !== 0);
  return sides;
}

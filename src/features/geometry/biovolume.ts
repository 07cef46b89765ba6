/** The volume and the surface of an organism, from its outline. */
import { fillHoles } from '../segmentation/regions.js';
import { borderOf } from './benkrid-perimeter.js';
import { squaredDistances } from './distance.js';
import type { Mask } from './turned.js';

/** What is estimated of an organism's body. */
export interface Body {
  readonly volume: number;
  readonly surface: number;
  /** Its mean thickness. */
  readonly width: number;
}

/** Degrees between two points around a slice. */
const STEP = 0.25;

/**
 * The solid that arises when each column of a mask, which lies along the x axis, turns about its own middle: slices of cones
 * (H. M. Sosik and others; the method for outlines of simple shape in E. A. Moberg and H. M. Sosik, "Distance maps to
 * estimate cell volume from two-dimensional plankton images", Limnology and Oceanography: Methods 10 (2012) 278-288).
 */
export function solidOfRevolution({ mask, width, height }: Mask): Body {
  const radii: number[] = [];
  const middles: number[] = [];
  for (let x = 0; x < width; x++) {
    let [count, first] = [0, -1];
    for (let y = 0; y < height; y++) {
      if (mask[y * width + x] === 0) continue;
      count++;
      if (first < 0) first = y + 1;
    }
    if (count === 0) continue;
    radii.push(count / 2);
    middles.push(first + count / 2);
  }
  const slices = radii.length;
  if (slices >= 2) {
    middles[0] = middles[1] as number;
    middles[slices - 1] = middles[slices - 2] as number;
  }
  // The first and the last slice are half a pixel longer.
  const places = radii.map((_, i) => i + 1 - (i === 0 ? 0.5 : 0) + (i === slices - 1 ? 0.5 : 0));
  const points = Math.round(180 / STEP) + 1;
  const surface = meshArea(slices, points, (slice, point) => {
    const angle = (point * STEP * Math.PI) / 180;
    const radius = radii[slice] as number;
    return [places[slice] as number, (middles[slice] as number) + Math.cos(angle) * radius, Math.sin(angle) * radius];
  });
  const ends = Math.PI * ((radii[0] ?? 0) ** 2 + (radii[slices - 1] ?? 0) ** 2);
  let volume = 0;
  for (let i = 1; i < slices; i++) {
    const [a, b] = [Math.PI * (radii[i - 1] as number) ** 2, Math.PI * (radii[i] as number) ** 2];
    volume += (((places[i] as number) - (places[i - 1] as number)) / 3) * (a + b + Math.sqrt(a * b));
  }
  return { volume, surface: 2 * surface + ends, width: radii.reduce((sum, radius) => sum + 2 * radius, 0) / slices };
}

/**
 * The body whose thickness follows the distance of each pixel to the outline, for outlines of any shape (E. A. Moberg and
 * H. M. Sosik 2012, as above), with the corrections from a diamond-shaped to a round cross-section.
 */
export function distanceMapBody({ mask, width, height }: Mask): Body {
  const outline = borderOf(mask, width, height);
  const inside = fillHoles(outline, width, height);
  const squared = squaredDistances(
    outline.map((one) => 1 - one),
    width,
    height,
  );
  let [sum, count] = [0, 0];
  const thickness = new Float64Array(mask.length);
  for (let i = 0; i < mask.length; i++) {
    if (inside[i] === 0) continue;
    thickness[i] = Math.sqrt(squared[i] as number) + 1;
    sum += thickness[i] as number;
    count++;
  }
  const transect = (4 * sum) / count - 2;
  const round = transect ** 2 / (transect ** 2 + 2 * transect + 0.5);
  const rough = meshArea(
    height,
    width,
    (row, column) => [column, row, thickness[row * width + column] as number],
    true,
  );
  const smooth = (Math.PI * transect) / (2 * Math.SQRT2 * transect + 1 + Math.SQRT2);
  return { volume: round * Math.PI * sum, surface: 2 * smooth * rough, width: transect };
}

type Point = readonly [x: number, y: number, z: number];

/**
 * The area of a surface over a grid of points, each mesh as two triangles.
 *
 * @param onlyAbove leave out meshes that lie flat on the ground (z = 0)
 */
function meshArea(
  rows: number,
  columns: number,
  at: (row: number, column: number) => Point,
  onlyAbove = false,
): number {
  let area = 0;
  for (let row = 0; row + 1 < rows; row++) {
    let [left, leftBelow] = [at(row, 0), at(row + 1, 0)];
    for (let column = 1; column < columns; column++) {
      const [right, rightBelow] = [at(row, column), at(row + 1, column)];
      const isFlat = left[2] === 0 && right[2] === 0 && leftBelow[2] === 0 && rightBelow[2] === 0;
      if (!(onlyAbove && isFlat)) area += triangle(left, leftBelow, rightBelow) + triangle(left, right, rightBelow);
      [left, leftBelow] = [right, rightBelow];
    }
  }
  return area;
}

function triangle(a: Point, b: Point, c: Point): number {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
}

/** Where the measured objects are, for figures. */
import { areaEllipse, type Ellipse, momentsOf } from './geometry/moments.js';
import { tracedOutline } from './geometry/perimeter.js';
import type { Segmentation } from './segmentation/segment.js';

/** The outline of an object, and the ellipse with its second moments and area. */
export interface Outline extends Ellipse {
  /** The corners of the outline on the grid between pixels, x and y in turn; (0, 0) is the corner of the image. */
  readonly corners: readonly number[];
  /** The centroid on that grid. */
  readonly x: number;
  readonly y: number;
}

/** The outlines of a segmentation's objects, largest first. Holes are left out. */
export function outlinesOf({ image, labels, regions }: Segmentation): Outline[] {
  const { width, height } = image;
  return regions.map(({ first }, i) => {
    const mask = Uint8Array.from(labels, (label) => (label === i + 1 ? 1 : 0));
    const moments = momentsOf(mask, width);
    const corners = tracedOutline(mask, width, height, first);
    return { ...areaEllipse(moments), corners, x: moments.x + 0.5, y: moments.y + 0.5 };
  });
}

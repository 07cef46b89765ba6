/** Symmetry about the axes of an object, and its thickness along the major axis, as ZooProcess takes them. */
import { largest } from '../../arrays.js';
import { fillHoles } from '../segmentation/regions.js';
import { areaEllipse, momentsOf } from './moments.js';

/** An object turned so that its major axis is horizontal, on a square canvas, its centroid in the middle. */
export interface Upright {
  /** 0 to 255: 255 in the object, grey along its outline. */
  readonly pixels: Uint8Array;
  readonly side: number;
  /** Pixels of the object before it was turned, holes filled. */
  readonly area: number;
}

/**
 * Turns an object, with bilinear interpolation, on a canvas of 1.2 times the diagonal of its box.
 *
 * @param mask 1 in the object and 0 in its holes, tightly cropped
 */
export function upright(mask: Uint8Array, width: number, height: number): Upright {
  const filled = momentsOf(fillHoles(mask, width, height), width);
  const diagonal = 1.2 * Math.hypot(width, height);
  const side = Math.floor(diagonal);
  const centre = (side - 1) / 2;
  const left = Math.floor(diagonal / 2 - (filled.x + 0.5));
  const top = Math.floor(diagonal / 2 - (filled.y + 0.5));
  const radians = ((areaEllipse(filled).angle + 180) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? (mask[y * width + x] as number) : 0;
  const pixels = new Uint8Array(side * side);
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++, to++) {
      const fromX = (x - centre) * cos + (y - centre) * sin + centre - left;
      const fromY = (y - centre) * cos - (x - centre) * sin + centre - top;
      const [x0, y0] = [Math.floor(fromX), Math.floor(fromY)];
      if (x0 < -1 || y0 < -1 || x0 >= width || y0 >= height) continue;
      const [right, down] = [fromX - x0, fromY - y0];
      const upper = at(x0, y0) * (1 - right) + at(x0 + 1, y0) * right;
      const lower = at(x0, y0 + 1) * (1 - right) + at(x0 + 1, y0 + 1) * right;
      pixels[to] = 255 * (upper * (1 - down) + lower * down) + 0.5; // The store cuts the fraction off.
    }
  }
  return { pixels, side, area: filled.mass };
}

/**
 * Pixels of the canvas that are equal to their mirror images, over twice the area of the object. As the empty canvas counts,
 * the index is about 2 for a disc and grows with elongation.
 */
export function mirrorSymmetry({ pixels, side, area }: Upright, axis: 'minor' | 'major'): number {
  // About the major axis, ZooProcess compares with the outline of the mirror image made black and white.
  let equal = 0;
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      if (axis === 'minor') {
        if (pixels[at] === pixels[y * side + side - 1 - x]) equal++;
      } else {
        const mirrored = (pixels[(side - 1 - y) * side + x] as number) >= 128 ? 255 : 0;
        if (pixels[at] === mirrored) equal++;
      }
    }
  }
  return equal / 2 / area;
}

/** The largest thickness across the major axis over the mean thickness, at every `step`-th pixel of the axis. */
export function thicknessRatio({ pixels, side }: Upright, step: number): number {
  const thicknesses: number[] = [];
  for (let x = 0; x < side; x += step) {
    let first = -1;
    for (let y = 0; y < side - 1; y++) {
      if (Math.abs((pixels[y * side + x] as number) - (pixels[(y + 1) * side + x] as number)) <= 100) continue;
      if (first < 0) first = y;
      else {
        thicknesses.push(y - first);
        break;
      }
    }
  }
  // ZooProcess leaves the last one out of the sum and of the maximum, but not out of the count.
  const used = thicknesses.slice(0, -1);
  return largest(used) / (used.reduce((sum, one) => sum + one, 0) / thicknesses.length);
}

/** The pixels of the measured object, cut out of its image. */
import { largest, smallest } from '../arrays.js';
import type { Box } from './grey-image.js';
import type { Segmentation } from './segmentation/segment.js';

/** The box around all measured objects, and the pixels in it, row by row. */
export interface ObjectPixels extends Box {
  /** Grey levels. */
  readonly grey: Uint8Array;
  /** 1 in the objects, with their filled holes. */
  readonly mask: Uint8Array;
  /** 1 in the objects, without their holes. */
  readonly solid: Uint8Array;
  /** For each pixel, 0 outside of all objects, otherwise 1 + the index of its object. */
  readonly labels: Int32Array;
}

/**
 * Cuts the objects out of their image.
 *
 * @param background the background that the grey levels shall have: on the other one they are inverted
 * @throws Error if there is no object
 */
export function measurablePixels(segmentation: Segmentation, background: 'light' | 'dark'): ObjectPixels {
  const { image, regions, labels: all, solid: own } = segmentation;
  const box = around(regions.map((region) => region.box));
  if (box === undefined) throw new Error('a segmentation without an object');
  const { x, y, width, height } = box;
  const flip = segmentation.background === background ? 0 : 255;
  const labels = new Int32Array(width * height);
  const mask = new Uint8Array(width * height);
  const solid = new Uint8Array(width * height);
  const grey = new Uint8Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let from = (y + row) * image.width + x, end = from + width; from < end; from++, to++) {
      const label = all[from] as number;
      labels[to] = label;
      mask[to] = label > 0 ? 1 : 0;
      solid[to] = own[from] as number;
      grey[to] = (image.pixels[from] as number) ^ flip;
    }
  }
  return { ...box, grey, mask, solid, labels };
}

function around(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const x = smallest(boxes.map((box) => box.x));
  const y = smallest(boxes.map((box) => box.y));
  const right = largest(boxes.map((box) => box.x + box.width));
  const bottom = largest(boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** A box cut out of a mask whose rows have `stride` pixels. */
export function cropped(mask: Uint8Array, stride: number, { x, y, width, height }: Box): Uint8Array {
  const part = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x;
    part.set(mask.subarray(from, from + width), row * width);
  }
  return part;
}

/** Pixels of a mask. */
export function countOf(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i] as number;
  return count;
}

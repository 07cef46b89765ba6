/** Finds the organism in an image. */
import { CladenetError } from '../../errors.js';
import type { Box, GreyImage } from '../grey-image.js';
import { type Background, countLevels, isObject, medianOfBorder } from './background.js';
import type { SegmentationOptions } from './options.js';
import { phaseCongruencyMask } from './phase-congruency-mask.js';
import { fillHoles, labelRegions, type Region } from './regions.js';
import { separated } from './separated.js';

/** An image with the objects that were found in it. */
export interface Segmentation {
  /** The image, without the rows that were cut off. */
  readonly image: GreyImage;
  readonly background: Background;
  /** The grey level that separates objects from the background; undefined for a segmentation by phase congruency. */
  readonly threshold: number | undefined;
  /** The objects, largest first. Empty if there is none. */
  readonly regions: readonly Region[];
  /** For each pixel, 0 outside of all objects, otherwise 1 + the index of its object. */
  readonly labels: Int32Array;
  /** For each pixel, 1 where it is an object's own, 0 in the background and in filled holes. */
  readonly solid: Uint8Array;
  /** What is odd about the image: no object, an object at the border, a background of another kind than stated. */
  readonly notes: readonly string[];
}

/**
 * Finds the organism in a grey image. The same image and options always give the same segmentation.
 *
 * @param pixels `width` x `height` grey levels, row by row; 0 is black
 * @throws CladenetError USAGE when sizes do not fit, or `cropBottom` leaves no row
 * @example
 * ```ts
 * import { segment } from 'cladenet/features';
 *
 * const white = new Uint8Array(8 * 6).fill(255);
 * white[2 * 8 + 3] = 100;
 * segment(white, 8, 6).regions; // => [ { area: 1, first: 19, box: { x: 3, y: 2, width: 1, height: 1 } } ]
 * ```
 */
export function segment(
  pixels: Uint8Array,
  width: number,
  height: number,
  options: SegmentationOptions = {},
): Segmentation {
  const image = cropped(pixels, width, height, options.cropBottom ?? 0);
  const { method = 'threshold', objects = 'largest' } = options;
  const notes: string[] = [];
  const levels = { border: medianOfBorder(image), counts: () => countLevels(image.pixels) };
  const { background, threshold } = separated(levels, options, notes);
  const own = method === 'threshold' ? belowThreshold(image, background, threshold) : phaseCongruencyMask(image);
  const filled = (options.fillHoles ?? true) ? fillHoles(own, image.width, image.height) : own;
  const { regions: found, labels } = labelRegions(filled, image.width, image.height);
  const regions = objects === 'all' ? found : found.slice(0, 1);
  const solid = new Uint8Array(own.length);
  for (let i = 0; i < labels.length; i++) {
    if ((labels[i] as number) > regions.length) labels[i] = 0;
    else if (labels[i] !== 0) solid[i] = own[i] as number;
  }
  if (regions.length === 0) notes.push(noObject(image, background, threshold, method));
  else if (regions.some(({ box }) => touchesBorder(box, image))) notes.push('an object touches the border');
  return {
    image,
    background,
    threshold: method === 'threshold' ? threshold : undefined,
    regions,
    labels,
    solid,
    notes,
  };
}

function cropped(pixels: Uint8Array, width: number, height: number, bottom: number): GreyImage {
  const rows = height - bottom;
  if (pixels.length === width * height && rows > 0 && width > 0) {
    return { pixels: bottom > 0 ? pixels.subarray(0, width * rows) : pixels, width, height: rows };
  }
  const problem =
    pixels.length === width * height
      ? { where: 'cropBottom', expected: `less than the ${height} rows of the image`, received: `${bottom}` }
      : { where: 'pixels', expected: `${width} x ${height} grey levels`, received: `${pixels.length}` };
  throw new CladenetError('USAGE', 'The image cannot be segmented.', [problem]);
}

function belowThreshold({ pixels }: GreyImage, background: Background, threshold: number): Uint8Array {
  const mask = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) mask[i] = isObject(pixels[i] as number, background, threshold) ? 1 : 0;
  return mask;
}

function touchesBorder({ x, y, width, height }: Box, image: GreyImage): boolean {
  return x === 0 || y === 0 || x + width === image.width || y + height === image.height;
}

function noObject(image: GreyImage, background: Background, threshold: number, method: string): string {
  if (method !== 'threshold') return 'no object: there is no closed edge and no dark area of more than 40 pixels';
  const side = background === 'light' ? `at most ${threshold}` : `above ${threshold}`;
  return `no object: none of its ${image.pixels.length} pixels has a grey level of ${side}`;
}

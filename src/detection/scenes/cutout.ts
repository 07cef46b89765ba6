/** Organisms cut out of their images, as scenes are composed of them. */
import { largest, smallest } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import type { GreyImage } from '../../features/grey-image.js';
import { medianOfBorder } from '../../features/segmentation/background.js';
import { dilated } from '../../features/segmentation/morphology.js';
import type { SegmentationOptions } from '../../features/segmentation/options.js';
import { segment } from '../../features/segmentation/segment.js';

/** An image of one organism. */
export interface Crop {
  readonly image: GreyImage;
  readonly category: string;
  /** Its path or any other name, for problems. */
  readonly name: string;
}

/** An organism on white paper. */
export interface Cutout {
  /** The organism's grey levels and its soft outline; 255 elsewhere. */
  readonly levels: Uint8Array;
  /** 1 on the organism and in its holes, 0 elsewhere. */
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The number of the crop that it is of. */
  readonly crop: number;
  readonly category: string;
}

/** Pixels around the mask that belong to the organism's soft outline. */
const OUTLINE = 2;

/**
 * Cuts the organism out of each crop. Grey levels are divided by the level of the background, the median of the crop's border, so that
 * the paper around the organism is white.
 *
 * @param options how the organism is found
 * @returns the organisms, and the crops that have none: without an object, or with a dark background, on which light does not
 *   pass through organisms
 */
export function cutOut(
  crops: readonly Crop[],
  options: SegmentationOptions = {},
): { readonly cutouts: readonly Cutout[]; readonly problems: readonly Problem[] } {
  const cutouts: Cutout[] = [];
  const problems: Problem[] = [];
  for (const [number, crop] of crops.entries()) {
    const found = cutoutOf(crop, number, options);
    if ('levels' in found) cutouts.push(found);
    else problems.push(found);
  }
  return { cutouts, problems };
}

/** The organism of a crop, or why there is none. */
export function cutoutOf(
  { image, category, name }: Crop,
  crop: number,
  options: SegmentationOptions,
): Cutout | Problem {
  const segmentation = segment(image.pixels, image.width, image.height, options);
  const { regions, background, notes } = segmentation;
  if (background === 'dark') {
    return { where: name, expected: 'a light background, through which light passes', received: 'a dark one' };
  }
  if (regions.length === 0) return { where: name, expected: 'an organism', received: notes.join('; ') };
  return { ...organismOf(segmentation), crop, category };
}

function organismOf({ image, regions, labels }: ReturnType<typeof segment>) {
  const left = smallest(regions.map(({ box }) => box.x));
  const top = smallest(regions.map(({ box }) => box.y));
  const width = largest(regions.map(({ box }) => box.x + box.width)) - left;
  const height = largest(regions.map(({ box }) => box.y + box.height)) - top;
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      mask[y * width + x] = labels[(y + top) * image.width + x + left] === 0 ? 0 : 1;
    }
  }
  const white = medianOfBorder(image);
  const near = dilated(mask, width, height, OUTLINE);
  const levels = near.map((isNear, at) => {
    if (isNear === 0) return 255;
    const x = at % width;
    const level = image.pixels[(Math.floor(at / width) + top) * image.width + x + left] ?? 255;
    return Math.min(255, Math.round((level * 255) / white));
  });
  return { levels, mask, width, height };
}

/** How the images of a classifier are cut and lit: what else is to be classified by it is cut alike, and told from what is lit otherwise. */
import { greyOf, type Raster } from '../../dataset/decode/raster.js';
import { type ImageSet, squareOf } from '../../dataset/images.js';
import { medianOfBorder } from '../../features/segmentation/background.js';
import { segment } from '../../features/segmentation/segment.js';

/** What the images of a set have in common. */
export interface TypicalCrop {
  /** The median grey level along the borders, from 0 to 255. */
  readonly border: number;
  /** Pixels of the original images between the organism and the border, the median. */
  readonly margin: number;
}

/** Images that are looked at, spread evenly over the set. */
const LOOKED_AT = 200;

/** @param members numbers of the images that are looked at; undefined where there is none */
export function typicalCrop(images: ImageSet, members: Int32Array): TypicalCrop | undefined {
  const count = Math.min(LOOKED_AT, members.length);
  const borders: number[] = [];
  const margins: number[] = [];
  for (let k = 0; k < count; k++) {
    const i = members[Math.floor((k * members.length) / count)] ?? 0;
    const { image, scale } = imageIn(images, i);
    borders.push(medianOfBorder(image));
    const [organism] = segment(image.pixels, image.width, image.height).regions;
    if (organism === undefined) continue;
    const { x, y, width, height } = organism.box;
    for (const margin of [x, y, image.width - x - width, image.height - y - height]) margins.push(margin * scale);
  }
  const border = median(borders);
  return border === undefined ? undefined : { border, margin: Math.round(median(margins) ?? 0) };
}

/** The grey levels of an image without what fills its square, and the original pixels along one of these. */
function imageIn(images: ImageSet, i: number) {
  const { size, channels } = images.preprocessing;
  const [across, down] = [images.widths[i] ?? 1, images.heights[i] ?? 1];
  const longer = Math.max(across, down);
  const width = Math.max(1, Math.round((across * size) / longer));
  const height = Math.max(1, Math.round((down * size) / longer));
  const square: Raster = { data: squareOf(images, i), width: size, height: size, channels, stride: size * channels };
  const grey = greyOf(square).data;
  const [left, top] = [(size - width) >> 1, (size - height) >> 1];
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * size + left;
    pixels.set(grey.subarray(from, from + width), y * width);
  }
  return { image: { pixels, width, height }, scale: longer / size };
}

/** The lower of the two in the middle of an even number. */
function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/**
 * Images of one trigger whose rectangles overlap are two parts of one organism: instruments of the first layout cut them out
 * separately. They are put together as pyifcb does it (joefutrelle/pyifcb, `InfilledImages`), whose images the field's
 * dashboards and features are about.
 */
import type { BinRegion } from './adc.js';

/** An image of a bin: one region, or two that are stitched. */
export interface BinImage {
  /** That of its first region. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly [BinRegion] | readonly [BinRegion, BinRegion];
}

/** Pixels by which rectangles overlap at least, less one. */
const MARGIN = 2;

/** The images of a bin. Of two neighbouring regions of one trigger that overlap by more than 2 pixels, one image is made. */
export function stitched(regions: readonly BinRegion[]): BinImage[] {
  const images: BinImage[] = [];
  for (let i = 0; i < regions.length; i++) {
    const [a, b] = [regions[i] as BinRegion, regions[i + 1]];
    if (b !== undefined && a.trigger === b.trigger && overlap(a, b)) {
      const { width, height } = boxOf(a, b);
      images.push({ number: a.number, width, height, regions: [a, b] });
      i++;
    } else images.push(alone(a));
  }
  return images;
}

/** One image for each region. */
export const alone = (region: BinRegion): BinImage => {
  const { number, width, height } = region;
  return { number, width, height, regions: [region] };
};

function overlap(a: BinRegion, b: BinRegion): boolean {
  return (
    a.x < b.x + b.width - MARGIN &&
    a.x + a.width > b.x + MARGIN &&
    a.y < b.y + b.height - MARGIN &&
    a.y + a.height > b.y + MARGIN
  );
}

function boxOf(a: BinRegion, b: BinRegion) {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  return { x, y, width, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** A rectangle in a stitched image, and its pixels row by row. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * Puts patches, later ones over earlier ones, on a background of their own: where none lies, the mean of the pixels that
 * border on such places, rounded.
 */
export function compose(patches: readonly Patch[], width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height);
  const isMissing = new Uint8Array(width * height).fill(1);
  for (const patch of patches) {
    for (let row = 0; row < patch.height; row++) {
      const at = (patch.y + row) * width + patch.x;
      pixels.set(patch.pixels.subarray(row * patch.width, (row + 1) * patch.width), at);
      isMissing.fill(0, at, at + patch.width);
    }
  }
  const fill = meanAround(isMissing, pixels, width, height);
  isMissing.forEach((missing, i) => {
    if (missing === 1) pixels[i] = fill;
  });
  return pixels;
}

/** The mean of the pixels on the boundary of the missing ones: of these grown by one pixel, those with a neighbour outside. */
function meanAround(isMissing: Uint8Array, pixels: Uint8Array, width: number, height: number): number {
  const grown = filtered(isMissing, width, height, (own, neighbours) => own + neighbours > 0);
  const boundary = filtered(grown, width, height, (own, neighbours) => 4 * own - neighbours > 0);
  // Places at the image's own border are no boundary by themselves: they are what is next to them.
  for (let y = 0; y < height; y++) {
    boundary[y * width] = boundary[y * width + 1] ?? 0;
    boundary[(y + 1) * width - 1] = boundary[(y + 1) * width - 2] ?? 0;
  }
  boundary.copyWithin(0, width, 2 * width);
  boundary.copyWithin((height - 1) * width, (height - 2) * width, (height - 1) * width);
  let [sum, count] = [0, 0];
  boundary.forEach((on, i) => {
    if (on === 0 || isMissing[i] === 1) return;
    sum += pixels[i] as number;
    count++;
  });
  return count === 0 ? 0 : Math.round(sum / count);
}

/** A mask of what `keep` says of each value and the sum of its four neighbours, 0 outside. */
function filtered(
  mask: Uint8Array,
  width: number,
  height: number,
  keep: (own: number, neighbours: number) => boolean,
): Uint8Array {
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (mask[y * width + x] as number);
  return mask.map((own, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return keep(own, at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1)) ? 1 : 0;
  });
}

/** Cuts what was found out of a frame, as the images of a classifier are cut. */
import { type Box, roundedOutwards, sharedArea } from '../../box.js';
import type { Raster } from '../../dataset/decode/raster.js';
import type { GreyImage } from '../../features/grey-image.js';
import type { Detection } from '../detector.js';
import type { FrameReader } from '../frames/frame.js';

/** How crops are cut. */
export interface CropOptions {
  /** Pixels of the frame around a box, as far as the frame goes. */
  readonly margin: number;
  /** Grey or colour. */
  readonly channels: 1 | 3;
  /** The grey level around organisms that are alone. */
  readonly paper: number;
}

/**
 * The image of each detection: its part of the frame. Where the box of another one reaches into that, the organism alone, if
 * the detector gives it.
 */
export async function cropsOf(
  frame: FrameReader,
  detections: readonly Detection[],
  { margin, channels, paper }: CropOptions,
): Promise<Raster[]> {
  const places = detections.map(({ box }) => placeOf(box, margin, frame));
  const crops: Raster[] = [];
  for (const [i, { box, alone }] of detections.entries()) {
    const place = places[i] as Box;
    const isReached = detections.some((other, k) => k !== i && sharedArea(other.box, place) > 0);
    // An organism alone has no colours.
    if (isReached && alone !== undefined && (channels === 1 || frame.readColour === undefined)) {
      crops.push(onPaper(alone, roundedOutwards(box), place, paper));
    } else if (channels === 3 && frame.readColour !== undefined) {
      const { pixels, width, height } = await frame.readColour(place);
      crops.push({ data: pixels, width, height, channels: 3, stride: 3 * width });
    } else {
      crops.push(rasterOf(await frame.read(place)));
    }
  }
  return crops;
}

/** A box with its margin, in whole pixels within the frame; at least one pixel. */
function placeOf(box: Box, margin: number, frame: { readonly width: number; readonly height: number }): Box {
  const { x, y, width, height } = roundedOutwards(box);
  const [left, top] = [Math.max(0, x - margin), Math.max(0, y - margin)];
  return {
    x: Math.min(left, frame.width - 1),
    y: Math.min(top, frame.height - 1),
    width: Math.max(1, Math.min(frame.width, x + width + margin) - left),
    height: Math.max(1, Math.min(frame.height, y + height + margin) - top),
  };
}

/** An organism alone, which fills `box`, in `place`, which is as large or larger. */
function onPaper({ pixels, width }: GreyImage, box: Box, place: Box, paper: number): Raster {
  const data = new Uint8Array(place.width * place.height).fill(paper);
  const [left, top] = [Math.max(box.x, place.x), Math.max(box.y, place.y)];
  const right = Math.min(box.x + box.width, place.x + place.width);
  const bottom = Math.min(box.y + box.height, place.y + place.height);
  for (let y = top; y < bottom; y++) {
    const from = (y - box.y) * width - box.x;
    data.set(pixels.subarray(from + left, from + right), (y - place.y) * place.width + left - place.x);
  }
  return rasterOf({ pixels: data, width: place.width, height: place.height });
}

const rasterOf = ({ pixels, width, height }: GreyImage): Raster => ({
  ...{ data: pixels, width, height },
  channels: 1,
  stride: width,
});

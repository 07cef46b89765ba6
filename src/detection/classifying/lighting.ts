/** Crops as bright as the images that a classifier was trained on. */
import type { Raster } from '../../dataset/decode/raster.js';
import { backgroundOf } from '../../features/segmentation/background.js';

/**
 * Changes the grey levels of a crop so that the background of its frame has the level that the training images have behind organisms. On a light
 * background light passes through organisms, so levels are multiplied; on a dark one organisms add light, so the difference is added.
 *
 * @param paper  the level of the frame's background
 * @param wanted the level behind organisms in the training images; undefined where the classifier does not say
 * @returns the crop as it is where the levels are equal, or where one background is light and the other dark
 */
export function litAs(crop: Raster, paper: number, wanted: number | undefined): Raster {
  const background = backgroundOf(paper);
  if (wanted === undefined || wanted === paper || backgroundOf(wanted) !== background) return crop;
  const level = Uint8Array.from({ length: 256 }, (_, from) => {
    const to = background === 'light' ? (from * wanted) / paper : from + wanted - paper;
    return Math.max(0, Math.min(255, Math.round(to)));
  });
  return { ...crop, data: crop.data.map((from) => level[from] as number) };
}

/** The fractal dimension of an outline. */
import { squaredDistances } from './distance.js';

/** Half widths of the sausages in pixels: 1.1^k rounded, k = 1 to 40, each once. */
const RADII = [...new Set(Array.from({ length: 40 }, (_, k) => Math.round(1.1 ** (k + 1))))];
const LARGEST = 45;

/**
 * The fractal dimension of an object's outline by the sausage method, as ZooProcess takes it: 2 - the standard deviation of
 * the logarithms of the areas over that of the logarithms of the widths, where an area counts the pixels up to a distance
 * from the outline, inside and outside (D. Bérubé and M. Jébrak, "High precision boundary fractal analysis for shape
 * characterization", Computers & Geosciences 25 (1999) 1059-1071). Distances are rounded to whole pixels. Outside, pixels
 * count up to 1.5 times the width and the height of the object from its box, from 200 pixels on 0.5 times.
 */
export function fractalDimension(mask: Uint8Array, width: number, height: number): number {
  const share = width >= 200 && height >= 200 ? 0.5 : 1.5;
  const [marginX, marginY] = [Math.floor(share * width), Math.floor(share * height)];
  const [padX, padY] = [Math.min(marginX, LARGEST + 1), Math.min(marginY, LARGEST + 1)];
  const [fullWidth, fullHeight] = [width + 2 * padX, height + 2 * padY];
  const inside = new Uint8Array(fullWidth * fullHeight);
  for (let y = 0; y < height; y++) inside.set(mask.subarray(y * width, (y + 1) * width), (y + padY) * fullWidth + padX);
  const outside = inside.map((value) => 1 - value);
  // One of the two distances of a pixel is 0, so that their sum is the distance to the outline.
  const within = squaredDistances(inside, fullWidth, fullHeight);
  const beyond = squaredDistances(outside, fullWidth, fullHeight);
  const counts = new Float64Array(LARGEST + 1);
  for (let i = 0; i < within.length; i++) {
    const distance = Math.round(Math.sqrt((within[i] as number) + (beyond[i] as number)));
    if (distance <= LARGEST) counts[distance] = (counts[distance] as number) + 1;
  }
  let area = 0;
  const areas = counts.map((count) => {
    area += count;
    return area;
  });
  const ofAreas = spread(RADII.map((radius) => Math.log(areas[radius] as number)));
  return 2 - ofAreas / spread(RADII.map((radius) => Math.log(2 * radius)));
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}

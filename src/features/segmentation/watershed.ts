/** Objects that touch, told apart by their shape. */
import { squaredDistances } from '../geometry/distance.js';

/**
 * Splits the regions of a mask where they are narrow: a watershed of the distance to the background, in which a part is one of its own
 * if it is at least `depth` pixels thicker, in radius, than the narrowest place between it and a thicker part.
 *
 * The pixels are flooded from the greatest distance to the smallest; where two basins meet, the one with the lower top joins the other
 * unless its dynamics are at least `depth`. M. Grimaud, "A new measure of contrast: the dynamics", Proc. SPIE 1769 (1992) 292-305; L.
 * Vincent and P. Soille, "Watersheds in digital spaces", IEEE PAMI 13 (1991) 583-598.
 *
 * @param mask  1 on objects, 0 elsewhere, `width` x `height`, row by row
 * @param depth in pixels
 * @returns for each pixel, 0 outside of the mask, otherwise the number of its part, from 1, in the order of their first pixels
 */
export function splitAtNarrows(mask: Uint8Array, width: number, height: number, depth: number): Int32Array {
  const distances = distancesWithin(mask, width, height);
  const order = byDistance(distances);
  /** For each pixel that was flooded, 1 + the basin that it fell into; basins join others, which `joined` says. */
  const basins = new Int32Array(mask.length);
  const tops: number[] = [];
  const joined: number[] = [];
  const rootOf = (basin: number): number => {
    let root = basin;
    while (joined[root] !== root) root = joined[root] as number;
    for (let at = basin; at !== root; ) {
      const next = joined[at] as number;
      joined[at] = root;
      at = next;
    }
    return root;
  };
  const isHigher = (a: number, b: number) =>
    (tops[a] as number) > (tops[b] as number) || (tops[a] === tops[b] && a < b);
  for (const at of order) {
    const here = distances[at] as number;
    const x = at % width;
    let into = -1;
    let nearest = -1;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const to = at + dy * width + dx;
        if (x + dx < 0 || x + dx >= width || to < 0 || to >= mask.length || basins[to] === 0) continue;
        const basin = rootOf((basins[to] as number) - 1);
        if (into !== -1 && basin !== into) {
          const [lower, higher] = isHigher(into, basin) ? [basin, into] : [into, basin];
          if ((tops[lower] as number) - here < depth) {
            joined[lower] = higher;
            into = higher;
          }
        }
        // A pixel between two parts belongs to the one of its highest neighbour.
        if ((distances[to] as number) > nearest) {
          nearest = distances[to] as number;
          into = rootOf(basin);
        }
      }
    }
    if (into === -1) {
      into = tops.length;
      tops.push(here);
      joined.push(into);
    }
    basins[at] = into + 1;
  }
  const numbers = new Map<number, number>();
  for (let at = 0; at < basins.length; at++) {
    if (basins[at] === 0) continue;
    const root = rootOf((basins[at] as number) - 1);
    const number = numbers.get(root) ?? numbers.size + 1;
    numbers.set(root, number);
    basins[at] = number;
  }
  return basins;
}

/** The distance of each pixel to the background, which also lies around the image. */
function distancesWithin(mask: Uint8Array, width: number, height: number): Float32Array {
  const wide = width + 2;
  const padded = new Uint8Array(wide * (height + 2));
  for (let y = 0; y < height; y++) padded.set(mask.subarray(y * width, (y + 1) * width), (y + 1) * wide + 1);
  const squared = squaredDistances(padded, wide, height + 2);
  const distances = new Float32Array(mask.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) distances[y * width + x] = Math.sqrt(squared[(y + 1) * wide + x + 1] as number);
  }
  return distances;
}

/** The pixels of the mask, the farthest from the background first. */
function byDistance(distances: Float32Array): Int32Array {
  const pixels = new Int32Array(distances.reduce((count, distance) => count + (distance > 0 ? 1 : 0), 0));
  let count = 0;
  for (let at = 0; at < distances.length; at++) if ((distances[at] as number) > 0) pixels[count++] = at;
  return pixels.sort((a, b) => (distances[b] as number) - (distances[a] as number) || a - b);
}

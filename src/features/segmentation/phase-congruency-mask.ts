/** How the images of the Imaging FlowCytobot are segmented: by edges, whatever the contrast, and dark areas. */
import { GUO_HALL, thinned } from '../geometry/skeleton.js';
import type { GreyImage } from '../grey-image.js';
import { closed, eroded } from './morphology.js';
import { phaseCongruency } from './phase-congruency.js';
import { fillHoles, labelRegions } from './regions.js';

/** Phase congruency of edges; what is connected with one and above the second belongs to it. */
const EDGE = 0.3;
const WEAK_EDGE = 0.09;
/** Dark areas: at most this share of the darkest grey level of the background. */
const DARK = 0.75;
/** Objects have more pixels than this. */
const SPECK = 40;

/**
 * The mask of an image's objects, as WHOI segments IFCB images in version 4 of its features: edges by phase congruency with
 * hysteresis, gaps closed and thinned three times; dark areas by k-means; holes filled; one pixel off the outline, and
 * specks removed (H. M. Sosik and R. J. Olson, "Automated taxonomic classification of phytoplankton sampled with
 * imaging-in-flow cytometry", Limnology and Oceanography: Methods 5 (2007) 204-216).
 */
export function phaseCongruencyMask(image: GreyImage): Uint8Array {
  const { pixels, width, height } = image;
  const edges = withoutBorder(hysteresis(phaseCongruency(image), width, height), width, height);
  const lines = thinned(closed(edges, width, height, 2), width, height, GUO_HALL, 3);
  const dark = darkLevel(pixels);
  const filled = fillHoles(
    lines.map((one, i) => (one === 1 || (pixels[i] as number) <= dark ? 1 : 0)),
    width,
    height,
  );
  const smaller = withoutSpecks(eroded(filled, width, height, 1), width, height);
  return smaller.includes(1) ? smaller : withoutSpecks(filled, width, height);
}

/** The connected parts above the lower level that have a pixel above the upper one. */
function hysteresis(values: Float64Array, width: number, height: number): Uint8Array {
  const { labels } = labelRegions(
    Uint8Array.from(values, (value) => (value > WEAK_EDGE ? 1 : 0)),
    width,
    height,
  );
  const strong = new Set<number>();
  values.forEach((value, i) => {
    if (value > EDGE) strong.add(labels[i] as number);
  });
  return Uint8Array.from(labels, (label) => (strong.has(label) ? 1 : 0));
}

/** Pixels at the border stay only where their neighbour towards the inside is an edge too. */
function withoutBorder(mask: Uint8Array, width: number, height: number): Uint8Array {
  const result = mask.slice();
  if (width < 2 || height < 2) return result;
  for (let row = 0; row < mask.length; row += width) {
    if (result[row + 1] === 0) result[row] = 0;
    if (result[row + width - 2] === 0) result[row + width - 1] = 0;
  }
  for (let x = 0; x < width; x++) {
    if (result[width + x] === 0) result[x] = 0;
    if (result[(height - 2) * width + x] === 0) result[(height - 1) * width + x] = 0;
  }
  return result;
}

/** The highest grey level of dark areas. Dark and background are the two clusters of k-means, begun at black and white. */
function darkLevel(pixels: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const grey of pixels) counts[grey] = (counts[grey] as number) + 1;
  const [darkest, lightest] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
  if (darkest === lightest) return -1;
  let border = 127.5;
  for (let before = -1; border !== before; ) {
    before = border;
    // Both clusters keep a pixel at least.
    const split = Math.min(Math.max(Math.floor(border), darkest), lightest - 1);
    border = (meanOf(counts, darkest, split) + meanOf(counts, split + 1, lightest)) / 2;
  }
  return DARK * counts.findIndex((count, grey) => count > 0 && grey > border);
}

function meanOf(counts: Float64Array, from: number, to: number): number {
  let [count, sum] = [0, 0];
  for (let grey = from; grey <= to; grey++) {
    count += counts[grey] as number;
    sum += grey * (counts[grey] as number);
  }
  return sum / count;
}

function withoutSpecks(mask: Uint8Array, width: number, height: number): Uint8Array {
  const { regions, labels } = labelRegions(mask, width, height);
  const kept = regions.filter(({ area }) => area > SPECK).length; // Largest first.
  return Uint8Array.from(labels, (label) => (label > 0 && label <= kept ? 1 : 0));
}

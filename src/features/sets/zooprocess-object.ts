/** What ZooProcess's features share: each intermediate result is computed once, and only if a feature asks for it. */

import { once } from '../../once.js';
import { convexHull, diameter } from '../geometry/hull.js';
import { areaEllipse, momentsOf } from '../geometry/moments.js';
import { tracedPerimeter } from '../geometry/perimeter.js';
import { type Upright, upright } from '../geometry/symmetry.js';
import { greyStatistics, histogramOf, lastLevelBelow } from '../grey/grey-statistics.js';
import { countOf, cropped, measurablePixels } from '../object-pixels.js';
import { fillHoles, labelRegions } from '../segmentation/regions.js';
import type { Segmentation } from '../segmentation/segment.js';

/** An object, on a light background: grey levels of light objects on a dark one are inverted. */
export function zooprocessObject(segmentation: Segmentation) {
  const pixels = measurablePixels(segmentation, 'light');
  const { grey, mask, solid, labels, width, height } = pixels;
  // Grey levels of the object alone: holes and surroundings are white.
  const alone = grey.map((level, i) => (solid[i] === 1 ? level : 255));
  const ownHistogram = histogramOf(grey, solid);
  ownHistogram[255] = 0;
  const moments = once(() => momentsOf(mask, width));
  const weighted = once(() => momentsOf(mask, width, grey));
  const quartiles = once(() => [0.25, 0.5, 0.75].map((share) => lastLevelBelow(ownHistogram, share)));
  return {
    ...{ ...pixels, alone, ownHistogram, moments, weighted, quartiles },
    area: countOf(mask),
    solidArea: countOf(solid),
    levels: greyStatistics(histogramOf(grey, mask)),
    ellipse: once(() => areaEllipse(moments())),
    perimeter: once(() => {
      const lengths = segmentation.regions.map((_, i) => tracedPerimeter(mask, width, height, labels.indexOf(i + 1)));
      return lengths.reduce((sum, length) => sum + length, 0);
    }),
    feret: once(() => diameter(convexHull(mask, width, height, 'corners'))),
    hull: once(() => convexHull(mask, width, height, 'centres')),
    upright: once(() => upright(solid, width, height)),
    uprightDark: once(() => uprightDark(alone, width, height, levelPresent(ownHistogram, quartiles()[2] ?? 0))),
    centroidDistance: once(() => Math.hypot(moments().x - weighted().x, moments().y - weighted().y)),
  };
}

export type ZooprocessObject = ReturnType<typeof zooprocessObject>;

/** The level itself, or the next one that any pixel has. */
function levelPresent(histogram: Uint32Array, level: number): number {
  let present = level;
  while (present < 254 && histogram[present] === 0) present++;
  return present;
}

/** The largest connected part of the pixels up to a level, its holes counted, turned upright. */
function uprightDark(grey: Uint8Array, width: number, height: number, level: number): Upright {
  const dark = grey.map((one) => (one <= level ? 1 : 0));
  const { regions, labels } = labelRegions(fillHoles(dark, width, height), width, height);
  const part = dark.map((one, i) => (labels[i] === 1 ? one : 0));
  const box = regions[0]?.box ?? { x: 0, y: 0, width, height };
  return upright(cropped(part, width, box), box.width, box.height);
}

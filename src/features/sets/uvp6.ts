/** The 55 features that the UVP6's own classifiers take, in their order. */

import { once } from '../../once.js';
import { huMoments } from '../geometry/hu.js';
import { momentEllipse, momentsOf } from '../geometry/moments.js';
import { greyStatistics, histogramOf } from '../grey/grey-statistics.js';
import { countOf, cropped, measurablePixels } from '../object-pixels.js';
import { labelRegions } from '../segmentation/regions.js';
import type { Segmentation } from '../segmentation/segment.js';
import { featureSet, type Measured } from './feature.js';

/** The largest region without its holes, on a dark background: grey levels of dark objects on a light one are inverted. */
function uvp6Object(segmentation: Segmentation) {
  const all = measurablePixels(segmentation, 'dark');
  const { regions, labels } = labelRegions(all.solid, all.width, all.height);
  const box = regions[0]?.box ?? { ...all, x: 0, y: 0 };
  const solid = all.solid.map((one, i) => (labels[i] === 1 ? one : 0));
  const mask = cropped(solid, all.width, box);
  const grey = cropped(all.grey, all.width, box);
  const histogram = histogramOf(grey, mask);
  const moments = momentsOf(mask, box.width);
  const weighted = momentsOf(mask, box.width, grey);
  const levels = greyStatistics(histogram);
  const area = countOf(mask);
  return {
    ...{ area, levels, histogram, moments, weighted, width: box.width, height: box.height },
    // The UVP6 divides by the number of pixels.
    deviation: levels.deviation * Math.sqrt((area - 1) / area),
    range: levels.max - levels.min,
    ellipse: once(() => momentEllipse(moments)),
    hu: once(() => huMoments(moments)),
    greyHu: once(() => huMoments(weighted)),
  };
}

type Uvp6Object = ReturnType<typeof uvp6Object>;

/** The first level that more than a share of the pixels do not exceed. */
function quantile(histogram: Uint32Array, area: number, share: number): number {
  let below = 0;
  return histogram.findIndex((count) => {
    below += count;
    return below > share * area;
  });
}

const SKIMAGE = 'scikit-image, regionprops';
const UVP6 = 'UVP6';

/** Names of central moments, and the moments. */
const ORDERS = [
  ['2-0', 'xx'],
  ['1-1', 'xy'],
  ['0-2', 'yy'],
  ['3-0', 'xxx'],
  ['2-1', 'xxy'],
  ['1-2', 'xyy'],
  ['0-3', 'yyy'],
] as const;

function momentRows(prefix: '' | 'gray_'): Measured<Uvp6Object>[] {
  const of = prefix === '' ? '' : ', weighted by grey level';
  const group = prefix === '' ? 'shape' : 'texture';
  const central = ORDERS.map(([order, key]): Measured<Uvp6Object> => {
    const definition = `central moment of order ${order} in x and y${of}`;
    const value = (o: Uvp6Object) => (prefix === '' ? o.moments : o.weighted)[key];
    return [`${prefix}central_moment-${order}`, group, 'px^n', definition, SKIMAGE, value];
  });
  const invariant = Array.from({ length: 7 }, (_, i): Measured<Uvp6Object> => {
    const definition = `invariant moment ${i + 1} (Hu 1962)${of}`;
    const value = (o: Uvp6Object) => (prefix === '' ? o.hu() : o.greyHu())[i] ?? Number.NaN;
    return [`${prefix}hu_moment-${i + 1}`, group, '1', definition, UVP6, value];
  });
  return [...central, ...invariant];
}

const ROWS: readonly Measured<Uvp6Object>[] = [
  ['area', 'size', 'px2', 'pixels of the largest region, without its holes', SKIMAGE, (o) => o.area],
  ['width', 'size', 'px', 'width of the bounding box', SKIMAGE, (o) => o.width],
  ['height', 'size', 'px', 'height of the bounding box', SKIMAGE, (o) => o.height],
  ['mean', 'grey level', 'grey', 'mean grey level', SKIMAGE, (o) => o.levels.mean],
  ['stddev', 'grey level', 'grey', 'standard deviation of the grey levels (n)', UVP6, (o) => o.deviation],
  ['mode', 'grey level', 'grey', 'most frequent grey level', UVP6, (o) => o.levels.mode],
  ['min', 'grey level', 'grey', 'lowest grey level', SKIMAGE, (o) => o.levels.min],
  ['max', 'grey level', 'grey', 'highest grey level', SKIMAGE, (o) => o.levels.max],
  ['x', 'position', 'px', 'x of the centroid in the bounding box', SKIMAGE, (o) => o.moments.x],
  ['y', 'position', 'px', 'y of the centroid in the bounding box', SKIMAGE, (o) => o.moments.y],
  ['xm', 'position', 'px', 'x of the centre of mass in the bounding box', SKIMAGE, (o) => o.weighted.x],
  ['ym', 'position', 'px', 'y of the centre of mass in the bounding box', SKIMAGE, (o) => o.weighted.y],
  ['major', 'size', 'px', 'major axis of the ellipse with the same second moments', SKIMAGE, (o) => o.ellipse().major],
  ['minor', 'size', 'px', 'minor axis of that ellipse', SKIMAGE, (o) => o.ellipse().minor],
  ['angle', 'position', 'rad', 'angle of its major axis, downwards from the x axis', UVP6, (o) => angle(o)],
  ['eccentricity', 'shape', '1', 'eccentricity of that ellipse', SKIMAGE, (o) => eccentricity(o)],
  ['intden', 'grey level', 'grey', 'sum of the grey levels', SKIMAGE, (o) => o.levels.sum],
  ['median', 'grey level', 'grey', 'median grey level', UVP6, (o) => quantile(o.histogram, o.area, 0.5)],
  [
    'histcum1',
    'grey level',
    'grey',
    'first quartile of the grey levels',
    UVP6,
    (o) => quantile(o.histogram, o.area, 0.25),
  ],
  [
    'histcum3',
    'grey level',
    'grey',
    'third quartile of the grey levels',
    UVP6,
    (o) => quantile(o.histogram, o.area, 0.75),
  ],
  ['esd', 'size', 'px', 'diameter of the disc of the same area', SKIMAGE, (o) => 2 * Math.sqrt(o.area / Math.PI)],
  ['range', 'grey level', 'grey', 'max - min', UVP6, (o) => o.range],
  ['meanpos', 'grey level', '1', '(mean - min) / range', UVP6, (o) => (o.levels.mean - o.levels.min) / o.range],
  ['cv', 'grey level', '%', '100 stddev / mean', UVP6, (o) => (100 * o.deviation) / o.levels.mean],
  ['sr', 'grey level', '%', '100 stddev / range', UVP6, (o) => (100 * o.deviation) / o.range],
  ['bbox_area', 'size', 'px2', 'area of the bounding box', SKIMAGE, (o) => o.width * o.height],
  ['extent', 'shape', '1', 'area / bbox_area', SKIMAGE, (o) => o.area / (o.width * o.height)],
  ...momentRows(''),
  ...momentRows('gray_'),
];

function angle({ moments: { xx, xy, yy } }: Uvp6Object): number {
  return 0.5 * Math.atan2(2 * xy, xx - yy);
}

function eccentricity(o: Uvp6Object): number {
  const { major, minor } = o.ellipse();
  return Math.sqrt(1 - (minor / major) ** 2);
}

export const uvp6 = featureSet('uvp6', "the features of the UVP6's own classifiers", ROWS, uvp6Object);

/** The features of ZooProcess, under their names in EcoTaxa (there with the prefix `object_`). */
import { fractalDimension } from '../geometry/fractal.js';
import { drawnLength, polygonArea, steppedLength } from '../geometry/hull.js';
import { IMAGEJ as IMAGEJ_THINNING, thinned } from '../geometry/skeleton.js';
import { mirrorSymmetry, thicknessRatio } from '../geometry/symmetry.js';
import { partsUpTo, texturalContrast } from '../grey/contrast.js';
import { countOf } from '../object-pixels.js';
import { featureSet, type Measured } from './feature.js';
import { type ZooprocessObject, zooprocessObject } from './zooprocess-object.js';

/** Pixels between two thicknesses: floor(0.1 mm / side of a pixel) at the 2400 dpi of a ZooScan. */
const THICKNESS_STEP = 9;

const IMAGEJ = 'ImageJ';
const ZOOPROCESS = 'ZooProcess';
const PLANKTON_IDENTIFIER = 'Plankton Identifier';

const ROWS: readonly Measured<ZooprocessObject>[] = [
  ['area', 'size', 'px2', 'pixels of the object, holes filled', IMAGEJ, (o) => o.area],
  ['mean', 'grey level', 'grey', 'mean grey level', IMAGEJ, (o) => o.levels.mean],
  ['stddev', 'grey level', 'grey', 'standard deviation of the grey levels (n - 1)', IMAGEJ, (o) => o.levels.deviation],
  ['mode', 'grey level', 'grey', 'most frequent grey level', IMAGEJ, (o) => o.levels.mode],
  ['min', 'grey level', 'grey', 'lowest grey level', IMAGEJ, (o) => o.levels.min],
  ['max', 'grey level', 'grey', 'highest grey level', IMAGEJ, (o) => o.levels.max],
  ['x', 'position', 'px', 'x of the centroid', IMAGEJ, (o) => o.x + o.moments().x + 0.5],
  ['y', 'position', 'px', 'y of the centroid', IMAGEJ, (o) => o.y + o.moments().y + 0.5],
  [
    'xm',
    'position',
    'px',
    'x of the centre of mass, weighted by grey level',
    IMAGEJ,
    (o) => o.x + o.weighted().x + 0.5,
  ],
  [
    'ym',
    'position',
    'px',
    'y of the centre of mass, weighted by grey level',
    IMAGEJ,
    (o) => o.y + o.weighted().y + 0.5,
  ],
  ['perim.', 'size', 'px', 'length of the outer outline', IMAGEJ, (o) => o.perimeter()],
  ['bx', 'position', 'px', 'x of the upper left corner of the bounding box', IMAGEJ, (o) => o.x],
  ['by', 'position', 'px', 'y of the upper left corner of the bounding box', IMAGEJ, (o) => o.y],
  ['width', 'size', 'px', 'width of the bounding box', IMAGEJ, (o) => o.width],
  ['height', 'size', 'px', 'height of the bounding box', IMAGEJ, (o) => o.height],
  [
    'major',
    'size',
    'px',
    'major axis of the ellipse with the same second moments and area',
    IMAGEJ,
    (o) => o.ellipse().major,
  ],
  ['minor', 'size', 'px', 'minor axis of that ellipse', IMAGEJ, (o) => o.ellipse().minor],
  ['angle', 'position', 'degrees', 'angle of its major axis from the x axis', IMAGEJ, (o) => o.ellipse().angle],
  ['circ.', 'shape', '1', '4 pi area / perim.^2', IMAGEJ, (o) => (4 * Math.PI * o.area) / o.perimeter() ** 2],
  ['feret', 'size', 'px', 'longest distance between two points of the outline', IMAGEJ, (o) => o.feret()],
  ['intden', 'grey level', 'grey', 'sum of the grey levels', IMAGEJ, (o) => o.levels.sum],
  ['median', 'grey level', 'grey', 'median grey level', IMAGEJ, (o) => o.levels.median],
  ['skew', 'grey level', '1', 'skewness of the grey levels', IMAGEJ, (o) => o.levels.skewness],
  ['kurt', 'grey level', '1', 'excess kurtosis of the grey levels', IMAGEJ, (o) => o.levels.kurtosis],
  ['%area', 'shape', '%', 'share of holes in the area', ZOOPROCESS, (o) => 100 * (1 - o.solidArea / o.area)],
  ['area_exc', 'size', 'px2', 'pixels of the object without its holes', ZOOPROCESS, (o) => o.solidArea],
  [
    'fractal',
    'shape',
    '1',
    'fractal dimension of the outline (Berube and Jebrak 1999)',
    ZOOPROCESS,
    (o) => fractalDimension(o.solid, o.width, o.height),
  ],
  [
    'skelarea',
    'shape',
    'px2',
    'pixels of the skeleton (Zhang and Suen 1984)',
    ZOOPROCESS,
    (o) => countOf(thinned(o.solid, o.width, o.height, IMAGEJ_THINNING)),
  ],
  [
    'slope',
    'grey level',
    '1',
    'standard deviation of the counts of grey levels 0 to 254 over that of the levels',
    ZOOPROCESS,
    (o) => slope(o.ownHistogram),
  ],
  [
    'histcum1',
    'grey level',
    'grey',
    'last grey level below which less than 25 % of the pixels lie',
    ZOOPROCESS,
    (o) => o.quartiles()[0] ?? 0,
  ],
  [
    'histcum2',
    'grey level',
    'grey',
    'last grey level below which less than 50 % of the pixels lie',
    ZOOPROCESS,
    (o) => o.quartiles()[1] ?? 0,
  ],
  [
    'histcum3',
    'grey level',
    'grey',
    'last grey level below which less than 75 % of the pixels lie',
    ZOOPROCESS,
    (o) => o.quartiles()[2] ?? 0,
  ],
  [
    'nb1',
    'texture',
    '1',
    'parts of at least 5 pixels up to histcum1, eroded once',
    ZOOPROCESS,
    (o) => partsUpTo(o.alone, o.width, o.height, o.quartiles()[0] ?? 0),
  ],
  [
    'nb2',
    'texture',
    '1',
    'parts of at least 5 pixels up to histcum2, eroded once',
    ZOOPROCESS,
    (o) => partsUpTo(o.alone, o.width, o.height, o.quartiles()[1] ?? 0),
  ],
  [
    'nb3',
    'texture',
    '1',
    'parts of at least 5 pixels up to histcum3, eroded once',
    ZOOPROCESS,
    (o) => partsUpTo(o.alone, o.width, o.height, o.quartiles()[2] ?? 0),
  ],
  ['symetrieh', 'shape', '1', 'symmetry about the minor axis', ZOOPROCESS, (o) => mirrorSymmetry(o.upright(), 'minor')],
  ['symetriev', 'shape', '1', 'symmetry about the major axis', ZOOPROCESS, (o) => mirrorSymmetry(o.upright(), 'major')],
  [
    'symetriehc',
    'texture',
    '1',
    'symetrieh of the largest part up to histcum3',
    ZOOPROCESS,
    (o) => mirrorSymmetry(o.uprightDark(), 'minor'),
  ],
  [
    'symetrievc',
    'texture',
    '1',
    'symetriev of the largest part up to histcum3',
    ZOOPROCESS,
    (o) => mirrorSymmetry(o.uprightDark(), 'major'),
  ],
  ['convperim', 'size', 'px', 'pixels of the outline of the convex hull', ZOOPROCESS, (o) => steppedLength(o.hull())],
  [
    'convarea',
    'size',
    'px2',
    'pixels of the convex hull',
    ZOOPROCESS,
    (o) => polygonArea(o.hull()) + drawnLength(o.hull()) / 2 + 1,
  ],
  [
    'fcons',
    'texture',
    '1',
    'contrast at three grey levels (Amadasun and King 1989)',
    ZOOPROCESS,
    (o) => texturalContrast(o.alone, o.width, o.height, o.ownHistogram, o.quartiles()),
  ],
  [
    'thickr',
    'shape',
    '1',
    'largest over mean thickness across the major axis',
    ZOOPROCESS,
    (o) => thicknessRatio(o.upright(), THICKNESS_STEP),
  ],
  [
    'esd',
    'size',
    'px',
    'diameter of the disc of the same area, 2 sqrt(area / pi)',
    PLANKTON_IDENTIFIER,
    (o) => 2 * Math.sqrt(o.area / Math.PI),
  ],
  ['elongation', 'shape', '1', 'major / minor', PLANKTON_IDENTIFIER, (o) => o.ellipse().major / o.ellipse().minor],
  ['range', 'grey level', 'grey', 'max - min', PLANKTON_IDENTIFIER, (o) => o.levels.max - o.levels.min],
  [
    'meanpos',
    'grey level',
    '1',
    '(mean - max) / (mean - min)',
    PLANKTON_IDENTIFIER,
    (o) => (o.levels.mean - o.levels.max) / (o.levels.mean - o.levels.min),
  ],
  [
    'centroids',
    'texture',
    'px',
    'distance from the centroid to the centre of mass',
    PLANKTON_IDENTIFIER,
    (o) => o.centroidDistance(),
  ],
  [
    'cv',
    'grey level',
    '%',
    '100 stddev / mean',
    PLANKTON_IDENTIFIER,
    (o) => (100 * o.levels.deviation) / o.levels.mean,
  ],
  [
    'sr',
    'grey level',
    '%',
    '100 stddev / range',
    PLANKTON_IDENTIFIER,
    (o) => (100 * o.levels.deviation) / (o.levels.max - o.levels.min),
  ],
  [
    'perimareaexc',
    'shape',
    '1',
    'perim. / sqrt(area_exc)',
    PLANKTON_IDENTIFIER,
    (o) => o.perimeter() / Math.sqrt(o.solidArea),
  ],
  [
    'feretareaexc',
    'shape',
    '1',
    'feret / sqrt(area_exc)',
    PLANKTON_IDENTIFIER,
    (o) => o.feret() / Math.sqrt(o.solidArea),
  ],
  ['perimferet', 'shape', '1', 'perim. / feret', PLANKTON_IDENTIFIER, (o) => o.perimeter() / o.feret()],
  ['perimmajor', 'shape', '1', 'perim. / major', PLANKTON_IDENTIFIER, (o) => o.perimeter() / o.ellipse().major],
  [
    'circex',
    'shape',
    '1',
    '4 pi area_exc / perim.^2',
    PLANKTON_IDENTIFIER,
    (o) => (4 * Math.PI * o.solidArea) / o.perimeter() ** 2,
  ],
  [
    'cdexc',
    'texture',
    '1',
    'centroids / sqrt(area_exc)',
    PLANKTON_IDENTIFIER,
    (o) => o.centroidDistance() / Math.sqrt(o.solidArea),
  ],
];

/** The standard deviation of the counts over that of the levels 0 to 254 (both divided by 254). */
function slope(histogram: Uint32Array): number {
  const levels = 255;
  let [sum, squares] = [0, 0];
  for (let level = 0; level < levels; level++) {
    sum += histogram[level] as number;
    squares += (histogram[level] as number) ** 2;
  }
  return Math.sqrt((squares - (sum * sum) / levels) / ((levels * (levels ** 2 - 1)) / 12));
}

export const zooprocess = featureSet('zooprocess', 'the features of ZooProcess and EcoTaxa', ROWS, zooprocessObject);

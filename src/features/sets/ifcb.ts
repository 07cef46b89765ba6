/** The features of the Imaging FlowCytobot, version 4 of WHOI's extraction. Lengths are in pixels, whatever the scale. */

import { once } from '../../once.js';
import { benkridPerimeter, borderOf } from '../geometry/benkrid-perimeter.js';
import { type Body, distanceMapBody, solidOfRevolution } from '../geometry/biovolume.js';
import { convexHull, type Polygon, polygonArea, polygonLength } from '../geometry/hull.js';
import { momentEllipse, momentsOf } from '../geometry/moments.js';
import { turned } from '../geometry/turned.js';
import { measurablePixels } from '../object-pixels.js';
import type { Region } from '../segmentation/regions.js';
import type { Segmentation } from '../segmentation/segment.js';
import { featureSet, type Measured } from './feature.js';

/** What is measured of one object. */
interface Blob {
  readonly area: number;
  readonly width: number;
  readonly height: number;
  readonly major: number;
  readonly minor: number;
  readonly eccentricity: number;
  readonly orientation: number;
  readonly perimeter: number;
  readonly convexArea: number;
  readonly convexPerimeter: number;
  readonly diameter: number;
  readonly feret: () => readonly [least: number, greatest: number];
  readonly body: () => Body;
}

function blobOf(labels: Int32Array, stride: number, label: number, { x, y, width, height }: Region['box']): Blob {
  const mask = new Uint8Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      mask[to] = labels[(y + row) * stride + x + column] === label ? 1 : 0;
    }
  }
  const moments = momentsOf(mask, width);
  const area = moments.mass;
  // WHOI's second moments are those of a sample, divided by the number of pixels - 1.
  const { major, minor, angle } = momentEllipse({ ...moments, mass: area - 1 });
  const eccentricity = Math.sqrt(1 - (minor / major) ** 2);
  const orientation = angle > 90 ? angle - 180 : angle;
  const hull = convexHull(borderOf(mask, width, height), width, height, 'centres');
  const convexPerimeter = polygonLength(hull);
  const convexArea = polygonArea(hull) + convexPerimeter / 2;
  const diameter = 2 * Math.sqrt(area / Math.PI);
  const isSimple = convexArea / area < 1.2 || (eccentricity < 0.8 && diameter / major > 0.8);
  return {
    ...{ area, width, height, major, minor, eccentricity, orientation, convexArea, convexPerimeter, diameter },
    perimeter: benkridPerimeter(mask, width, height),
    feret: once(() => extremeWidths(hull)),
    body: once(() => {
      const blob = { mask, width, height };
      return isSimple ? solidOfRevolution(turned(blob, moments, orientation)) : distanceMapBody(blob);
    }),
  };
}

/** The least and the greatest width of a hull of pixel centres at 360 directions, each widened by the pixel's own width. */
function extremeWidths(hull: Polygon): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  for (let degrees = 0; degrees < 180; degrees++) {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < hull.length; i += 2) {
      const place = (hull[i] as number) * cos - (hull[i + 1] as number) * sin;
      low = Math.min(low, place);
      high = Math.max(high, place);
    }
    const width = high - low + Math.abs(cos) + Math.abs(sin);
    least = Math.min(least, width);
    greatest = Math.max(greatest, width);
  }
  return [least, greatest];
}

/** The largest object, and all of them. Objects of one pixel's width or height do not count where there are others. */
function ifcbObjects(segmentation: Segmentation) {
  const { labels, width: stride, x, y } = measurablePixels(segmentation, 'light');
  const blobs = segmentation.regions.flatMap(({ box }, i) =>
    Math.min(box.width, box.height) > 1 ? blobOf(labels, stride, i + 1, { ...box, x: box.x - x, y: box.y - y }) : [],
  );
  const sum = (value: (blob: Blob) => number) => blobs.reduce((total, blob) => total + value(blob), 0);
  return { blob: blobs[0], blobs: blobs.length, sum };
}

type IfcbObjects = ReturnType<typeof ifcbObjects>;

const WHOI = 'WHOI, ifcb-features';
const SKIMAGE = 'scikit-image, regionprops';

/** A feature of the largest object. */
const largest = (value: (blob: Blob) => number) => (o: IfcbObjects) => (o.blob ? value(o.blob) : Number.NaN);
/** A feature added up over all objects. */
const summed = (value: (blob: Blob) => number) => (o: IfcbObjects) => (o.blob ? o.sum(value) : Number.NaN);

const ROWS: readonly Measured<IfcbObjects>[] = [
  ['Area', 'size', 'px2', 'pixels of the largest object', SKIMAGE, largest((b) => b.area)],
  [
    'Biovolume',
    'size',
    'px3',
    'volume as a solid of revolution or by distance map',
    WHOI,
    largest((b) => b.body().volume),
  ],
  ['BoundingBox_xwidth', 'size', 'px', 'width of the bounding box', WHOI, largest((b) => b.width)],
  ['BoundingBox_ywidth', 'size', 'px', 'height of the bounding box', WHOI, largest((b) => b.height)],
  [
    'ConvexArea',
    'size',
    'px2',
    'area of the convex hull of pixel centres + half its length',
    WHOI,
    largest((b) => b.convexArea),
  ],
  [
    'ConvexPerimeter',
    'size',
    'px',
    'length of the convex hull of pixel centres',
    WHOI,
    largest((b) => b.convexPerimeter),
  ],
  [
    'Eccentricity',
    'shape',
    '1',
    'of the ellipse with the same second moments',
    SKIMAGE,
    largest((b) => b.eccentricity),
  ],
  ['EquivDiameter', 'size', 'px', 'diameter of the disc of the same area', SKIMAGE, largest((b) => b.diameter)],
  ['Extent', 'shape', '1', 'area / area of the bounding box', SKIMAGE, largest((b) => b.area / (b.width * b.height))],
  ['MajorAxisLength', 'size', 'px', 'major axis of that ellipse', SKIMAGE, largest((b) => b.major)],
  ['MinorAxisLength', 'size', 'px', 'minor axis of that ellipse', SKIMAGE, largest((b) => b.minor)],
  [
    'Orientation',
    'position',
    'degrees',
    'angle of its major axis from the x axis, -90 to 90',
    WHOI,
    largest((b) => b.orientation),
  ],
  [
    'Perimeter',
    'size',
    'px',
    'perimeter by border shapes (Benkrid and Crookes 2000)',
    SKIMAGE,
    largest((b) => b.perimeter),
  ],
  ['RepresentativeWidth', 'size', 'px', 'mean thickness of the body', WHOI, largest((b) => b.body().width)],
  ['Solidity', 'shape', '1', 'Area / ConvexArea', WHOI, largest((b) => b.area / b.convexArea)],
  ['SurfaceArea', 'size', 'px2', 'surface of that body', WHOI, largest((b) => b.body().surface)],
  ['maxFeretDiameter', 'size', 'px', 'greatest width, of whole degrees', WHOI, largest((b) => b.feret()[1])],
  ['minFeretDiameter', 'size', 'px', 'least width, of whole degrees', WHOI, largest((b) => b.feret()[0])],
  ['numBlobs', 'shape', '1', 'objects', WHOI, (o) => o.blobs],
  ['summedArea', 'size', 'px2', 'Area of all objects', WHOI, summed((b) => b.area)],
  ['summedBiovolume', 'size', 'px3', 'Biovolume of all objects', WHOI, summed((b) => b.body().volume)],
  ['summedConvexArea', 'size', 'px2', 'ConvexArea of all objects', WHOI, summed((b) => b.convexArea)],
  ['summedConvexPerimeter', 'size', 'px', 'ConvexPerimeter of all objects', WHOI, summed((b) => b.convexPerimeter)],
  ['summedMajorAxisLength', 'size', 'px', 'MajorAxisLength of all objects', WHOI, summed((b) => b.major)],
  ['summedMinorAxisLength', 'size', 'px', 'MinorAxisLength of all objects', WHOI, summed((b) => b.minor)],
  ['summedPerimeter', 'size', 'px', 'Perimeter of all objects', WHOI, summed((b) => b.perimeter)],
  ['summedSurfaceArea', 'size', 'px2', 'SurfaceArea of all objects', WHOI, summed((b) => b.body().surface)],
  ['Area_over_PerimeterSquared', 'shape', '1', 'Area / Perimeter^2', WHOI, largest((b) => b.area / b.perimeter ** 2)],
  ['Area_over_Perimeter', 'size', 'px', 'Area / Perimeter', WHOI, largest((b) => b.area / b.perimeter)],
  [
    'summedConvexPerimeter_over_Perimeter',
    'shape',
    '1',
    'summedConvexPerimeter / summedPerimeter',
    WHOI,
    (o) => (o.blob ? o.sum((b) => b.convexPerimeter) / o.sum((b) => b.perimeter) : Number.NaN),
  ],
];

/** WHOI's segmentation, and all objects of an image, unless options say otherwise. */
export const ifcb = featureSet('ifcb', 'the features of the IFCB, version 4', ROWS, ifcbObjects, {
  method: 'phase-congruency',
  objects: 'all',
});

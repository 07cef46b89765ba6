/** Images as bytes, in memory or on disk: what training, prediction and evaluation take. */
import { CladenetError, type Problem } from '../errors.js';
import { type ImageFields, mapFields } from './fields.js';
import { checkPreprocessing, type Preprocessing, squareAt, squareBytes } from './preprocessing.js';
import { SUBSETS, type Subset } from './split.js';
import type { ImageFile, StoredImage } from './stored-image.js';

/** Squares that stay on disk because they do not fit into memory. */
export interface StreamedPixels {
  /**
   * Reads the square of image `i` into `square`.
   *
   * @throws CladenetError DATASET when the file no longer holds what was decoded
   */
  read(i: number, square: Uint8Array): void;
}

/** Images prepared alike, with their labels. */
export interface ImageSet {
  readonly preprocessing: Preprocessing;
  /** The number of images. */
  readonly count: number;
  /**
   * `count` x `size` x `size` x `channels` bytes, row-major (NHWC); 255 is white. A set that is larger than the memory for
   * images (see `LoadOptions`) has {@link StreamedPixels} instead. {@link squareOf} reads both.
   */
  readonly pixels: Uint8Array | StreamedPixels;
  /** Widths of the original images in pixels, after their EXIF orientation. */
  readonly widths: Float32Array;
  /** Heights of the original images in pixels, after their EXIF orientation. */
  readonly heights: Float32Array;
  readonly paths: readonly string[];
  /** The class of each image, as an index into `classes`; -1 for an image without a label. */
  readonly labels: Int32Array;
  /** The names of the classes, in code point order. */
  readonly classes: readonly string[];
  /** Where images that lie inside other files are; undefined where all are files of their own. */
  readonly stored?: readonly (StoredImage | undefined)[] | undefined;
  /**
   * The part of the split that the source puts each image in (`train/`, `val/` and `test/`, or `train_labels.csv`); undefined where
   * the source has no split of its own. `prepareData` then splits the images like this.
   */
  readonly subsets?: readonly (Subset | undefined)[] | undefined;
  /** Columns of the table of the images, by name, each with a text for every image; undefined where none was kept. */
  readonly fields?: ImageFields | undefined;
}

/** An image set in memory. */
export interface ImagesInMemory extends ImageSet {
  readonly pixels: Uint8Array;
}

/**
 * Checks that the columns of a set are of one length, and its pixels as many as its preprocessing says.
 *
 * @throws CladenetError USAGE listing everything that does not fit
 */
export function requireImageSet(set: ImageSet): void {
  checkPreprocessing(set.preprocessing);
  const { count, pixels, widths, heights, paths, labels, classes } = set;
  const problems: Problem[] = [];
  const check = (right: boolean, field: string, expected: string, received: unknown) => {
    if (!right) problems.push({ where: `images.${field}`, expected, received: String(received) });
  };
  check(Number.isInteger(count) && count >= 0, 'count', 'a whole number of at least 0', count);
  const bytes = squareBytes(set.preprocessing);
  if (pixels instanceof Uint8Array) {
    check(pixels.length === count * bytes, 'pixels', `${count} x ${bytes} bytes`, pixels.length);
  }
  const { stored, subsets, fields = {} } = set;
  for (const [field, column] of Object.entries({
    widths,
    heights,
    paths,
    labels,
    ...(stored && { stored }),
    ...(subsets && { subsets }),
    ...prefixed(fields),
  })) {
    check(column.length === count, field, `${count}, one for each image`, column.length);
  }
  const isSize = (pixels: number) => pixels > 0 && pixels < Number.POSITIVE_INFINITY;
  for (const [field, column] of Object.entries({ widths, heights })) {
    check(
      column.every(isSize),
      field,
      'numbers above 0',
      column.find((size) => !isSize(size)),
    );
  }
  const isLabel = (label: number) => label >= -1 && label < classes.length;
  check(
    labels.every(isLabel),
    'labels',
    `-1 or a class from 0 to ${classes.length - 1}`,
    labels.find((n) => !isLabel(n)),
  );
  const isSubset = (subset: Subset | undefined) => subset === undefined || SUBSETS.includes(subset);
  check(
    subsets?.every(isSubset) ?? true,
    'subsets',
    SUBSETS.join(', '),
    subsets?.find((name) => !isSubset(name)),
  );
  const firstOf = new Map(classes.map((name, i) => [name, i] as const).reverse());
  const twice = classes.find((name, i) => firstOf.get(name) !== i);
  check(twice === undefined, 'classes', 'each class once', `'${twice}' twice`);
  if (problems.length > 0) throw new CladenetError('USAGE', 'These images are not a whole set', problems);
}

const prefixed = (fields: ImageFields) =>
  Object.fromEntries(Object.entries(fields).map(([name, column]) => [`fields.${name}`, column]));

/** The images as they are opened again, for what their squares do not show. */
export function imageFiles({ paths, stored }: Pick<ImageSet, 'paths' | 'stored'>): ImageFile[] {
  return paths.map((path, i) => ({ path, stored: stored?.[i] }));
}

/** Whether all pixels are in memory. */
export function isInMemory(set: ImageSet): set is ImagesInMemory {
  return set.pixels instanceof Uint8Array;
}

/** The square of image `i`: `size` x `size` x `channels` bytes. A view of those in memory, a copy of those on disk. */
export function squareOf({ pixels, preprocessing }: Pick<ImageSet, 'pixels' | 'preprocessing'>, i: number): Uint8Array {
  const bytes = squareBytes(preprocessing);
  if (pixels instanceof Uint8Array) return squareAt(pixels, i, bytes);
  const square = new Uint8Array(bytes);
  pixels.read(i, square);
  return square;
}

/**
 * Selects the images at `indices`, in that order. Pixels in memory are copied; `classes` stay the same, so labels do too.
 *
 * @throws CladenetError USAGE when an index is not a whole number from 0 to `count - 1`
 */
export function selectImages(set: ImageSet, indices: ArrayLike<number>): ImageSet {
  const { preprocessing, classes } = set;
  const wrong = Array.prototype.find.call(indices, (i) => !Number.isInteger(i) || i < 0 || i >= set.count);
  if (wrong !== undefined) {
    const expected = `whole numbers from 0 to ${set.count - 1}`;
    throw new CladenetError('USAGE', 'There is no such image.', [{ where: 'indices', expected, received: `${wrong}` }]);
  }
  const chosen = Int32Array.from(indices);
  return {
    preprocessing,
    count: chosen.length,
    pixels: selectPixels(set, chosen),
    widths: Float32Array.from(chosen, (i) => set.widths[i] ?? 0),
    heights: Float32Array.from(chosen, (i) => set.heights[i] ?? 0),
    paths: Array.from(chosen, (i) => set.paths[i] ?? ''),
    labels: chosen.map((i) => set.labels[i] ?? -1),
    classes,
    stored: set.stored && Array.from(chosen, (i) => set.stored?.[i]),
    subsets: set.subsets && Array.from(chosen, (i) => set.subsets?.[i]),
    fields: set.fields && mapFields(set.fields, (column) => Array.from(chosen, (i) => column[i] ?? '')),
  };
}

/** The set without the images of some classes, whose names stay among `classes`. */
export function withoutClasses(set: ImageSet, names: readonly string[]): ImageSet {
  if (names.length === 0) return set;
  const left = new Set(names);
  return selectImages(
    set,
    [...set.labels.keys()].filter((i) => !left.has(set.classes[set.labels[i] ?? -1] ?? '')),
  );
}

function selectPixels({ pixels, preprocessing }: ImageSet, chosen: Int32Array): ImageSet['pixels'] {
  if (!(pixels instanceof Uint8Array)) return { read: (i, square) => pixels.read(chosen[i] ?? -1, square) };
  const bytes = squareBytes(preprocessing);
  const selected = new Uint8Array(chosen.length * bytes);
  chosen.forEach((from, to) => {
    selected.set(squareAt(pixels, from, bytes), to * bytes);
  });
  return selected;
}

/**
 * The images in parts of at most `most`, in their order. Pixels are not copied; `classes` stay the same.
 */
export function* partsOf(set: ImageSet, most: number): Generator<ImageSet> {
  if (set.count <= most) {
    yield set;
    return;
  }
  const bytes = squareBytes(set.preprocessing);
  for (let first = 0; first < set.count; first += most) {
    const end = Math.min(first + most, set.count);
    yield {
      ...set,
      count: end - first,
      pixels:
        set.pixels instanceof Uint8Array
          ? set.pixels.subarray(first * bytes, end * bytes)
          : { read: (i, square) => (set.pixels as StreamedPixels).read(first + i, square) },
      widths: set.widths.subarray(first, end),
      heights: set.heights.subarray(first, end),
      paths: set.paths.slice(first, end),
      labels: set.labels.subarray(first, end),
      stored: set.stored?.slice(first, end),
      subsets: set.subsets?.slice(first, end),
      fields: set.fields && mapFields(set.fields, (column) => column.slice(first, end)),
    };
  }
}

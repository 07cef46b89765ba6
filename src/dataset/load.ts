/** Loads the images of a listing: from the cache on disk, or by decoding them. */
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { throwIfAborted } from '../abort.js';
import { CladenetError, type Problem } from '../errors.js';
import { cacheFolder } from '../setup/layout.js';
import { type ImageCache, openCache, readSquares, writeCache } from './cache.js';
import { type Collection, inMemory, onDisk, type Part } from './collect.js';
import { decodeFiles } from './decode/decode-files.js';
import { fieldsOf } from './fields.js';
import type { ImageSet } from './images.js';
import type { ImageListing, ImageRecord } from './listing.js';
import { memoryForImages } from './memory.js';
import {
  type ImageMetadata,
  isDecoded,
  isSettled,
  newMetadata,
  readFileVersions,
  sameFileVersion,
} from './metadata.js';
import { explainMissing } from './missing-files.js';
import { checkPreprocessing, type Preprocessing, squareBytes } from './preprocessing.js';
import { storedOf } from './stored-image.js';
import { MOST_PIXELS, traitProblems, widthOf } from './traits.js';

/** Options of {@link loadImages}. */
export interface LoadOptions {
  /**
   * The folder of the caches of decoded images; `false`: no cache. Default: `images` in cladenet's cache folder
   * (`CLADENET_CACHE`, else `$XDG_CACHE_HOME/cladenet`, else `~/.cache/cladenet`).
   */
  readonly cacheDir?: string | false | undefined;
  /**
   * Bytes that decoded images may take in memory. A larger set is read from the cache on disk batch by batch, with the same
   * results. Default: half of the memory that the machine has or the process's control group allows.
   */
  readonly memory?: number | undefined;
  /**
   * The most pixels of an image, at most 1,073,741,823. Larger ones are not decoded, nor, whatever this is, images of more than
   * 8192 x 8192 pixels that cannot be read row by row. Default 268,435,456 (16384 x 16384).
   */
  readonly maxPixels?: number | undefined;
  /** Throw if any image cannot be used, naming all of them. Default `false`: they are left out and returned. */
  readonly strict?: boolean | undefined;
  /** Return an empty set where no image can be used, instead of throwing. Default `false`. */
  readonly allowNone?: boolean | undefined;
  /** Called after every 64th image and at the end. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Stops the work between two images. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of {@link loadImages}. */
export interface LoadedImages {
  /** The images that could be used, in the order of the listing. */
  readonly images: ImageSet;
  /** The others: the path of each, and what is wrong with it. */
  readonly rejected: readonly Problem[];
  /** What is unusual about images that are used: values far below their type's range, several pages. */
  readonly notes: readonly Problem[];
  /** The number of files that were decoded; the other images came from the cache. */
  readonly decoded: number;
  /** Bytes that decoded images may take in memory: beyond it they are read from disk. */
  readonly memory: number;
  /** Why the cache could not be written: the next run decodes again. Undefined where nothing was wrong. */
  readonly cacheProblem: Problem | undefined;
}

/**
 * Loads the images of a listing: each is scaled so that its longer side is `size` pixels, and centred on the background.
 *
 * Decoded images are cached on disk; an image is decoded again when its file or the preprocessing changes. A set that does
 * not fit into `memory` stays on disk and is read batch by batch.
 *
 * @throws CladenetError CONFIG when the preprocessing is not valid; DATASET when no image can be used, when one cannot
 *   and `strict` is set; RUNTIME when sharp cannot be loaded; ABORTED when
 *   `signal` fires
 * @example
 * ```ts
 * import { listImages, loadImages, preprocessingFor } from 'cladenet';
 *
 * const listing = await listImages('images');
 * const { images, rejected } = await loadImages(listing, preprocessingFor('compact'));
 * [images.count, rejected.length]; // => [ 80, 0 ]
 * ```
 */
export async function loadImages(
  listing: ImageListing,
  preprocessing: Preprocessing,
  options: LoadOptions = {},
): Promise<LoadedImages> {
  checkPreprocessing(preprocessing);
  const { cacheDir = join(cacheFolder(), 'images'), maxPixels, signal, onProgress, strict, allowNone } = options;
  requirePixels(maxPixels);
  const check = () => throwIfAborted(signal, 'Loading the images');
  check();
  const { source, records } = listing;
  const total = records.length;
  const paths = records.map(({ path }) => (isAbsolute(path) ? path : resolve(path)));
  const metadata = newMetadata(paths, storedOf(records));
  const now = Date.now();
  const cache = cacheDir === false ? undefined : await openCache(cacheDir, source, preprocessing);
  const memory = options.memory ?? memoryForImages();
  const collection = collect(total, squareBytes(preprocessing), { cache, folder: cacheDir || tmpdir(), memory });

  let done = 0;
  let decoded = 0;
  let isNew = false;
  const report = () => {
    if (done % 64 === 0 || done === total) onProgress?.({ done, total });
  };
  for (let first = 0; first < total; first += collection.atOnce) {
    const part = collection.part(first, Math.min(collection.atOnce, total - first));
    const own = partOf(metadata, part);
    const cached = await takeFromCache(cache, own, part.pixels);
    check();
    const missing = [...own.paths.keys()].filter((i) => !isDecoded(own, i) && !own.problems.has(i));
    done += part.count - missing.length;
    onProgress?.({ done, total });
    await decodeFiles(missing, { ...own, preprocessing, pixels: part.pixels, maxPixels }, check, () => {
      done++;
      report();
    });
    for (const [i, problem] of own.problems) metadata.problems.set(first + i, problem);
    decoded += missing.length;
    isNew ||= missing.some((i) => isSettled(own, i, now));
    collection.keep(part, cached, (i) => isDecoded(metadata, i));
  }
  const written = cache && isNew ? await keep(cache, metadata, collection, now) : undefined;
  const cacheProblem = written instanceof Int32Array ? undefined : written;

  const unusable = [...metadata.problems]
    .sort(([a], [b]) => a - b)
    .map(([i, problem]) => ({
      ...problem,
      where: records[i]?.path ?? problem.where,
    }));
  const rejected = explainMissing(unusable, listing);
  if (rejected.length === total && !allowNone)
    throw new CladenetError('DATASET', `No image of ${source} can be used.`, rejected);
  if (strict && rejected.length > 0) {
    const summary = `${rejected.length} of the ${total} images of ${source} cannot be used.`;
    throw new CladenetError('DATASET', summary, rejected);
  }
  const kept = Int32Array.from({ length: total }, (_, i) => i).filter((i) => isDecoded(metadata, i));
  const checksums = metadata.decoded.filter((_, k) => k % 3 === 2);
  const pixels = collection.pixelsOf(kept, checksums, written instanceof Int32Array ? written : undefined);
  const images = imageSet(listing, preprocessing, metadata, kept, pixels);
  const notes = traitProblems(metadata, (i) => records[i]?.path ?? '');
  return { images, rejected, notes, decoded, memory, cacheProblem };
}

function requirePixels(maxPixels: number | undefined): void {
  if (maxPixels === undefined || (maxPixels >= 1 && maxPixels <= MOST_PIXELS)) return;
  const problem = { where: 'maxPixels', expected: `a number from 1 to ${MOST_PIXELS}`, received: `${maxPixels}` };
  throw new CladenetError('USAGE', 'The limit of pixels is not valid.', [problem]);
}

function collect(total: number, bytes: number, disk: Parameters<typeof onDisk>[2]): Collection {
  if (total * bytes <= disk.memory) {
    try {
      return inMemory(total, bytes);
    } catch {
      // No array can be as large as that, or there is less memory than the system says.
    }
  }
  return onDisk(total, bytes, disk);
}

/** Metadata of some of the images, of which all but the problems are views of the whole. */
function partOf({ paths, stored, versions, decoded }: ImageMetadata, { first, count }: Part): ImageMetadata {
  const end = first + count;
  return {
    paths: paths.slice(first, end),
    stored: stored?.slice(first, end),
    versions: versions.subarray(3 * first, 3 * end),
    decoded: decoded.subarray(3 * first, 3 * end),
    problems: new Map(),
  };
}

/**
 * Reads the file versions, and fills in what the cache has of the images whose files are unchanged.
 *
 * @returns for each image the position of its square in the cache, counted in squares; -1 where the cache has none
 */
async function takeFromCache(
  cache: ImageCache | undefined,
  metadata: ImageMetadata,
  pixels: Uint8Array,
): Promise<Int32Array> {
  const known = Int32Array.from(metadata.paths, (path) => cache?.numbers.get(path) ?? -1);
  const read = cache && readSquares(cache, known, pixels);
  const [good] = await Promise.all([read, readFileVersions(metadata)]);
  return known.map((j, i) => {
    if (cache === undefined || j < 0 || !sameFileVersion(metadata, i, cache.metadata, j)) return -1;
    const problem = cache.metadata.problems.get(j);
    if (problem) metadata.problems.set(i, problem);
    if (problem || good?.[i] !== 1) return -1;
    metadata.decoded.set(cache.metadata.decoded.subarray(j * 3, j * 3 + 3), i * 3);
    return cache.squares[j] ?? -1;
  });
}

/** Writes the cache. @returns where each square is in it, or why it could not be written */
async function keep(
  cache: ImageCache,
  metadata: ImageMetadata,
  { copy }: Collection,
  now: number,
): Promise<Int32Array | Problem> {
  try {
    return await writeCache(cache, metadata, copy, now);
  } catch (error) {
    return {
      where: cache.folder,
      expected: 'a folder where decoded images can be kept',
      received: error instanceof Error ? error.message : String(error),
      remedy: 'Free some space, or set CLADENET_CACHE to another folder.',
    };
  }
}

/** The subset of each image; undefined where the source has no split of its own. */
function subsetsOf(records: readonly ImageRecord[]): ImageSet['subsets'] {
  return records.some(({ subset }) => subset !== undefined) ? records.map(({ subset }) => subset) : undefined;
}

/** The decoded images. @param kept their numbers in the listing */
function imageSet(
  { records, classes }: ImageListing,
  preprocessing: Preprocessing,
  { decoded }: ImageMetadata,
  kept: Int32Array,
  pixels: ImageSet['pixels'],
): ImageSet {
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const images = Array.from(kept, (i) => records[i] as ImageRecord);
  return {
    preprocessing,
    count: kept.length,
    pixels,
    widths: Float32Array.from(kept, (i) => widthOf({ decoded }, i)),
    heights: Float32Array.from(kept, (i) => decoded[i * 3 + 1] ?? 0),
    paths: images.map(({ path }) => path),
    labels: Int32Array.from(images, ({ label = '' }) => numbers.get(label) ?? -1),
    classes,
    stored: storedOf(images),
    subsets: subsetsOf(images),
    fields: fieldsOf(images),
  };
}

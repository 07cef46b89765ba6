/** Loads the images of a listing into memory: from the cache on disk, or by decoding them. */
import { isAbsolute, join, resolve } from 'node:path';
import { throwIfAborted } from '../abort.js';
import { CladenetError, type Problem } from '../errors.js';
import { cacheFolder } from '../setup/layout.js';
import { type ImageCache, openCache, readSquares, writeCache } from './cache.js';
import { decodeFiles } from './decode/decode-files.js';
import type { ImageSet } from './images.js';
import type { ImageListing } from './listing.js';
import {
  type ImageMetadata,
  isDecoded,
  isSettled,
  newMetadata,
  readFileVersions,
  sameFileVersion,
} from './metadata.js';
import { checkPreprocessing, type Preprocessing, squareBytes } from './preprocessing.js';

/** Options of {@link loadImages}. */
export interface LoadOptions {
  /**
   * The folder of the caches of decoded images; `false`: no cache. Default: `images` in cladenet's cache folder
   * (`CLADENET_CACHE`, else `$XDG_CACHE_HOME/cladenet`, else `~/.cache/cladenet`).
   */
  readonly cacheDir?: string | false | undefined;
  /** Throw if any image cannot be used, naming all of them. Default `false`: they are left out and returned. */
  readonly strict?: boolean | undefined;
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
  /** The number of files that were decoded; the other images came from the cache. */
  readonly decoded: number;
  /** Why the cache could not be written: the next run decodes again. Undefined where nothing was wrong. */
  readonly cacheProblem: Problem | undefined;
}

/**
 * Loads the images of a listing: each is scaled so that its longer side is `size` pixels, and centred on the background.
 *
 * Decoded images are cached on disk; an image is decoded again when its file or the preprocessing changes.
 *
 * @throws CladenetError CONFIG when the preprocessing is not valid; DATASET when no image can be used, when one cannot
 *   and `strict` is set, or when the images do not fit into memory; RUNTIME when sharp cannot be loaded; ABORTED when
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
  const { cacheDir = join(cacheFolder(), 'images'), signal, onProgress, strict } = options;
  const check = () => throwIfAborted(signal, 'Loading the images');
  check();
  const { source, records } = listing;
  const total = records.length;
  const metadata = newMetadata(records.map(({ path }) => (isAbsolute(path) ? path : resolve(path))));
  const pixels = allocate(total, preprocessing);

  const now = Date.now();
  const cache = cacheDir === false ? undefined : await openCache(cacheDir, source, preprocessing);
  await (cache ? takeFromCache(cache, metadata, pixels) : readFileVersions(metadata));
  check();

  const missing = [...metadata.paths.keys()].filter((i) => !isDecoded(metadata, i) && !metadata.problems.has(i));
  let done = total - missing.length;
  onProgress?.({ done, total });
  await decodeFiles(missing, { ...metadata, preprocessing, pixels }, check, () => {
    done++;
    if (done % 64 === 0 || done === total) onProgress?.({ done, total });
  });
  const cacheProblem = cache && (await keep(cache, metadata, missing, pixels, now));

  const rejected = [...metadata.problems]
    .sort(([a], [b]) => a - b)
    .map(([i, problem]) => ({
      ...problem,
      where: records[i]?.path ?? problem.where,
    }));
  if (rejected.length === total) throw new CladenetError('DATASET', `No image of ${source} can be used.`, rejected);
  if (strict && rejected.length > 0) {
    const summary = `${rejected.length} of the ${total} images of ${source} cannot be used.`;
    throw new CladenetError('DATASET', summary, rejected);
  }
  return { images: gather(listing, preprocessing, metadata, pixels), rejected, decoded: missing.length, cacheProblem };
}

function allocate(total: number, preprocessing: Preprocessing): Uint8Array {
  const bytes = total * squareBytes(preprocessing);
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    const { size, channels } = preprocessing;
    const problem: Problem = {
      where: `${total} images of ${size} x ${size} x ${channels} bytes`,
      expected: 'images that fit into memory',
      received: `${(bytes / 1e9).toFixed(1)} GB`,
      remedy: 'Choose a smaller `size`, or load fewer images with `limitPerClass`.',
    };
    throw new CladenetError('DATASET', 'There are too many images.', [problem], { cause });
  }
}

/** Reads the file versions, and fills in what the cache has of the images whose files are unchanged. */
async function takeFromCache(cache: ImageCache, metadata: ImageMetadata, pixels: Uint8Array): Promise<void> {
  const known = Int32Array.from(metadata.paths, (path) => cache.numbers.get(path) ?? -1);
  const [good] = await Promise.all([readSquares(cache, known, pixels), readFileVersions(metadata)]);
  known.forEach((j, i) => {
    if (j < 0 || !sameFileVersion(metadata, i, cache.metadata, j)) return;
    const problem = cache.metadata.problems.get(j);
    if (problem) metadata.problems.set(i, problem);
    else if (good[i] === 1) metadata.decoded.set(cache.metadata.decoded.subarray(j * 3, j * 3 + 3), i * 3);
  });
}

/** Writes the cache if there is something new to remember. */
async function keep(
  cache: ImageCache,
  metadata: ImageMetadata,
  decoded: readonly number[],
  pixels: Uint8Array,
  now: number,
): Promise<Problem | undefined> {
  if (!decoded.some((i) => isSettled(metadata, i, now))) return undefined;
  try {
    await writeCache(cache, metadata, pixels, now);
    return undefined;
  } catch (error) {
    return {
      where: cache.folder,
      expected: 'a folder where decoded images can be kept',
      received: error instanceof Error ? error.message : String(error),
      remedy: 'Free some space, or set CLADENET_CACHE to another folder.',
    };
  }
}

/** The decoded images, moved together. */
function gather(
  { records, classes }: ImageListing,
  preprocessing: Preprocessing,
  metadata: ImageMetadata,
  pixels: Uint8Array,
): ImageSet {
  const bytes = squareBytes(preprocessing);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const count = records.length - metadata.problems.size;
  const widths = new Float32Array(count);
  const heights = new Float32Array(count);
  const labels = new Int32Array(count);
  const paths: string[] = [];
  records.forEach(({ path, label }, i) => {
    if (!isDecoded(metadata, i)) return;
    const to = paths.push(path) - 1;
    if (to !== i) pixels.copyWithin(to * bytes, i * bytes, (i + 1) * bytes);
    widths[to] = metadata.decoded[i * 3] ?? 0;
    heights[to] = metadata.decoded[i * 3 + 1] ?? 0;
    labels[to] = label === undefined ? -1 : (numbers.get(label) ?? -1);
  });
  return { preprocessing, count, pixels: pixels.subarray(0, count * bytes), widths, heights, paths, labels, classes };
}

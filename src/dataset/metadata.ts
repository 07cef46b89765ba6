/** What is known of each image except its pixels, in columns: there may be hundreds of thousands of images. */
import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Problem } from '../errors.js';
import { type StoredImage, storedBytes } from './stored-image.js';

export interface ImageMetadata {
  /** Absolute paths. */
  readonly paths: readonly string[];
  /** Where images inside other files lie; undefined where all images are files of their own. */
  readonly stored?: readonly (StoredImage | undefined)[] | undefined;
  /**
   * The version of each image's file, as three numbers: its size in bytes, and the times of the last change of its
   * content (mtime) and of its inode (ctime), in milliseconds with fractions, exact to a quarter of a microsecond.
   * `touch` and `cp -p` can set mtime back, but not ctime. NaN where nothing is to be remembered of the file. For an image
   * inside another file, the first number is a checksum of that file's size and of where the image lies in it.
   */
  readonly versions: Float64Array;
  /**
   * Width (with its trait, see `traits.ts`), height and the CRC-32 of the square for each decoded image, zeros for the
   * others.
   */
  readonly decoded: Uint32Array;
  /** What is wrong with an image, by its number. */
  readonly problems: Map<number, Problem>;
}

/** Metadata of images of which only the paths are known. */
export function newMetadata(paths: readonly string[], stored?: ImageMetadata['stored']): ImageMetadata {
  return {
    paths,
    stored,
    versions: new Float64Array(paths.length * 3).fill(Number.NaN),
    decoded: new Uint32Array(paths.length * 3),
    problems: new Map(),
  };
}

/** Whether image `i` is decoded: no image is 0 pixels wide. */
export function isDecoded({ decoded }: Pick<ImageMetadata, 'decoded'>, i: number): boolean {
  return (decoded[i * 3] ?? 0) > 0;
}

/** The size of image `i` in bytes; NaN where its version is not known. */
export function imageBytes({ versions, stored }: ImageMetadata, i: number): number {
  const place = stored?.[i];
  return place === undefined ? (versions[i * 3] ?? Number.NaN) : storedBytes(place);
}

/** Reads the versions of all files. An image without a file that can be read gets a problem. */
export async function readFileVersions({ paths, stored, versions, problems }: ImageMetadata): Promise<void> {
  const containers = new Map<string, Stats>();
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i] ?? '';
    const place = stored?.[i];
    try {
      const stats = place === undefined ? statSync(path) : statOnce(place.file, containers);
      if (stats.isFile()) {
        versions[i * 3] = place === undefined ? stats.size : crc32(JSON.stringify([stats.size, place]));
        versions[i * 3 + 1] = stats.mtimeMs;
        versions[i * 3 + 2] = stats.ctimeMs;
      } else {
        const received = stats.isDirectory() ? 'a folder' : 'something that is not a file';
        problems.set(i, { where: path, expected: 'an image file', received });
      }
    } catch (error) {
      problems.set(i, unreadable(path, error as NodeJS.ErrnoException));
    }
    await giveWay(i);
  }
}

/** Blocking calls take a third of the time of the others. This gives way to other work every few milliseconds. */
async function giveWay(i: number): Promise<void> {
  if (i % 1024 === 1023) await setImmediate();
}

/**
 * Which of some images have files that still are of the known version. Where images lie in other files need not be known: the
 * folder of such an image is a file, or in one (`export.zip/images`), whose times of change count.
 *
 * @param numbers of the images that are asked for
 */
export async function unchangedFiles(
  { paths, versions }: ImageMetadata,
  numbers: readonly number[],
): Promise<ReadonlySet<number>> {
  const containers = new Map<string, Stats | undefined>();
  const unchanged = new Set<number>();
  for (const [k, i] of numbers.entries()) {
    const path = paths[i] ?? '';
    const container = containerAt(dirname(path), containers);
    const stats = container ?? statIfThere(path);
    const isSame =
      stats?.isFile() === true &&
      (container !== undefined || versions[i * 3] === stats.size) &&
      versions[i * 3 + 1] === stats.mtimeMs &&
      versions[i * 3 + 2] === stats.ctimeMs;
    if (isSame) unchanged.add(i);
    await giveWay(k);
  }
  return unchanged;
}

/** The file that a path leads into; undefined for that of a folder, and for one that does not exist. */
function containerAt(path: string, known: Map<string, Stats | undefined>): Stats | undefined {
  if (known.has(path)) return known.get(path);
  const stats = statIfThere(path);
  const above = dirname(path);
  const container = stats?.isFile() ? stats : stats || above === path ? undefined : containerAt(above, known);
  known.set(path, container);
  return container;
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function statOnce(path: string, known: Map<string, Stats>): Stats {
  const stats = known.get(path) ?? statSync(path);
  known.set(path, stats);
  return stats;
}

/** Makes nothing be remembered of image `i`, so that its file is read again the next time. */
export function forgetFileVersion({ versions }: ImageMetadata, i: number): void {
  versions.fill(Number.NaN, i * 3, i * 3 + 3);
}

/** Whether image `i` of `a` and image `j` of `b` have the same version of a file. */
export function sameFileVersion({ versions: a }: ImageMetadata, i: number, { versions: b }: ImageMetadata, j: number) {
  return a[i * 3] === b[j * 3] && a[i * 3 + 1] === b[j * 3 + 1] && a[i * 3 + 2] === b[j * 3 + 2];
}

/**
 * Whether the version of image `i` can be relied on: it is known, and the file had not just changed at `now`
 * (milliseconds). A file that had could change again and keep its version: file systems count time in ticks, of at most
 * 10 ms on most, and of 2 s on some, which then show whole seconds.
 */
export function isSettled({ versions }: ImageMetadata, i: number, now: number): boolean {
  const changed = versions[i * 3 + 2] ?? Number.NaN;
  return changed <= now - (changed % 1000 === 0 ? 2000 : 20);
}

export const NO_SUCH_FILE = 'no file of that name';

/** The problem of a file that cannot be opened. */
export function unreadable(path: string, error: NodeJS.ErrnoException): Problem {
  const expected = 'an image file that can be read';
  if (error.code === 'ENOENT') return { where: path, expected, received: NO_SUCH_FILE };
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return { where: path, expected, received: 'no permission to read it', remedy: `chmod u+r '${path}'` };
  }
  return { where: path, expected, received: error.message };
}

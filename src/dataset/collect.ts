/** Where the squares of a listing are collected while it is loaded: in memory or, where they do not fit, on disk. */
import { mkdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CladenetError } from '../errors.js';
import { bytes as inUnits } from '../units.js';
import { type ImageCache, pixelsFile } from './cache.js';
import type { ImageSet } from './images.js';
import { OpenFile, pixelsIn, ScratchFile } from './pixel-file.js';
import { squareAt } from './preprocessing.js';

/** Images that are loaded together: their squares are in memory at once. */
export interface Part {
  /** The number of the first image. */
  readonly first: number;
  readonly count: number;
  /** One square per image. */
  readonly pixels: Uint8Array;
}

export interface Collection {
  /** Images of a part. */
  readonly atOnce: number;
  /** The next part, whose pixels are to be filled. */
  part(first: number, count: number): Part;
  /**
   * Keeps the squares of a part that has been filled.
   *
   * @param cached for each image the position of its square in the cache, or -1 if it was not taken from there
   * @param good   whether an image has a square
   */
  keep(part: Part, cached: Int32Array, good: (i: number) => boolean): void;
  /** Copies a square that has been kept. */
  copy(i: number, square: Uint8Array): void;
  /**
   * The pixels of some of the images, in ascending order.
   *
   * @param checksums for each image of the listing
   * @param written   for each image the position of its square in the cache that has been written since, or -1
   */
  pixelsOf(kept: Int32Array, checksums: Uint32Array, written: Int32Array | undefined): ImageSet['pixels'];
}

/** All squares in one array. @throws RangeError where there is no such array */
export function inMemory(total: number, bytes: number): Collection {
  const pixels = new Uint8Array(total * bytes);
  return {
    atOnce: total,
    part: (first, count) => ({ first, count, pixels }),
    keep: () => undefined,
    copy: (i, square) => square.set(squareAt(pixels, i, bytes)),
    pixelsOf(kept) {
      kept.forEach((from, to) => {
        if (to !== from) pixels.copyWithin(to * bytes, from * bytes, (from + 1) * bytes);
      });
      return pixels.subarray(0, kept.length * bytes);
    },
  };
}

/** Bytes of a part, where the memory allows it. */
const PART = 2 ** 27;

/** Files that hold squares, by their number in {@link onDisk}. */
const [OLD, SCRATCH, NEW] = [0, 1, 2];

/**
 * Squares on disk: those that the cache has are read from there; others go to a scratch file beside it, until the cache is
 * written.
 *
 * @param folder where the scratch file is made, if that is possible
 * @param memory bytes
 */
export function onDisk(
  total: number,
  bytes: number,
  {
    cache,
    folder,
    memory,
  }: { readonly cache: ImageCache | undefined; readonly folder: string; readonly memory: number },
): Collection {
  const atOnce = Math.max(1, Math.min(total, Math.floor(Math.min(PART, memory / 4) / bytes)));
  const pixels = new Uint8Array(atOnce * bytes);
  const fileOf = new Uint8Array(total);
  const squares = new Int32Array(total).fill(-1);
  const files: OpenFile[] = [];
  const unknown = total - (cache?.squares.reduce((sum, square) => sum + (square >= 0 ? 1 : 0), 0) ?? 0);
  if (unknown > 0) requireRoom(folder, total, bytes, unknown * bytes);
  let scratch: ScratchFile | undefined;
  let scratched = 0;

  return {
    atOnce,
    part: (first, count) => ({ first, count, pixels: pixels.subarray(0, count * bytes) }),
    keep({ first, count, pixels }, cached, good) {
      let fresh = 0;
      for (let i = 0; i < count; i++) {
        if (!good(first + i)) continue;
        const square = cached[i] ?? -1;
        if (square >= 0 && cache !== undefined) {
          files[OLD] ??= new OpenFile(pixelsFile(cache));
          fileOf[first + i] = OLD;
          squares[first + i] = square;
        } else {
          pixels.copyWithin(fresh * bytes, i * bytes, (i + 1) * bytes);
          fileOf[first + i] = SCRATCH;
          squares[first + i] = scratched + fresh++;
        }
      }
      if (fresh === 0) return;
      files[SCRATCH] = scratch ??= scratchFile(folder);
      scratch.write(pixels.subarray(0, fresh * bytes), scratched * bytes);
      scratched += fresh;
    },
    copy(i, square) {
      files[fileOf[i] ?? -1]?.read(square, (squares[i] ?? 0) * bytes);
    },
    pixelsOf(kept, checksums, written) {
      if (written !== undefined && cache !== undefined) {
        files[NEW] = new OpenFile(pixelsFile(cache));
        written.forEach((square, i) => {
          if (square < 0) return;
          fileOf[i] = NEW;
          squares[i] = square;
        });
      }
      const isUsed = (number: number) => kept.some((i) => fileOf[i] === number);
      return pixelsIn({
        files: files.map((file, number) => (isUsed(number) ? file : undefined)),
        fileOf: Uint8Array.from(kept, (i) => fileOf[i] ?? 0),
        squares: kept.map((i) => squares[i] ?? 0),
        checksums: Uint32Array.from(kept, (i) => checksums[i] ?? 0),
      });
    },
  };
}

/** @throws CladenetError DATASET where the disk is too small, before anything is decoded */
function requireRoom(folder: string, total: number, bytes: number, needed: number): void {
  const free = freeIn(folder);
  if (free === undefined || needed <= free) return;
  const problem = {
    where: `${total} images of ${bytes} bytes`,
    expected: `decoded images that fit on the disk of ${folder}`,
    received: `${inUnits(needed)}, with ${inUnits(free)} free`,
    remedy: 'Choose a smaller `size`, load fewer images with `limitPerClass`, or free some space.',
  };
  throw new CladenetError('DATASET', 'There are too many images.', [problem]);
}

/** Free bytes on the disk of a folder; undefined where the system does not say. */
function freeIn(folder: string): number | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function scratchFile(folder: string): ScratchFile {
  try {
    mkdirSync(folder, { recursive: true });
    return new ScratchFile(folder);
  } catch {
    return new ScratchFile(tmpdir());
  }
}

/**
 * Decoded images on disk, one folder for each source and preprocessing:
 *
 *     images/NAME-HASH/index     the metadata of each image, in path order, with a checksum over the whole
 *     images/NAME-HASH/pixels    the squares of the decoded images, one after the other
 *
 * An entry is used only while the version of the image's file is the same and its pixels match their checksum. So a
 * changed file, a damaged cache and one that two processes wrote at once all end alike: the image is decoded again. For the
 * same reason the cache is not synced to disk, and one that cannot be read is treated as missing.
 */
import { type FileHandle, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Problem } from '../errors.js';
import { writeFolderAtomic } from '../files.js';
import { sha256 } from '../hash.js';
import { byCodePoint } from '../order.js';
import { MAX_TABLE_BYTES, openRegularFile, readRegularFile } from '../regular-file.js';
import { type ImageMetadata, isDecoded, isSettled, newMetadata, unchangedFiles } from './metadata.js';
import { type Preprocessing, squareAt, squareBytes } from './preprocessing.js';

/** Increase it whenever the same file gives other pixels than before, through this code or through a new sharp. */
const DECODER_VERSION = 3;

/** The index of 10 million images takes about 1.5 GB. */
const MAX_INDEX_BYTES = 2 ** 31;
/** Squares are read where the index says. */
const ANY_SIZE = { maxBytes: Number.POSITIVE_INFINITY };

/** A cache as found on disk; empty where there is none, or one of another version, or a damaged one. */
export interface ImageCache {
  readonly folder: string;
  readonly header: string;
  /** Bytes of one square. */
  readonly bytes: number;
  readonly metadata: ImageMetadata;
  /** The number of each image, by its path. */
  readonly numbers: ReadonlyMap<string, number>;
  /** The position of each image's square in the file, counted in squares; -1 for an image without one. */
  readonly squares: Int32Array;
}

/** Opens the cache of a source. @param root the folder of all caches */
export async function openCache(root: string, source: string, preprocessing: Preprocessing): Promise<ImageCache> {
  const { size, channels, background, fit, cropBottom = 0 } = preprocessing;
  const path = resolve(source);
  const key = JSON.stringify([path, size, channels, background, fit, ...(cropBottom === 0 ? [] : [cropBottom])]);
  const header = JSON.stringify([DECODER_VERSION, key]);
  const hash = sha256(key).slice(0, 16);
  const folder = join(root, `${basename(path)}-${hash}`);
  const index = await readRegularFile(join(folder, 'index'), { maxBytes: MAX_INDEX_BYTES }).catch(() => undefined);
  const metadata = (index && parseIndex(index, header)) ?? newMetadata([]);
  const numbers = new Map<string, number>();
  metadata.paths.forEach((path, i) => {
    numbers.set(path, i);
  });
  let count = 0;
  const squares = Int32Array.from(metadata.paths, (_, i) => (isDecoded(metadata, i) ? count++ : -1));
  return { folder, header, bytes: squareBytes(preprocessing), metadata, numbers, squares };
}

/** Squares are read and written in pieces of about this size (bytes). */
const PIECE = 2 ** 22;
/** Pieces read at once. */
const AT_ONCE = 4;

/**
 * Reads squares into `pixels`.
 *
 * @param wanted for each square of `pixels`, the number of the image in the cache; -1 for none
 * @returns for each square of `pixels`, 1 where it was read and matches its checksum
 */
export async function readSquares(cache: ImageCache, wanted: Int32Array, pixels: Uint8Array): Promise<Uint8Array> {
  const { bytes, metadata, squares } = cache;
  const good = new Uint8Array(wanted.length);
  const file = await openRegularFile(pixelsFile(cache), ANY_SIZE).catch(() => undefined);
  if (!file) return good;
  const pieces = piecesOf(wanted, squares, Math.max(1, Math.floor(PIECE / bytes)));
  const readPieces = async () => {
    for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
      const { first, square, length } = piece;
      await readFully(file, pixels.subarray(first * bytes, (first + length) * bytes), square * bytes);
      for (let i = first; i < first + length; i++) {
        if (crc32(squareAt(pixels, i, bytes)) === metadata.decoded[(wanted[i] ?? 0) * 3 + 2]) good[i] = 1;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, readPieces));
  } catch {
    // What could not be read is not marked as good, and is decoded again.
  } finally {
    await file.close();
  }
  return good;
}

interface Piece {
  readonly first: number;
  readonly square: number;
  length: number;
}

/** Runs of squares that are consecutive both in the file and in memory. */
function piecesOf(wanted: Int32Array, squares: Int32Array, longest: number): Piece[] {
  const pieces: Piece[] = [];
  let last: Piece | undefined;
  wanted.forEach((number, i) => {
    const square = squares[number] ?? -1;
    if (square < 0) return;
    const follows = last && last.first + last.length === i && last.square + last.length === square;
    if (last && follows && last.length < longest) last.length++;
    else {
      last = { first: i, square, length: 1 };
      pieces.push(last);
    }
  });
  return pieces;
}

async function readFully(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) return;
    done += bytesRead;
  }
}

/** An image to write: number `i` of `metadata`. Its square, if it has one, is in memory or in the old file. */
interface Item {
  readonly path: string;
  readonly metadata: ImageMetadata;
  readonly i: number;
}

/**
 * Replaces the cache, whole or not at all, by what is now known. Its other images (of another part of the source that
 * was loaded before) are kept as long as their files are unchanged.
 *
 * @param copySquare copies the square of an image of `metadata`
 * @param now        when the file versions were read (milliseconds): files that had just changed then are left out
 * @returns for each image of `metadata` the position of its square in the file, counted in squares; -1 if it is not there
 */
export async function writeCache(
  cache: ImageCache,
  metadata: ImageMetadata,
  copySquare: (i: number, square: Uint8Array) => void,
  now: number,
): Promise<Int32Array> {
  const { folder, header, bytes } = cache;
  const listed = new Set(metadata.paths);
  const old = await openRegularFile(pixelsFile(cache), ANY_SIZE).catch(() => undefined);
  const others = cache.metadata.paths.flatMap((path, i) =>
    old && !listed.has(path) ? [{ path, metadata: cache.metadata, i }] : [],
  );
  const numbers = others.map(({ i }) => i);
  const unchanged = await unchangedFiles(cache.metadata, numbers);
  const items: Item[] = [
    ...others.filter(({ i }) => unchanged.has(i)),
    ...metadata.paths.flatMap((path, i) => (isSettled(metadata, i, now) ? [{ path, metadata, i }] : [])),
  ].sort((a, b) => byCodePoint(a.path, b.path));

  const good = items.filter((item) => isDecoded(item.metadata, item.i));
  async function* squares(): AsyncGenerator<Uint8Array> {
    const perPiece = Math.max(1, Math.floor(PIECE / bytes));
    for (let first = 0; first < good.length; first += perPiece) {
      const part = good.slice(first, first + perPiece);
      const piece = new Uint8Array(part.length * bytes);
      for (const [to, item] of part.entries()) {
        const square = squareAt(piece, to, bytes);
        if (item.metadata === metadata) copySquare(item.i, square);
        else if (old) await readFully(old, square, (cache.squares[item.i] ?? 0) * bytes);
      }
      yield piece;
    }
  }

  try {
    await writeFolderAtomic(
      folder,
      async (temporary) => {
        await writeFile(join(temporary, 'pixels'), squares());
        await writeFile(join(temporary, 'index'), formatIndex(header, items));
      },
      { durable: false },
    );
  } finally {
    await old?.close();
  }
  const places = new Int32Array(metadata.paths.length).fill(-1);
  good.forEach((item, square) => {
    if (item.metadata === metadata) places[item.i] = square;
  });
  return places;
}

/** The file of all squares of a cache. */
export const pixelsFile = ({ folder }: Pick<ImageCache, 'folder'>): string => join(folder, 'pixels');

/** Numbers per image in the index, as float64: those of its file version, its width, its height, its checksum. */
const NUMBERS = 6;

/**
 * The index: CRC-32 of all that follows and the number of images, 4 bytes each; {@link NUMBERS} for each image; then
 * text, separated by NUL, which no path can hold: the header, the paths, and the problems as JSON.
 */
function formatIndex(header: string, items: readonly Item[]): Uint8Array {
  const numbers = new Float64Array(items.length * NUMBERS);
  items.forEach(({ metadata, i }, to) => {
    numbers.set(metadata.versions.subarray(i * 3, i * 3 + 3), to * NUMBERS);
    numbers.set(metadata.decoded.subarray(i * 3, i * 3 + 3), to * NUMBERS + 3);
  });
  const problems = items.flatMap(({ metadata, i }, to) => {
    const problem = metadata.problems.get(i);
    return problem ? [[to, problem]] : [];
  });
  const text = [header, ...items.map(({ path }) => path), JSON.stringify(problems)].join('\0');
  const index = Buffer.concat([new Uint8Array(8), new Uint8Array(numbers.buffer), Buffer.from(text)]);
  index.writeUInt32LE(items.length, 4);
  index.writeUInt32LE(crc32(index.subarray(4)), 0);
  return index;
}

const problemsSchema = z.array(
  z.tuple([
    z.int().min(0),
    z.strictObject({
      ...{ where: z.string(), expected: z.string(), received: z.string() },
      remedy: z.string().optional(),
    }),
  ]),
);

/** Undefined for an index of another version, and for one that is damaged. */
function parseIndex(index: Buffer, header: string): ImageMetadata | undefined {
  if (index.length < 8 || index.readUInt32LE(0) !== crc32(index.subarray(4))) return undefined;
  const count = index.readUInt32LE(4);
  const end = 8 + count * NUMBERS * 8;
  // A text that is longer than a string can be is as much as no text.
  if (end > index.length || index.length - end > MAX_TABLE_BYTES) return undefined;
  const numbers = new Float64Array(Uint8Array.from(index.subarray(8, end)).buffer);
  const texts = index.toString('utf8', end).split('\0');
  const listed = parseProblems(texts.pop());
  if (texts.shift() !== header || texts.length !== count || listed === undefined) return undefined;
  const metadata = { ...newMetadata(texts), problems: new Map(listed) };
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      metadata.versions[i * 3 + k] = numbers[i * NUMBERS + k] ?? 0;
      metadata.decoded[i * 3 + k] = numbers[i * NUMBERS + 3 + k] ?? 0;
    }
  }
  return metadata;
}

function parseProblems(text = ''): [number, Problem][] | undefined {
  try {
    return problemsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

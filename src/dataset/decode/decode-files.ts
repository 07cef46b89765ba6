/** Decoding files into squares: plain ones in batches on all cores, the others one by one through sharp. */
import { readFile } from 'node:fs/promises';
import type { Problem } from '../../errors.js';
import { loadSharp } from '../../sharp.js';
import { checksumOf } from '../checksum.js';
import { unreadable } from '../file-version.js';
import { type ImageMetadata, setShape } from '../metadata.js';
import { type Preprocessing, squareBytes } from '../preprocessing.js';
import { decodeWithSharp } from './decode-with-sharp.js';
import { mayBeGreyJpeg } from './grey-jpeg-batch.js';
import { decodeGreyJpegBatches } from './grey-jpeg-threads.js';
import { letterbox } from './letterbox.js';

/** Plain images are handed out by so many: a hundredth of a second's work. */
const BATCH = 64;
/** Images in sharp's hands at once: enough to keep the cores busy, and at most 100 MB of pixels. */
const AT_ONCE = 8;
/** Files of more bytes are read by libvips, piece by piece. */
const LARGE_FILE = 2 ** 25;
/** Large images arrive shrunk to four times the square's side, within bounds: all that the last scaling can use. */
const reducedSide = (size: number) => Math.max(size, Math.min(4 * size, 2048));

/** Where decoded images go. */
export interface Target {
  readonly metadata: ImageMetadata;
  readonly preprocessing: Preprocessing;
  /** One square for each image of `metadata`. */
  readonly pixels: Uint8Array;
}

/**
 * Decodes the images with these numbers, whose files are stamped: their squares, their shapes or their problems.
 *
 * @param check throws to stop the work between images
 * @param done  is called after each
 */
export async function decodeFiles(
  numbers: readonly number[],
  target: Target,
  check: () => void,
  done: () => void,
): Promise<void> {
  const { metadata, preprocessing, pixels } = target;
  const bytes = squareBytes(preprocessing);
  const isPlain = (i: number) =>
    mayBeGreyJpeg(metadata.paths[i] ?? '') && (metadata.versions[i * 3] ?? 0) <= LARGE_FILE;
  const plain = numbers.filter(isPlain);
  const others = numbers.filter((i) => !isPlain(i));
  const batches = [];
  for (let first = 0; first < plain.length; first += BATCH) {
    const part = plain.slice(first, first + BATCH);
    batches.push({ numbers: part, paths: part.map((i) => metadata.paths[i] ?? ''), preprocessing });
  }
  await decodeGreyJpegBatches(batches, check, (batch, result) => {
    batch.numbers.forEach((i, from) => {
      const [width = 0, height = 0, crc = 0] = result.shapes.subarray(from * 3, from * 3 + 3);
      if (width === 0) {
        others.push(i);
        return;
      }
      pixels.set(result.pixels.subarray(from * bytes, (from + 1) * bytes), i * bytes);
      setShape(metadata, i, width, height, crc);
      done();
    });
  });

  // Not installed or broken, sharp is no fault of an image's: nothing may be remembered of one.
  if (others.length > 0) await loadSharp();

  // libvips keeps one list of errors for all that it does at once. So what failed among others is tried again alone: to
  // hear what is wrong with this image, not with another one.
  const failed: number[] = [];
  let next = 0;
  const work = async () => {
    for (let i = others[next++]; i !== undefined; i = others[next++]) {
      check();
      if (
        await decodeFile(i, target).then(
          () => true,
          () => false,
        )
      )
        done();
      else failed.push(i);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const i of failed) {
    check();
    await decodeFile(i, target).catch((error: unknown) => {
      metadata.problems.set(i, undecodable(metadata.paths[i] ?? '', error));
    });
    done();
  }
}

/** @throws Error with sharp's words where the image is bad */
async function decodeFile(i: number, { metadata, preprocessing, pixels }: Target): Promise<void> {
  const path = metadata.paths[i] ?? '';
  const size = metadata.versions[i * 3] ?? 0;
  if (size === 0) throw new Error('an empty file');
  let input: Uint8Array | string = path;
  try {
    if (size <= LARGE_FILE) input = await readFile(path);
  } catch (error) {
    metadata.problems.set(i, unreadable(path, error as NodeJS.ErrnoException));
    metadata.versions.fill(Number.NaN, i * 3, i * 3 + 3); // It may well be readable the next time.
    return;
  }
  const { raster, width, height } = await decodeWithSharp(input, reducedSide(preprocessing.size));
  const bytes = squareBytes(preprocessing);
  letterbox(raster, preprocessing, pixels, i * bytes);
  setShape(metadata, i, width, height, checksumOf(pixels, i, bytes));
}

function undecodable(path: string, error: unknown): Problem {
  const words = error instanceof Error ? error.message : String(error);
  return {
    where: path,
    expected: 'an image that can be decoded (JPEG, PNG, TIFF, GIF, WebP, AVIF)',
    received: (words.split('\n')[0] ?? '').replace(/^Input (buffer|file) /, 'a file that '),
  };
}

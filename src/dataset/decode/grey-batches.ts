/**
 * Grey baseline JPEGs and raw pixels, decoded in batches on all cores: a thread takes a list of images and gives back their
 * squares, so that threads exchange a message per batch and not per image.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ImageMetadata } from '../metadata.js';
import { type Preprocessing, squareAt, squareBytes } from '../preprocessing.js';
import type { ImageFile } from '../stored-image.js';
import { contentOfSync } from './content.js';
import { decodeGreyJpeg } from './grey-jpeg.js';
import type { Raster } from './raster.js';
import { type DecodeTarget, store } from './target.js';

/** Images per batch: a hundredth of a second's work. */
const BATCH = 64;
/** With fewer batches, threads do not pay: one takes as long to start as a few hundred images take to decode. */
const WORTH_THREADS = 8;
const MOST_THREADS = 8;

export interface Batch {
  readonly images: readonly ImageFile[];
  readonly preprocessing: Preprocessing;
}

/** The squares of a batch; those of other files are left as zeros. */
export interface BatchResult extends DecodeTarget {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly decoded: Uint32Array<ArrayBuffer>;
}

/** Decodes the raw pixels and grey baseline JPEGs among the images. What is wrong with the others is reported later. */
export function decodeBatch({ images, preprocessing }: Batch): BatchResult {
  const result: BatchResult = {
    preprocessing,
    pixels: new Uint8Array(images.length * squareBytes(preprocessing)),
    decoded: new Uint32Array(images.length * 3),
  };
  images.forEach((image, i) => {
    const raster = rasterOf(image);
    // An image of which nothing is left is reported with those that are decoded one by one.
    if (raster && raster.height > (preprocessing.cropBottom ?? 0)) store(result, i, raster);
  });
  return result;
}

function rasterOf(image: ImageFile): Raster | undefined {
  try {
    const content = contentOfSync(image);
    if ('raster' in content) return content.raster;
    return typeof content.file === 'string' ? undefined : decodeGreyJpeg(content.file);
  } catch {
    return undefined;
  }
}

/**
 * Decodes the raw pixels and the grey baseline JPEGs among some images.
 *
 * The threads run compiled code. Where there is none (the TypeScript sources run directly, as in the tests) or little to
 * do, the work happens in this thread, with a pause between batches for timers and signals.
 *
 * @param numbers of the images in `target`
 * @param check   called between batches; throws to stop the work
 * @param done    called after each decoded image
 * @returns the numbers of the images that are neither
 */
export async function decodeGreyBatches(
  numbers: readonly number[],
  target: DecodeTarget & Pick<ImageMetadata, 'paths' | 'stored'>,
  check: () => void,
  done: () => void,
): Promise<number[]> {
  const { paths, stored, preprocessing, pixels, decoded } = target;
  const bytes = squareBytes(preprocessing);
  const left: number[] = [];
  const take = (batch: readonly number[], result: BatchResult) => {
    batch.forEach((i, from) => {
      const sizes = result.decoded.subarray(from * 3, from * 3 + 3);
      if (sizes[0] === 0) {
        left.push(i);
        return;
      }
      pixels.set(squareAt(result.pixels, from, bytes), i * bytes);
      decoded.set(sizes, i * 3);
      done();
    });
  };

  const script = new URL('./grey-worker.js', import.meta.url);
  const isWorth = numbers.length > (WORTH_THREADS - 1) * BATCH && existsSync(script);
  const threads = isWorth ? Math.min(availableParallelism(), MOST_THREADS) : 0;
  // Not the options of this process: some, such as `--input-type`, are refused for a script.
  const workers = Array.from({ length: threads }, () => new Worker(script, { execArgv: [] }));
  let next = 0;
  const work = async (worker?: Worker) => {
    let decode = worker ? inThread(worker) : undefined;
    while (next < numbers.length) {
      check();
      const batch = numbers.slice(next, next + BATCH);
      next += batch.length;
      const images = batch.map((i) => ({ path: paths[i] ?? '', stored: stored?.[i] }));
      const message: Batch = { images, preprocessing };
      const result = await decode?.(message).catch(() => undefined);
      if (!result) decode = undefined; // The thread did not start, or died: this one takes over.
      take(batch, result ?? decodeBatch(message));
      if (!decode) await setImmediate();
    }
  };
  try {
    await Promise.all(workers.length > 0 ? workers.map(work) : [work()]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return left;
}

function inThread(worker: Worker): (batch: Batch) => Promise<BatchResult> {
  return async (batch) => {
    const answer = once(worker, 'message');
    worker.postMessage(batch);
    const [result] = (await answer) as [BatchResult];
    return result;
  };
}

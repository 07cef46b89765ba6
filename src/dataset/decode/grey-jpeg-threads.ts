/** Batches of plain images on all cores. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { decodeGreyJpegs, type GreyJpegBatch, type GreyJpegSquares } from './grey-jpeg-batch.js';

/** A thread takes as long to start as a few hundred images take to decode. */
const WORTH_THREADS = 8;
const MOST_THREADS = 8;

/**
 * Decodes batches and hands each result to `take`, in whatever order they come.
 *
 * The threads run compiled code. Where there is none (the sources run as they are, as in the tests) or little to do,
 * everything happens here, with a pause between batches for timers and signals.
 *
 * @param check throws to stop the work
 */
export async function decodeGreyJpegBatches<T extends GreyJpegBatch>(
  batches: readonly T[],
  check: () => void,
  take: (batch: T, result: GreyJpegSquares) => void,
): Promise<void> {
  const script = new URL('./grey-jpeg-worker.js', import.meta.url);
  const threads = batches.length < WORTH_THREADS || !existsSync(script) ? 0 : availableParallelism();
  const workers = Array.from({ length: Math.min(threads, MOST_THREADS) }, () => new Worker(script));
  let next = 0;
  const work = async (worker?: Worker) => {
    let decode = worker ? inThread(worker) : undefined;
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      check();
      const { paths, preprocessing } = batch;
      const result = await decode?.({ paths, preprocessing }).catch(() => undefined);
      if (!result) decode = undefined; // The thread could not be started, or died: this one takes over.
      take(batch, result ?? decodeGreyJpegs(batch));
      if (!decode) await setImmediate();
    }
  };
  try {
    await Promise.all(workers.length > 0 ? workers.map(work) : [work()]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function inThread(worker: Worker): (batch: GreyJpegBatch) => Promise<GreyJpegSquares> {
  return async (batch) => {
    const answer = once(worker, 'message');
    worker.postMessage(batch);
    const [result] = (await answer) as [GreyJpegSquares];
    return result;
  };
}

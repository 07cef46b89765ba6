/** A thread that decodes batches of plain images. */
import { parentPort } from 'node:worker_threads';
import { decodeGreyJpegs, type GreyJpegBatch } from './grey-jpeg-batch.js';

parentPort?.on('message', (batch: GreyJpegBatch) => {
  const result = decodeGreyJpegs(batch);
  parentPort?.postMessage(result, [result.pixels.buffer, result.shapes.buffer]);
});

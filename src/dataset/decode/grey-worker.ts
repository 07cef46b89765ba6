/** The script of a thread that decodes batches of grey images. */
import { parentPort } from 'node:worker_threads';
import { type Batch, decodeBatch } from './grey-batches.js';

parentPort?.on('message', (batch: Batch) => {
  const result = decodeBatch(batch);
  parentPort?.postMessage(result, [result.pixels.buffer, result.decoded.buffer]);
});

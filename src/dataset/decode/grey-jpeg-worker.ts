/** The script of a thread that decodes batches of grey JPEGs. */
import { parentPort } from 'node:worker_threads';
import { type Batch, decodeBatch } from './grey-jpeg-batches.js';

parentPort?.on('message', (batch: Batch) => {
  const result = decodeBatch(batch);
  parentPort?.postMessage(result, [result.pixels.buffer, result.decoded.buffer]);
});

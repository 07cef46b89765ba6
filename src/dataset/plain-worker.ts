/** A thread that decodes batches of plain images. */
import { parentPort } from 'node:worker_threads';
import { decodePlain, type PlainBatch } from './plain.js';

parentPort?.on('message', (batch: PlainBatch) => {
  const result = decodePlain(batch);
  parentPort?.postMessage(result, [result.pixels.buffer, result.shapes.buffer]);
});

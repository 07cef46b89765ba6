/** Whether training leaks: the memory of this process while a small network takes thousands of steps. */

import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { networkSchema } from '../../src/network/spec.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { trainingSchema } from '../../src/training/config.js';
import { networkModel } from '../../src/training/model.js';
import { residentImages } from '../../src/training/source.js';
import { createTrainer } from '../../src/training/trainer.js';
import { type DataFiles, readData } from '../data.js';
import type { Task } from '../protocol.js';

export interface MemoryOptions {
  readonly data: DataFiles;
  readonly batch: number;
  readonly steps: number;
  /** Steps between two measurements. */
  readonly every: number;
}

/** Every kind of layer, and every feature of a step. */
const small = networkSchema.parse({
  trunk: {
    input: { size: 16 },
    layers: [
      { type: 'conv', filters: 8, norm: true, activation: { kind: 'relu' } },
      { type: 'residual', activation: { kind: 'relu' } },
      { type: 'max-pool' },
      { type: 'conv', filters: 8, activation: { kind: 'leaky-relu' } },
      { type: 'dropout', rate: 0.2 },
    ],
    pooling: 'mean-max',
    appendSize: true,
  },
  head: { layers: [{ type: 'dense', units: 16, norm: true, activation: { kind: 'relu' } }] },
});

export const SMALL_SIDE = small.trunk.input.size;

/** A round runs all steps and returns the resident memory in bytes, measured at the start and at regular intervals. */
export async function memoryTask(make: MakeProgram, { data, batch, steps, every }: MemoryOptions): Promise<Task> {
  const images = await readData(data);
  const trunk = createTrunk(small.trunk);
  const head = createHead(small.head, trunk.features, data.classes);
  const model = networkModel(trunk, head);
  const config = trainingSchema.parse({ batch, labelSmoothing: 0.05, augmentation: { noise: 0.02 } });
  const trainer = createTrainer(make, model, residentImages(images), config);
  trainer.start(initialise(model.parameters, 1), data.classes);
  const weights = new Float32Array(batch).fill(1);
  return {
    facts: {},
    async round() {
      const resident = [residentMemory()];
      for (let step = 1; step <= steps; step++) {
        const indices = Int32Array.from({ length: batch }, (_, i) => (step * batch + i) % images.count);
        const targets = indices.map((i) => images.labels[i] ?? 0);
        trainer.step({ indices, targets, weights, seed: [1, step], rate: 1e-3 });
        if (step % every === 0) resident.push(residentMemory());
      }
      return { resident };
    },
    dispose: () => trainer.dispose(),
  };
}

/** Resident memory after a garbage collection (if Node runs with `--expose-gc`). */
function residentMemory(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

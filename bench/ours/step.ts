/** Training steps on images on the device, without augmentation: one batch of the data after another. */
import { countWeights } from '../../src/network/network.js';
import type { PresetName } from '../../src/network/presets.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import type { Precision } from '../../src/tensorflow/precision.js';
import { type DataFiles, readData } from '../data.js';
import { trainingFlops } from '../flops.js';
import type { Task } from '../protocol.js';
import { repeatedly } from './repeated.js';
import { createNetwork, createTraining } from './training.js';

export interface NetworkOptions {
  readonly network: PresetName;
  readonly batch: number;
  /** Its count is a multiple of `batch`. */
  readonly data: DataFiles;
  /** Approximate length of a round. */
  readonly seconds: number;
  /** Precision of a training; predictions are always in float32. Default `float32`. */
  readonly precision?: Precision;
}

export async function stepTask(make: MakeProgram, options: NetworkOptions): Promise<Task> {
  const { network, batch, data, seconds, precision } = options;
  const images = await readData(data);
  const { trainer, config, task } = createTraining(make, network, batch, images, { augmented: false, precision });
  const weights = new Float32Array(batch).fill(1);
  let done = 0;
  const step = () => {
    const start = (done * batch) % images.count;
    const indices = task.train.slice(start, start + batch);
    const targets = task.labels.slice(start, start + batch);
    done++;
    return trainer.step({ indices, targets, weights, seed: [1, done], rate: config.optimiser.rate }).loss;
  };
  const firstLoss = step();
  const round = await repeatedly(batch, seconds, step);
  const { trunk, head } = createNetwork(network, data.classes);
  return {
    facts: { weights: countWeights(trunk, head), firstLoss, flopsPerImage: trainingFlops(trunk, head) },
    round,
    dispose: () => trainer.dispose(),
  };
}

/** Prediction of images in main memory, as a classifier does it: in batches of 128, including the copy of each to the device. */
import { selectImages } from '../../src/dataset/images.js';
import { countWeights } from '../../src/network/network.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { createInference } from '../../src/training/inference.js';
import { networkModel } from '../../src/training/model.js';
import { readData } from '../data.js';
import type { Task } from '../protocol.js';
import { repeatedly } from './repeated.js';
import type { NetworkOptions } from './step.js';
import { createNetwork } from './training.js';

export async function predictTask(make: MakeProgram, options: NetworkOptions): Promise<Task> {
  const { network, batch, data, seconds } = options;
  const images = await readData(data);
  const { trunk, head, weights } = createNetwork(network, data.classes);
  const model = networkModel(trunk, head);
  const inference = createInference(make, images.preprocessing, weights, data.classes, (pass, fed) =>
    pass.ops.tf.softmax(model.forward(pass, fed)),
  );
  const batches = Array.from({ length: data.count / batch }, (_, b) =>
    selectImages(
      images,
      Int32Array.from({ length: batch }, (__, i) => b * batch + i),
    ),
  );
  let done = 0;
  const round = await repeatedly(batch, seconds, async () => {
    const next = batches[done++ % batches.length];
    if (next !== undefined) await inference.run(next);
    return undefined;
  });
  return { facts: { weights: countWeights(trunk, head) }, round, dispose: () => inference.dispose() };
}

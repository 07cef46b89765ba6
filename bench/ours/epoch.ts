/**
 * A whole epoch through `fit`: drawing the order and the maps, gathering, augmenting, training. For comparison, the same
 * steps on one constant batch on the device: the cost of the epoch if its input were free.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImagesInMemory } from '../../src/dataset/images.js';
import { countWeights } from '../../src/network/network.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { fit } from '../../src/training/fit.js';
import type { Source } from '../../src/training/source.js';
import { readData } from '../data.js';
import type { Task } from '../protocol.js';
import { timed } from './repeated.js';
import type { NetworkOptions } from './step.js';
import { createNetwork, createTraining, type Training } from './training.js';

export async function epochTask(make: MakeProgram, { network, batch, data, precision }: NetworkOptions): Promise<Task> {
  const images = await readData(data);
  return task(createTraining(make, network, batch, images, { augmented: true, precision }), network, data.classes);
}

export async function inputlessEpochTask(
  make: MakeProgram,
  { network, batch, data, precision }: NetworkOptions,
): Promise<Task> {
  const images = await readData(data);
  const source = oneBatch(images, batch);
  return task(
    createTraining(make, network, batch, images, { augmented: false, precision, source }),
    network,
    data.classes,
  );
}

function task({ trainer, config, task, first }: Training, network: NetworkOptions['network'], classes: number): Task {
  // biome-ignore lint/suspicious/noFocusedTests: this trains
  const epoch = async () => (await fit(trainer, task, config, first)).best.loss;
  const { trunk, head } = createNetwork(network, classes);
  return {
    facts: { weights: countWeights(trunk, head) },
    round: async () => ({ images: task.train.length, ...(await timed(1, epoch)) }),
    dispose: () => trainer.dispose(),
  };
}

/** The same images in every step, as floats. */
function oneBatch({ preprocessing, pixels, count }: ImagesInMemory, batch: number): Source {
  const { size, channels } = preprocessing;
  const shape = [batch, size, size, channels];
  const values = Float32Array.from(pixels.subarray(0, batch * size * size * channels), (byte) => 1 - byte / 255);
  return {
    kind: 'images',
    count,
    side: size,
    edge: 'white',
    state: {
      images: { shape, data: values },
      sizes: { shape: [batch, 2], data: new Float32Array(2 * batch).fill(size) },
    },
    inputs: () => ({}),
    feed: () => ({}),
    batch: (_, state) => ({ kind: 'images', images: state.images as Tensor, sizes: state.sizes as Tensor }),
  };
}

/** cladenet's training, assembled as in its `train` commands. */
import type { ImagesInMemory } from '../../src/dataset/images.js';
import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk, type Head, type Trunk } from '../../src/network/network.js';
import { type PresetName, presets } from '../../src/network/presets.js';
import type { Weights } from '../../src/network/weights.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import type { Precision } from '../../src/tensorflow/precision.js';
import { type TrainingConfig, trainingSchema } from '../../src/training/config.js';
import { networkModel } from '../../src/training/model.js';
import { presetTraining } from '../../src/training/presets.js';
import { residentImages, type Source } from '../../src/training/source.js';
import type { Task } from '../../src/training/task.js';
import { createTrainer, type Trainer } from '../../src/training/trainer.js';

/** Settings of all contenders; the rates are those of the presets. */
export const LABEL_SMOOTHING = 0.05;

const SEED = 1;

export interface Network {
  readonly trunk: Trunk;
  readonly head: Head;
  readonly weights: Weights;
}

export function createNetwork(name: PresetName, classes: number): Network {
  const trunk = createTrunk(presets[name].trunk);
  const head = createHead(presets[name].head, trunk.features, classes);
  return { trunk, head, weights: initialise([...trunk.parameters, ...head.parameters], SEED) };
}

export interface Training {
  readonly trainer: Trainer;
  readonly config: TrainingConfig;
  readonly task: Task;
  readonly first: Weights;
}

/** One epoch over all images of the set, with what the presets train with. */
export function createTraining(
  make: MakeProgram,
  name: PresetName,
  batch: number,
  images: ImagesInMemory,
  {
    augmented,
    precision,
    source = residentImages(images),
  }: { readonly augmented: boolean; readonly precision?: Precision | undefined; readonly source?: Source },
): Training {
  const classes = images.classes.length;
  const { trunk, head, weights } = createNetwork(name, classes);
  const config = trainingSchema.parse({
    ...presetTraining[name],
    batch,
    epochs: 1,
    labelSmoothing: LABEL_SMOOTHING,
    precision,
    augmentation: augmented ? {} : null,
  });
  const trainer = createTrainer(make, networkModel(trunk, head), source, config);
  trainer.start(weights, classes);
  const train = Int32Array.from({ length: images.count }, (_, i) => i);
  const task = { labels: images.labels, classes, train, validation: new Int32Array(0) };
  return { trainer, config, task, first: weights };
}

/**
 * A model and its optimiser on the device, compiled once and used for any number of trainings of the same shape: that of
 * the flat classifier, or those of the nodes of a tree in turn.
 */
import type { Parameter } from '../network/layer.js';
import type { Weights } from '../network/weights.js';
import { random } from '../random.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { type NdArray, sizeOf } from '../tensorflow/nd-array.js';
import { drawMaps, identityMaps } from './augment.js';
import { INFERENCE_BATCH, inBatches } from './batches.js';
import type { TrainingConfig } from './config.js';
import type { LabelSets } from './label-sets.js';
import { explainingMemory } from './memory.js';
import type { Model } from './model.js';
import { createOptimiser, type Optimiser } from './optimiser.js';
import type { Source } from './source.js';
import { batchShareAt, probabilityFunction, slotName, trainingStep } from './step.js';

export interface StepBatch {
  readonly indices: Int32Array;
  readonly targets: Int32Array;
  /** Weight of each example in the loss. */
  readonly weights: Float32Array;
  readonly seed: readonly [number, number];
  readonly rate: number;
  /** Whether the images are left unaugmented. Default false. */
  readonly unaugmented?: boolean;
}

export interface Trainer {
  readonly model: Model;
  readonly source: Source;
  readonly batch: number;
  /** Starts a training on the first `classes` outputs: given weights, empty slots, step 0. */
  start(weights: Weights, classes: number): void;
  /** Makes one update; returns the mean loss and the number of correctly classified images of the batch. */
  step(batch: StepBatch): { readonly loss: number; readonly correct: number };
  /** Class probabilities [indices x classes] of images of the source. */
  probabilities(indices: Int32Array): Float32Array;
  /** The current weights and statistics. */
  weights(): Weights;
  /** Everything that a later `restore` needs to resume from here. */
  snapshot(): { readonly step: number; readonly state: Weights };
  restore(snapshot: { readonly step: number; readonly state: Weights }, classes: number): void;
  dispose(): void;
}

/** @param sets the outputs that each label allows, if labels are not simply classes */
export function createTrainer(
  make: MakeProgram,
  model: Model,
  source: Source,
  config: TrainingConfig,
  sets?: LabelSets,
): Trainer {
  const optimiser = createOptimiser(config.optimiser);
  const augmentation = source.kind === 'images' ? config.augmentation : null;
  const slots = slotArrays(model.parameters, optimiser);
  const program = explainingMemory(Math.max(config.batch, INFERENCE_BATCH), () =>
    make({
      state: { ...zeros(model.parameters), ...slots, ...source.state },
      functions: {
        train: trainingStep(model, source, optimiser, { ...config, augmentation, sets }),
        probabilities: probabilityFunction(model, source, INFERENCE_BATCH),
      },
    }),
  );
  const parameterNames = model.parameters.map(({ name }) => name);
  let steps = 0;
  let classes = model.outputs;
  function augmentationInputs(
    n: number,
    seed: StepBatch['seed'],
    unaugmented: boolean,
  ): Readonly<Record<string, Float32Array>> {
    if (augmentation === null) return {};
    const maps = unaugmented ? identityMaps(n) : drawMaps(n, source.side, augmentation, random('maps', ...seed));
    return augmentation.noise === 0 ? { maps } : { maps, noise: Float32Array.of(unaugmented ? 0 : augmentation.noise) };
  }
  const mask = () => Float32Array.from({ length: model.outputs }, (_, i) => (i < classes ? 1 : 0));

  return {
    model,
    source,
    batch: config.batch,
    start(weights, count) {
      classes = count;
      steps = 0;
      program.writeState({ ...weights, ...slots });
    },
    step({ indices, targets, weights, seed, rate, unaugmented = false }) {
      steps += 1;
      const outputs = explainingMemory(indices.length, () =>
        program.run('train', {
          ...source.feed(indices),
          ...augmentationInputs(indices.length, seed, unaugmented),
          targets,
          weights,
          mask: mask(),
          seed: Int32Array.from(seed),
          scalars: optimiser.scalars(steps, rate),
          batchShare: Float32Array.of(batchShareAt(steps)),
        }),
      );
      return { loss: outputs.loss?.data[0] ?? Number.NaN, correct: outputs.correct?.data[0] ?? 0 };
    },
    probabilities(indices) {
      return inBatches(indices, classes, (batch) => {
        const { probabilities } = explainingMemory(batch.length, () =>
          program.run('probabilities', { ...source.feed(batch), mask: mask() }),
        );
        return { rows: probabilities?.data as Float32Array, width: model.outputs };
      });
    },
    weights: () => program.readState(parameterNames),
    snapshot: () => ({ step: steps, state: program.readState([...parameterNames, ...Object.keys(slots)]) }),
    restore(snapshot, count) {
      classes = count;
      steps = snapshot.step;
      program.writeState(snapshot.state);
    },
    dispose: () => program.dispose(),
  };
}

const zerosLike = ({ shape }: Pick<Parameter, 'shape'>): NdArray => ({ shape, data: new Float32Array(sizeOf(shape)) });

function zeros(parameters: readonly Parameter[]): Weights {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, zerosLike(parameter)]));
}

function slotArrays(parameters: readonly Parameter[], { slots }: Optimiser): Weights {
  const weights = parameters.filter(({ role }) => role === 'weight');
  return Object.fromEntries(
    slots.flatMap((slot) => weights.map((parameter) => [slotName(slot, parameter.name), zerosLike(parameter)])),
  );
}

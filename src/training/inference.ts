/** Compiled forward passes without training, which compute predictions and the features of a frozen trunk. */
import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { throwIfAborted } from '../abort.js';
import type { ImageSet } from '../dataset/images.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { Pass } from '../network/layer.js';
import type { Weights } from '../network/weights.js';
import { random } from '../random.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { Program, ProgramDefinition, ProgramFunction } from '../tensorflow/program.js';
import { augment, drawMaps, MAP_LENGTH } from './augment.js';
import { INFERENCE_BATCH, inBatches } from './batches.js';
import type { AugmentationConfig } from './config.js';
import { explainingMemory } from './memory.js';
import { type Batch, type Source, streamedFeatures, streamedImages } from './source.js';
import { inferencePass } from './step.js';

export interface InferenceOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Warp each image by its own random map, drawn from `seed`. */
  readonly augmentation?: { readonly config: AugmentationConfig; readonly seed: number } | undefined;
}

export interface Inference {
  /** Length of a row of the result. */
  readonly width: number;
  /** One row for each of the images at `indices`. Default: all images. */
  run(images: ImageSet, indices?: Int32Array, options?: InferenceOptions): Promise<Float32Array>;
  /** Replaces the weights for the next runs. */
  load(weights: Weights): void;
  dispose(): void;
}

/**
 * @param forward   maps a batch to a matrix [n, width]; it takes its parameters from `weights` by name
 * @param augmented whether it can run with `augmentation`, which doubles the graph. Default true
 */
export function createInference(
  make: MakeProgram,
  preprocessing: Preprocessing,
  weights: Weights,
  width: number,
  forward: (pass: Pass, batch: Batch) => Tensor,
  { augmented = true }: { readonly augmented?: boolean } = {},
): Inference {
  const shape = streamedImages(emptySet(preprocessing));
  const inputs = shape.inputs(INFERENCE_BATCH);
  const maps = { shape: [INFERENCE_BATCH, MAP_LENGTH], data: new Float32Array(INFERENCE_BATCH * MAP_LENGTH) };
  const onBatch: ProgramFunction = {
    inputs,
    run: (ops, state, fed) => ({
      outputs: { rows: forward(inferencePass(ops, state), shape.batch(ops, state, fed)) },
    }),
  };
  const onWarped: ProgramFunction = {
    inputs: { ...inputs, maps },
    run(ops, state, fed) {
      const batch = shape.batch(ops, state, fed);
      const warped =
        batch.kind === 'images'
          ? { ...batch, images: augment(ops, batch.images, fed.maps as Tensor, shape.edge) }
          : batch;
      return { outputs: { rows: forward(inferencePass(ops, state), warped) } };
    },
  };
  const functions = { unaugmented: onBatch, ...(augmented && { augmented: onWarped }) };
  const definition: ProgramDefinition<string> = { state: weights, functions };
  const program = explainingMemory(INFERENCE_BATCH, () => make(definition));

  return {
    width,
    async run(images, indices = all(images.count), options = {}) {
      const source = streamedImages(images);
      const { augmentation } = options;
      const draw = augmentation && random(augmentation.seed, 'inference maps');
      return rowsInBatches(source, indices, width, options, (fed, n) =>
        draw && augmentation
          ? program.run('augmented', { ...fed, maps: drawMaps(n, source.side, augmentation.config, draw) })
          : program.run('unaugmented', fed),
      );
    },
    load: (next) => program.writeState(next),
    dispose: () => program.dispose(),
  };
}

/** A compiled forward pass over feature vectors. */
export interface FeatureInference {
  /** One row for each vector. @param features vectors x their length, row-major */
  run(features: Float32Array, options?: Omit<InferenceOptions, 'augmentation'>): Promise<Float32Array>;
  dispose(): void;
}

/** As {@link createInference}, from features of this length. */
export function createFeatureInference(
  make: MakeProgram,
  length: number,
  weights: Weights,
  width: number,
  forward: (pass: Pass, batch: Batch) => Tensor,
): FeatureInference {
  const shape = streamedFeatures(new Float32Array(0), length);
  const program = explainingMemory(INFERENCE_BATCH, () =>
    make({
      state: weights,
      functions: {
        forward: {
          inputs: shape.inputs(INFERENCE_BATCH),
          run: (ops, state, fed) => ({
            outputs: { rows: forward(inferencePass(ops, state), shape.batch(ops, state, fed)) },
          }),
        },
      },
    }),
  );
  return {
    async run(features, options = {}) {
      const source = streamedFeatures(features, length);
      return rowsInBatches(source, all(source.count), width, options, (fed) => program.run('forward', fed));
    },
    dispose: () => program.dispose(),
  };
}

const all = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

/** One row for each example at `indices`, batch by batch, between which others may work. */
async function rowsInBatches(
  source: Source,
  indices: Int32Array,
  width: number,
  { signal, onProgress }: InferenceOptions,
  run: (fed: ReturnType<Source['feed']>, n: number) => ReturnType<Program['run']>,
): Promise<Float32Array> {
  const result = new Float32Array(indices.length * width);
  for (let start = 0; start < indices.length; start += INFERENCE_BATCH) {
    throwIfAborted(signal, 'The forward pass');
    const batchIndices = indices.subarray(start, start + INFERENCE_BATCH);
    const rows = inBatches(batchIndices, width, (batch) => {
      const outputs = explainingMemory(batch.length, () => run(source.feed(batch), batch.length));
      return { rows: outputs.rows?.data as Float32Array, width };
    });
    result.set(rows, start * width);
    onProgress?.({ done: start + batchIndices.length, total: indices.length });
    await setImmediate();
  }
  return result;
}

function emptySet(preprocessing: Preprocessing): ImageSet {
  const none = new Float32Array(0);
  return {
    preprocessing,
    count: 0,
    pixels: new Uint8Array(0),
    widths: none,
    heights: none,
    paths: [],
    labels: new Int32Array(0),
    classes: [],
  };
}

/** A compiled forward pass without training, which computes predictions and the features of a frozen trunk. */
import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { throwIfAborted } from '../abort.js';
import type { ImageSet } from '../dataset/images.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { Pass } from '../network/layers.js';
import type { Weights } from '../network/weights.js';
import { random } from '../random.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { ProgramDefinition } from '../tensorflow/program.js';
import { augment, drawMaps, MAP_LENGTH } from './augment.js';
import { INFERENCE_BATCH, inBatches } from './batches.js';
import type { AugmentationConfig } from './config.js';
import { explainingMemory } from './memory.js';
import { type Batch, streamedImages } from './source.js';
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

/** @param forward maps a batch to a matrix [n, width]; it takes its parameters from `weights` by name */
export function createInference(
  make: MakeProgram,
  preprocessing: Preprocessing,
  weights: Weights,
  width: number,
  forward: (pass: Pass, batch: Batch) => Tensor,
): Inference {
  const shape = streamedImages(emptySet(preprocessing));
  const inputs = shape.inputs(INFERENCE_BATCH);
  const maps = { shape: [INFERENCE_BATCH, MAP_LENGTH], data: new Float32Array(INFERENCE_BATCH * MAP_LENGTH) };
  const definition: ProgramDefinition<'unaugmented' | 'augmented'> = {
    state: weights,
    functions: {
      unaugmented: {
        inputs,
        run: (ops, state, fed) => ({
          outputs: { rows: forward(inferencePass(ops, state), shape.batch(ops, state, fed)) },
        }),
      },
      augmented: {
        inputs: { ...inputs, maps },
        run(ops, state, fed) {
          const batch = shape.batch(ops, state, fed);
          const warped =
            batch.kind === 'images' ? { ...batch, images: augment(ops, batch.images, fed.maps as Tensor) } : batch;
          return { outputs: { rows: forward(inferencePass(ops, state), warped) } };
        },
      },
    },
  };
  const program = explainingMemory(INFERENCE_BATCH, () => make(definition));

  return {
    width,
    async run(images, indices = Int32Array.from({ length: images.count }, (_, i) => i), options = {}) {
      const source = streamedImages(images);
      const result = new Float32Array(indices.length * width);
      const draw = options.augmentation && random(options.augmentation.seed, 'inference maps');
      for (let start = 0; start < indices.length; start += INFERENCE_BATCH) {
        throwIfAborted(options.signal, 'The forward pass');
        const batchIndices = indices.subarray(start, start + INFERENCE_BATCH);
        const rows = inBatches(batchIndices, width, (batch) => {
          const fed = source.feed(batch);
          const outputs = explainingMemory(batch.length, () =>
            draw && options.augmentation
              ? program.run('augmented', {
                  ...fed,
                  maps: drawMaps(batch.length, source.side, options.augmentation.config, draw),
                })
              : program.run('unaugmented', fed),
          );
          return { rows: outputs.rows?.data as Float32Array, width };
        });
        result.set(rows, start * width);
        options.onProgress?.({ done: start + batchIndices.length, total: indices.length });
        await setImmediate();
      }
      return result;
    },
    load: (next) => program.writeState(next),
    dispose: () => program.dispose(),
  };
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

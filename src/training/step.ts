/**
 * The training step and the forward pass as pure functions of (state, inputs), the building blocks of a program. One step:
 * gather the batch, augment it, forward pass, loss, gradients, update. Randomness comes from a seed input.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pass } from '../network/layer.js';
import type { Ops } from '../tensorflow/ops.js';
import type { Precision } from '../tensorflow/precision.js';
import type { ProgramFunction, Tensors } from '../tensorflow/program.js';
import { addNoise, augment, type Edge, MAP_LENGTH } from './augment.js';
import type { AugmentationConfig } from './config.js';
import type { Model } from './model.js';
import type { Objective } from './objective.js';
import { type Optimiser, SCALARS } from './optimiser.js';
import type { RateGroup } from './rates.js';
import type { Batch, Source } from './source.js';

/** Name of an optimiser slot in the program's state. */
export const slotName = (slot: string, parameter: string) => `${slot}:${parameter}`;

/** Name of the moving average of a parameter in the program's state. */
export const averageName = (parameter: string) => `average:${parameter}`;

export interface StepOptions {
  readonly batch: number;
  readonly augmentation: AugmentationConfig | null;
  readonly precision: Precision;
  /** The weights that are trained, by their learning rates. */
  readonly groups: readonly RateGroup[];
  /** The layers of the CNN block that are not trained. */
  readonly frozenStages: number;
  /** Side that images are shrunk to; default that of the source. */
  readonly side?: number | undefined;
  /** Whether moving averages of the parameters are kept. */
  readonly averages: boolean;
}

/**
 * One update from a batch. Inputs: those of the source and of the objective, `maps` [n, 8] and `noise` [] (with augmentation), `seed`
 * [2], `scalars` (of the optimiser, for each group of weights), `batchShare` [] (least share of the batch in running statistics),
 * `averageShare` [] (of the new parameters in their averages). Outputs: `loss` (mean) and `correct` (count).
 */
export function trainingStep(
  model: Model,
  source: Source,
  objective: Pick<Objective<never>, 'inputs' | 'loss'>,
  optimiser: Optimiser,
  options: StepOptions,
): ProgramFunction {
  const n = options.batch;
  const { groups, averages } = options;
  const weightNames = groups.flatMap(({ names }) => names);
  const groupOf = groups.flatMap(({ names }, group) => names.map(() => group));
  return {
    inputs: {
      ...source.inputs(n),
      ...augmentationInputs(n, source, options),
      ...objective.inputs(n),
      seed: { shape: [2], data: new Int32Array(2) },
      scalars: { shape: [groups.length * SCALARS], data: new Float32Array(groups.length * SCALARS).fill(1) },
      batchShare: { shape: [], data: Float32Array.of(1) },
      ...(averages && { averageShare: { shape: [], data: Float32Array.of(1) } }),
    },
    run(ops, state, inputs) {
      const { tf } = ops;
      const { seed, scalars, batchShare, averageShare } = inputs as unknown as StepInputs;
      const nextSeed = seedStream(ops, seed);
      const batch = augmented(
        ops,
        source.batch(ops, state, inputs),
        inputs,
        { edge: source.edge, side: options.side },
        nextSeed,
      );
      const statistics: Record<string, Tensor> = {};
      let correct: Tensor | undefined;
      const { value: loss, gradients } = ops.gradients(
        weightNames.map((name) => state[name] as Tensor),
        () => {
          const pass: Pass = {
            ops,
            training: true,
            precision: options.precision,
            frozenStages: options.frozenStages,
            parameter: (name) => state[name] as Tensor,
            nextSeed,
            updateStatistic: (name, ofBatch, momentum) => {
              const running = state[name] as Tensor;
              const share = tf.maximum(batchShare, momentum);
              statistics[name] = ops.hold(tf.add(running, tf.mul(tf.sub(ofBatch, running), share)));
            },
          };
          const { loss: mean, correct: hits } = objective.loss(ops, model.forward(pass, batch), inputs);
          correct = ops.hold(hits);
          return mean;
        },
      );
      const ofGroups = groups.map((_, group) => {
        const start = group * SCALARS;
        const each = Array.from({ length: SCALARS }, (__, i) => tf.reshape(tf.slice(scalars, [start + i], [1]), []));
        return { all: groups.length === 1 ? scalars : tf.slice(scalars, [start], [SCALARS]), each };
      });
      const next: Record<string, Tensor> = { ...statistics };
      weightNames.forEach((name, i) => {
        const slots = optimiser.slots.map((slot) => state[slotName(slot, name)] as Tensor);
        const rates = ofGroups[groupOf[i] ?? 0] as (typeof ofGroups)[number];
        const updated = optimiser.update(ops, state[name] as Tensor, gradients[i] as Tensor, slots, rates);
        next[name] = updated.weight;
        optimiser.slots.forEach((slot, k) => {
          next[slotName(slot, name)] = updated.slots[k] as Tensor;
        });
      });
      if (averageShare !== undefined) {
        for (const { name } of model.parameters) {
          const average = state[averageName(name)] as Tensor;
          const moved = tf.mul(tf.sub(next[name] ?? (state[name] as Tensor), average), averageShare);
          next[averageName(name)] = tf.add(average, moved);
        }
      }
      return { state: next, outputs: { loss, correct: correct as unknown as Tensor } };
    },
  };
}

/**
 * Estimates the statistics of batch normalisation from a batch of unaugmented images, without dropout. Inputs: those of the source
 * and `share` [] (of the batch in the statistics). Output: `done`.
 *
 * @param named the name in the state of a parameter: itself, or its average
 */
export function statisticsFunction(
  model: Model,
  source: Source,
  n: number,
  frozenStages: number,
  named: (name: string) => string,
): ProgramFunction {
  return {
    inputs: { ...source.inputs(n), share: { shape: [], data: Float32Array.of(1) } },
    run(ops, state, inputs) {
      const { tf } = ops;
      const next: Record<string, Tensor> = {};
      const pass: Pass = {
        ops: { ...ops, dropout: (x) => x },
        training: true,
        precision: 'float32',
        frozenStages,
        parameter: (name) => state[named(name)] as Tensor,
        nextSeed: () => tf.tensor1d([0, 0], 'int32'),
        updateStatistic(name, ofBatch) {
          const running = state[named(name)] as Tensor;
          next[named(name)] = tf.add(running, tf.mul(tf.sub(ofBatch, running), inputs.share as Tensor));
        },
      };
      const scores = model.forward(pass, source.batch(ops, state, inputs));
      return { state: next, outputs: { done: tf.sum(scores) } };
    },
  };
}

/**
 * The share of the batch in running statistics in step `t` (from 1), until it falls below the momentum of the normalisation
 * (default 0.05; Keras's 0.01 is too slow for epochs of a few hundred steps). Until then the statistics are a mean that weights
 * the last eighth of the steps most (polynomial-decay averaging, Shamir & Zhang, 2013). Weights change fast early on, and an
 * exponential mean would keep part of its initial value: after 60 steps 5 % of a variance of 1, where the true one may be 0.01.
 */
export const batchShareAt = (t: number): number => 8 / (t + 7);

interface StepInputs {
  readonly seed: Tensor;
  readonly scalars: Tensor;
  readonly batchShare: Tensor;
  readonly averageShare?: Tensor;
}

/**
 * What the network says of a batch of `n`, as the objective reads it: without dropout or augmentation, with the running statistics.
 * Inputs: those of the source, and of the objective's answer. Output: `answers`.
 *
 * @param named as above
 */
export function answerFunction(
  model: Model,
  source: Source,
  objective: Pick<Objective<never>, 'answerInputs' | 'answer'>,
  n: number,
  named: (name: string) => string,
): ProgramFunction {
  return {
    inputs: { ...source.inputs(n), ...objective.answerInputs },
    run(ops, state, inputs) {
      const pass: Pass = { ...inferencePass(ops, state), parameter: (name) => state[named(name)] as Tensor };
      const outputs = model.forward(pass, source.batch(ops, state, inputs));
      return { outputs: { answers: objective.answer(ops, outputs, inputs) } };
    },
  };
}

export function inferencePass(ops: Ops, state: Tensors): Pass {
  return {
    ops,
    training: false,
    precision: 'float32',
    parameter: (name) => state[name] as Tensor,
    nextSeed: () => {
      throw new TypeError('inference draws no random numbers');
    },
    updateStatistic: () => {
      throw new TypeError('inference does not update statistics');
    },
  };
}

/** Each call returns a new seed: the step's seed with a counter mixed in. */
function seedStream({ tf }: Ops, seed: Tensor): () => Tensor {
  let drawn = 0;
  return () => {
    drawn += 1;
    return tf.add(seed, tf.tensor1d([0, Math.imul(drawn, 0x9e3779b1)], 'int32'));
  };
}

/** Images are resampled where they are augmented, and where they are shrunk. */
export const isResampled = ({ side }: Source, options: Pick<StepOptions, 'augmentation' | 'side'>): boolean =>
  options.augmentation !== null || (options.side ?? side) !== side;

function augmentationInputs(n: number, source: Source, options: StepOptions): ProgramFunction['inputs'] {
  if (!isResampled(source, options)) return {};
  const maps = { maps: { shape: [n, MAP_LENGTH], data: new Float32Array(n * MAP_LENGTH) } };
  const noise = options.augmentation?.noise ?? 0;
  return noise === 0 ? maps : { ...maps, noise: { shape: [], data: new Float32Array(1) } };
}

function augmented(
  ops: Ops,
  batch: Batch,
  { maps, noise }: Tensors,
  { edge, side }: { readonly edge: Edge; readonly side: number | undefined },
  nextSeed: () => Tensor,
): Batch {
  if (batch.kind === 'features' || maps === undefined) return batch;
  const warped = augment(ops, batch.images, maps, edge, side);
  return { ...batch, images: noise === undefined ? warped : addNoise(ops, warped, noise, nextSeed()) };
}

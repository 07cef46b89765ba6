/**
 * A model and its optimiser on the device, compiled once and used for any number of trainings of the same shape: that of
 * the flat classifier, or those of the nodes of a tree in turn.
 */
import type { Parameter } from '../network/layer.js';
import type { Weights } from '../network/weights.js';
import { random } from '../random.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { type NdArray, sizeOf } from '../tensorflow/nd-array.js';
import { drawMaps, identityMaps, shrunk } from './augment.js';
import { INFERENCE_BATCH, inBatches } from './batches.js';
import type { TrainingConfig } from './config.js';
import type { LabelSets } from './label-sets.js';
import { explainingMemory } from './memory.js';
import type { Model } from './model.js';
import { createOptimiser } from './optimiser.js';
import { rateGroups } from './rates.js';
import type { Source } from './source.js';
import {
  averageName,
  batchShareAt,
  isResampled,
  probabilityFunction,
  type StepOptions,
  slotName,
  statisticsFunction,
  trainingStep,
} from './step.js';
import type { Teacher } from './teacher.js';

export interface StepBatch {
  readonly indices: Int32Array;
  readonly targets: Int32Array;
  /** Weight of each example in the loss. */
  readonly weights: Float32Array;
  readonly seed: readonly [number, number];
  readonly rate: number;
  /** Whether the images are left unaugmented. Default false. */
  readonly unaugmented?: boolean;
  /** One of the trainer's `sides`, to which the images are shrunk. Default: that of the source. */
  readonly side?: number;
}

export interface Trainer {
  readonly model: Model;
  readonly source: Source;
  readonly batch: number;
  /** The sides of the images in a training, in pixels: those that they are shrunk to, then that of the source. */
  readonly sides: readonly number[];
  /** Starts a training on the first `classes` outputs: given weights, empty slots, step 0. */
  start(weights: Weights, classes: number): void;
  /** Makes one update; returns the mean loss and the number of correctly classified images of the batch. */
  step(batch: StepBatch): { readonly loss: number; readonly correct: number };
  /** Estimates the statistics of batch normalisation anew from the first batches of `order`, as the configuration says. */
  estimateStatistics(order: Int32Array): void;
  /** Class probabilities [indices x classes] of images of the source. */
  probabilities(indices: Int32Array): Float32Array;
  /** The current weights and statistics. */
  weights(): Weights;
  /** Everything that a later `restore` needs to resume from here. */
  snapshot(): { readonly step: number; readonly state: Weights };
  restore(snapshot: { readonly step: number; readonly state: Weights }, classes: number): void;
  dispose(): void;
}

/**
 * @param sets    the outputs that each label allows, if labels are not simply classes
 * @param teacher gives the probabilities to be learned, beside the labels or in their place
 */
export function createTrainer(
  make: MakeProgram,
  model: Model,
  source: Source,
  config: TrainingConfig,
  sets?: LabelSets,
  teacher?: Teacher,
): Trainer {
  const optimiser = createOptimiser(config.optimiser);
  const augmentation = source.kind === 'images' ? config.augmentation : null;
  const groups = rateGroups(model.parameters, config);
  const heads = groups.filter(({ block }) => block === 'head');
  const startsWithHead = config.headSteps > 0 && heads.length < groups.length;
  const sides = source.kind === 'images' ? [...config.sizes, source.side] : [source.side];
  const averages = config.averaging > 0;
  const named = averages ? averageName : (name: string) => name;
  const slots = arraysOf(
    groups.flatMap(({ names }) => names.flatMap((name) => optimiser.slots.map((slot) => [name, slotName(slot, name)]))),
    model.parameters,
  );
  const averaged = averages
    ? arraysOf(
        model.parameters.map(({ name }) => [name, averageName(name)]),
        model.parameters,
      )
    : {};
  const { frozenStages, labelSmoothing, precision, batch } = config;
  const teacherShare = teacher && config.teacherShare;
  const common = { batch, labelSmoothing, augmentation, precision, sets, frozenStages, averages, teacherShare };
  const stepOf = (side: number, trained: StepOptions['groups']) =>
    trainingStep(model, source, optimiser, { ...common, groups: trained, side });
  const steppers = sides.flatMap((side) => [
    [stepName(side, false), stepOf(side, groups)] as const,
    ...(startsWithHead ? [[stepName(side, true), stepOf(side, heads)] as const] : []),
  ]);
  const program = explainingMemory(Math.max(config.batch, INFERENCE_BATCH), () =>
    make<string>({
      state: { ...zeros(model.parameters), ...slots, ...averaged, ...source.state },
      functions: {
        ...Object.fromEntries(steppers),
        probabilities: probabilityFunction(model, source, INFERENCE_BATCH, named),
        ...(config.statisticsBatches > 0 && {
          statistics: statisticsFunction(model, source, batch, frozenStages, named),
        }),
      },
    }),
  );
  const parameterNames = model.parameters.map(({ name }) => name);
  let steps = 0;
  let classes = model.outputs;

  /** Where a network of `side` pixels looks at each image of a step; undefined for the images as they are. */
  function viewsOf({ indices, seed, unaugmented = false }: StepBatch, side: number): Float32Array | undefined {
    if (augmentation === null || unaugmented) return undefined;
    return drawMaps(indices.length, side, augmentation, random('maps', ...seed));
  }

  function resampling(step: StepBatch, side: number): Readonly<Record<string, Float32Array>> {
    if (!isResampled(source, { augmentation, side })) return {};
    const drawn = viewsOf(step, source.side);
    const maps = shrunk(drawn ?? identityMaps(step.indices.length), source.side / side);
    const noise = augmentation?.noise ?? 0;
    return noise === 0 ? { maps } : { maps, noise: Float32Array.of(drawn === undefined ? 0 : noise) };
  }

  /** The teacher's probabilities for the same views, at its own size; 0 for outputs that are not used. */
  function taught(step: StepBatch): Readonly<Record<string, Float32Array>> {
    if (teacher === undefined) return {};
    const rows = teacher.probabilities(step.indices, (side) => viewsOf(step, side));
    if (classes === model.outputs) return { taught: rows };
    const padded = new Float32Array(step.indices.length * model.outputs);
    step.indices.forEach((_, i) => {
      padded.set(rows.subarray(i * classes, (i + 1) * classes), i * model.outputs);
    });
    return { taught: padded };
  }

  /** The optimiser counts the steps of each part of the network: what starts later is corrected as if it had just begun. */
  function scalarsOf(trained: StepOptions['groups'], rate: number): Float32Array {
    const before = startsWithHead ? config.headSteps : 0;
    const each = trained.map(({ factor, block }) =>
      optimiser.scalars(block === 'head' ? steps : steps - before, rate * factor),
    );
    return Float32Array.from(each.flatMap((scalars) => [...scalars]));
  }

  const mask = () => Float32Array.from({ length: model.outputs }, (_, i) => (i < classes ? 1 : 0));

  return {
    model,
    source,
    batch,
    sides,
    start(weights, count) {
      classes = count;
      steps = 0;
      const first = averages ? renamed(weights, averageName) : {};
      program.writeState({ ...weights, ...slots, ...first });
    },
    step(step) {
      const { indices, targets, weights, seed, rate, side = source.side } = step;
      steps += 1;
      const headOnly = startsWithHead && steps <= config.headSteps;
      const outputs = explainingMemory(indices.length, () =>
        program.run(stepName(side, headOnly), {
          ...source.feed(indices),
          ...resampling(step, side),
          ...taught(step),
          targets,
          weights,
          mask: mask(),
          seed: Int32Array.from(seed),
          scalars: scalarsOf(headOnly ? heads : groups, rate),
          batchShare: Float32Array.of(batchShareAt(steps)),
          ...(averages && { averageShare: Float32Array.of(averageShareAt(steps, config.averaging)) }),
        }),
      );
      return { loss: outputs.loss?.data[0] ?? Number.NaN, correct: outputs.correct?.data[0] ?? 0 };
    },
    estimateStatistics(order) {
      const batches = Math.min(config.statisticsBatches, Math.floor(order.length / batch));
      for (let k = 0; k < batches; k++) {
        const indices = order.slice(k * batch, (k + 1) * batch);
        explainingMemory(batch, () =>
          program.run('statistics', { ...source.feed(indices), share: Float32Array.of(1 / (k + 1)) }),
        );
      }
    },
    probabilities(indices) {
      return inBatches(indices, classes, (batch) => {
        const { probabilities } = explainingMemory(batch.length, () =>
          program.run('probabilities', { ...source.feed(batch), mask: mask() }),
        );
        return { rows: probabilities?.data as Float32Array, width: model.outputs };
      });
    },
    weights() {
      const state = program.readState(parameterNames.map(named));
      return Object.fromEntries(parameterNames.map((name) => [name, state[named(name)] as NdArray]));
    },
    snapshot: () => ({
      step: steps,
      state: program.readState([...parameterNames, ...Object.keys(slots), ...Object.keys(averaged)]),
    }),
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

/** The name of a step for images of `side` pixels, of the whole network or of its MLP block alone. */
const stepName = (side: number, headOnly: boolean) => `${headOnly ? 'head' : 'train'}_${side}`;

/**
 * The share of the new weights in their moving average in step `t` (from 1). It is larger in the first steps, so that the initial
 * weights are soon forgotten (as TensorFlow's ExponentialMovingAverage does).
 */
const averageShareAt = (t: number, averaging: number): number => 1 - Math.min(averaging, (1 + t) / (10 + t));

const renamed = (weights: Weights, name: (parameter: string) => string): Weights =>
  Object.fromEntries(Object.entries(weights).map(([parameter, array]) => [name(parameter), array]));

/** Zeros of the shapes of parameters, by other names. */
function arraysOf(names: readonly (readonly string[])[], parameters: readonly Parameter[]): Weights {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return Object.fromEntries(
    names.map(([parameter = '', name = '']) => [name, zerosLike(byName.get(parameter) ?? { shape: [] })]),
  );
}

/**
 * A model, its objective and its optimiser on the device, compiled once and used for any number of trainings of the same shape:
 * that of the flat classifier, those of the nodes of a tree in turn, that of a detector.
 */
import type { Parameter } from '../network/layer.js';
import type { Weights } from '../network/weights.js';
import { random } from '../random.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { type NdArray, sizeOf } from '../tensorflow/nd-array.js';
import { drawMaps, identityMaps, shrunk } from './augment.js';
import { INFERENCE_BATCH, inBatches } from './batches.js';
import { type ClassOptions, classObjective, type Labelled } from './class-objective.js';
import type { TrainingConfig } from './config.js';
import { explainingMemory } from './memory.js';
import type { Model } from './model.js';
import type { Objective, StepOf } from './objective.js';
import { createOptimiser } from './optimiser.js';
import { rateGroups } from './rates.js';
import type { Source } from './source.js';
import {
  answerFunction,
  averageName,
  batchShareAt,
  isResampled,
  type StepOptions,
  slotName,
  statisticsFunction,
  trainingStep,
} from './step.js';

/** A step, and what it is given beside its examples. */
export type StepBatch<Given = Labelled> = StepOf & Given;

/** @typeParam Given what a step is given beside its examples; for classifiers their labels */
export interface Trainer<Given = Labelled> {
  readonly model: Model;
  readonly source: Source;
  readonly batch: number;
  /** The sides of the images in a training, in pixels: those that they are shrunk to, then that of the source. */
  readonly sides: readonly number[];
  /** Starts a training on the first `used` outputs: given weights, empty slots, step 0. */
  start(weights: Weights, used: number): void;
  /** Makes the examples of a later step ready while this thread is busy. Undefined where that is no work. */
  prepare(batch: StepBatch<Given>): Promise<void> | undefined;
  /** Makes one update; returns the mean loss and the number of examples of the batch that are right. */
  step(batch: StepBatch<Given>): { readonly loss: number; readonly correct: number };
  /** Estimates the statistics of batch normalisation anew from the first batches of `order`, as the configuration says. */
  estimateStatistics(order: Int32Array): void;
  /** What the network says of examples of the source [indices x used outputs]: of a classifier, class probabilities. */
  answers(indices: Int32Array): Float32Array;
  /** The current weights and statistics. */
  weights(): Weights;
  /** Everything that a later `restore` needs to resume from here. */
  snapshot(): { readonly step: number; readonly state: Weights };
  restore(snapshot: { readonly step: number; readonly state: Weights }, used: number): void;
  dispose(): void;
}

/** A trainer of a classifier. */
export function createTrainer(
  make: MakeProgram,
  model: Model,
  source: Source,
  config: TrainingConfig,
  { sets, teacher, loss, leftOut }: Pick<ClassOptions, 'sets' | 'teacher' | 'loss' | 'leftOut'> = {},
): Trainer {
  const { labelSmoothing, teacherShare, teacherTemperature } = config;
  const objective = classObjective({
    outputs: model.outputs,
    labelSmoothing,
    sets,
    teacher,
    teacherShare,
    teacherTemperature,
    loss,
    leftOut,
  });
  return createTrainerFor(objective, make, model, source, config);
}

/** @param inferenceBatch examples in a forward pass without training. Default 128 */
export function createTrainerFor<Given>(
  objective: Objective<Given>,
  make: MakeProgram,
  model: Model,
  source: Source,
  config: TrainingConfig,
  inferenceBatch = INFERENCE_BATCH,
): Trainer<Given> {
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
  const { frozenStages, precision, batch } = config;
  const common = { batch, augmentation, precision, frozenStages, averages };
  const stepOf = (side: number, trained: StepOptions['groups']) =>
    trainingStep(model, source, objective, optimiser, { ...common, groups: trained, side });
  const steppers = sides.flatMap((side) => [
    [stepName(side, false), stepOf(side, groups)] as const,
    ...(startsWithHead ? [[stepName(side, true), stepOf(side, heads)] as const] : []),
  ]);
  const program = explainingMemory(Math.max(config.batch, inferenceBatch), () =>
    make<string>({
      state: { ...zeros(model.parameters), ...slots, ...averaged, ...source.state },
      functions: {
        ...Object.fromEntries(steppers),
        answers: answerFunction(model, source, objective, inferenceBatch, named),
        ...(config.statisticsBatches > 0 && {
          statistics: statisticsFunction(model, source, batch, frozenStages, named),
        }),
      },
    }),
  );
  const parameterNames = model.parameters.map(({ name }) => name);
  // With the first one, the images go to the device.
  const write = (state: Weights) =>
    explainingMemory(Math.max(config.batch, inferenceBatch), () => program.writeState(state));
  let steps = 0;
  let used = model.outputs;

  /** Where a network of `side` pixels looks at each image of a step; undefined for the images as they are. */
  function viewsOf({ indices, seed, unaugmented = false }: StepOf, side: number): Float32Array | undefined {
    if (augmentation === null || unaugmented) return undefined;
    return drawMaps(indices.length, side, augmentation, random('maps', ...seed));
  }

  function resampling(step: StepOf, side: number): Readonly<Record<string, Float32Array>> {
    if (!isResampled(source, { augmentation, side })) return {};
    const drawn = viewsOf(step, source.side);
    const maps = shrunk(drawn ?? identityMaps(step.indices.length), source.side / side);
    const noise = augmentation?.noise ?? 0;
    return noise === 0 ? { maps } : { maps, noise: Float32Array.of(drawn === undefined ? 0 : noise) };
  }

  /** The optimiser counts the steps of each part of the network: what starts later is corrected as if it had just begun. */
  function scalarsOf(trained: StepOptions['groups'], rate: number): Float32Array {
    const before = startsWithHead ? config.headSteps : 0;
    const each = trained.map(({ factor, block }) =>
      optimiser.scalars(block === 'head' ? steps : steps - before, rate * factor),
    );
    return Float32Array.from(each.flatMap((scalars) => [...scalars]));
  }

  return {
    model,
    source,
    batch,
    sides,
    start(weights, count) {
      used = count;
      steps = 0;
      const first = averages ? renamed(weights, averageName) : {};
      write({ ...weights, ...slots, ...first });
    },
    prepare: ({ indices, seed }) => source.prepare?.(indices, seed),
    step(step) {
      const { indices, seed, rate, side = source.side } = step;
      steps += 1;
      const headOnly = startsWithHead && steps <= config.headSteps;
      const outputs = explainingMemory(indices.length, () =>
        program.run(stepName(side, headOnly), {
          ...source.feed(indices, seed),
          ...resampling(step, side),
          ...objective.feed(step, { used, views: (ofSide) => viewsOf(step, ofSide) }),
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
    answers(indices) {
      return inBatches(
        indices,
        used,
        (batch) => {
          const { answers } = explainingMemory(batch.length, () =>
            program.run('answers', { ...source.feed(batch), ...objective.feedAnswer(used) }),
          );
          const rows = answers?.data as Float32Array;
          return { rows, width: rows.length / batch.length };
        },
        inferenceBatch,
      );
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
      used = count;
      steps = snapshot.step;
      write(snapshot.state);
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

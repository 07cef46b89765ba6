/** The options of the commands that train, as the library's configurations. */
import type { z } from 'zod';
import { resolveNetwork } from '../classifier/configuration.js';
import type { NetworkSpec } from '../network/spec.js';
import type { TrainingConfig, TrainingConfigInput } from '../training/config.js';
import { fineTuningOptions, type trainingOptions } from './training.js';
import type { networkOptions } from './training-run.js';

type NetworkOptions = z.output<z.ZodObject<typeof networkOptions>>;
type TrainingOptions = z.output<z.ZodObject<typeof trainingOptions>> & { readonly seed: number };
/** The options of a part of a tree: its convolutions have the precision and the schedule of the whole. */
export type PartOptions = Omit<TrainingOptions, 'classShare' | 'unaugmentedShare' | 'precision'>;

/** The preset's network at the chosen size and colour. */
export function networkOf({ preset, size, colour }: NetworkOptions): NetworkSpec {
  const { spec } = resolveNetwork(preset);
  const { input: usual } = spec.trunk;
  const input = { ...usual, size: size ?? usual.size, channels: colour ? (3 as const) : usual.channels };
  return { ...spec, trunk: { ...spec.trunk, input } };
}

/** What differs from the training of the preset, or of the nodes' heads; the learning rate is left to the caller. */
export function trainingOf(
  options: Omit<PartOptions, 'rate'> & Partial<Pick<TrainingOptions, 'classShare' | 'unaugmentedShare' | 'precision'>>,
): TrainingConfigInput {
  const { seed, augment } = options;
  const { epochs, batch, labelSmoothing, classWeights, balance, classShare, unaugmentedShare, precision } = options;
  const given = { epochs, batch, labelSmoothing, classWeights, balance, classShare, unaugmentedShare, precision };
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defined, seed, ...(augment ? {} : { augmentation: null }) };
}

/** As `trainingOf`, for heads on the features of a CNN block, which are augmented as the CNN block's training was. */
export function headTrainingOf(options: PartOptions): TrainingConfigInput {
  const { augmentation: _, precision: __, ...training } = trainingOf(options);
  return options.rate === undefined ? training : { ...training, optimiser: { kind: 'adamw', rate: options.rate } };
}

type FineTuningOptions = z.output<z.ZodObject<typeof fineTuningOptions>>;

const FINE_TUNING = Object.keys(fineTuningOptions) as (keyof FineTuningOptions)[];

const OF_TEACHERS = ['teacherShare', 'teacherTemperature'] as const;
type Given = FineTuningOptions & { readonly [Name in (typeof OF_TEACHERS)[number]]?: number | undefined };

/** The options of fine-tuning and of teachers that are given. */
const fineTuningOf = (options: Given): TrainingConfigInput =>
  Object.fromEntries(
    [...FINE_TUNING, ...OF_TEACHERS].flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );

/** A training with the options on top: that of the preset, or another one. */
export function presetTrainingOf(
  options: TrainingOptions & Given & Pick<NetworkOptions, 'preset'>,
  config: TrainingConfig = resolveNetwork(options.preset).config,
): TrainingConfigInput {
  const optimiser = { ...config.optimiser, ...(options.rate === undefined ? {} : { rate: options.rate }) };
  return { ...config, ...trainingOf(options), ...fineTuningOf(options), optimiser };
}

/** What `train flat`, `train tree` and `demo` share: data, configuration and progress of a training. */

import type { z } from 'zod';
import { resolveNetwork } from '../classifier/configuration.js';
import { prepareData, type TrainingData } from '../classifier/data/training-data.js';
import { truthOf } from '../classifier/data/truth.js';
import { preprocessingFor } from '../classifier/preprocessing.js';
import type { TestScore } from '../classifier/schema.js';
import type { SeenImages } from '../classifier/store/seen.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { NetworkSpec } from '../network/spec.js';
import type { trainingOptions } from '../options/training.js';
import type { networkOptions, running, trainedOn } from '../options/training-run.js';
import { log, startProgress } from '../progress.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { TrainingConfigInput } from '../training/config.js';
import type { EpochRecord } from '../training/epoch-record.js';
import type { FitHooks } from '../training/hooks.js';
import { counted, duration } from '../units.js';
import { chooseImages, decodeImages, type ImageChoice } from './images.js';

export type TrainingCommand = z.output<
  z.ZodObject<typeof trainedOn & typeof networkOptions & typeof trainingOptions & typeof running>
>;
type TrainingOption = 'epochs' | 'batch' | 'seed' | 'labelSmoothing' | 'classWeights' | 'balance' | 'augment';

/** The preset's network at the size and colour asked for. */
export function networkOf({ preset, size, colour }: TrainingCommand): NetworkSpec {
  const { spec } = resolveNetwork(preset);
  const input = { size: size ?? spec.trunk.input.size, channels: colour ? (3 as const) : spec.trunk.input.channels };
  return { ...spec, trunk: { ...spec.trunk, input } };
}

/** The options that differ from the preset's (or the node heads') own training. */
export function trainingOf(
  command: Pick<TrainingCommand, TrainingOption> & Partial<Pick<TrainingCommand, 'unaugmentedShare' | 'precision'>>,
): TrainingConfigInput {
  const { epochs, batch, seed, labelSmoothing, classWeights, balance, augment, unaugmentedShare, precision } = command;
  const given = { epochs, batch, labelSmoothing, classWeights, balance, unaugmentedShare, precision };
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defined, seed, ...(augment ? {} : { augmentation: null }) };
}

/** The options of the training of heads on the features of a CNN block, which are augmented as that was. */
export function headTrainingOf(command: Pick<TrainingCommand, TrainingOption | 'rate'>): TrainingConfigInput {
  const { augmentation: _, precision: __, ...training } = trainingOf(command);
  return command.rate === undefined
    ? training
    : { ...training, optimiser: { kind: 'adamw' as const, rate: command.rate } };
}

/** A preset's training with the options of the command on top. */
export function presetTrainingOf(command: TrainingCommand): TrainingConfigInput {
  const { config } = resolveNetwork(command.preset);
  const optimiser = { ...config.optimiser, ...(command.rate === undefined ? {} : { rate: command.rate }) };
  return { ...config, ...trainingOf(command), optimiser };
}

export const preprocessingOf = (command: TrainingCommand) => preprocessingFor(networkOf(command), command.background);

interface TrainingDataOptions {
  readonly preprocessing: Preprocessing;
  /** How images are split where the command does not say. */
  readonly usual?: TrainingData['drawnBy'] | undefined;
  /** The split of a classifier: the images that it knows stay in their parts. */
  readonly known?: SeenImages | undefined;
  /** Where images may be labelled at its inner nodes. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Is shown the classes before any image is decoded, and throws where they will not do. */
  readonly onClasses?: ((classes: readonly string[]) => void) | undefined;
  readonly signal: AbortSignal;
}

/** The parts that a classifier knows its images in; none where the command says how to split, which is then checked. */
export const keptParts = (
  { split, splitSeed }: Pick<TrainingCommand, 'split' | 'splitSeed'>,
  { seen }: { readonly seen: SeenImages },
) => (split === undefined && splitSeed === undefined ? seen : undefined);

export async function openTrainingData(
  command: ImageChoice & Pick<TrainingCommand, 'seed' | 'split' | 'splitSeed'>,
  { preprocessing, usual, known, taxonomy, onClasses, signal }: TrainingDataOptions,
): Promise<TrainingData> {
  const seed = command.splitSeed ?? usual?.seed ?? command.seed;
  const listing = await chooseImages(command, seed, signal);
  onClasses?.(truthOf({ classes: listing.classes, labels: new Int32Array() }, taxonomy).classes);
  const images = await decodeImages(listing, preprocessing, { strict: command.strict, signal });
  const { strict } = command;
  const data = prepareData(images, { seed, fractions: command.split ?? usual?.fractions, taxonomy, known, strict });
  const { train, validation, test, notes } = data.split;
  log(`split by seed ${seed}: ${train.length} train, ${validation.length} validation, ${test.length} test`);
  for (const note of notes) log(`  ${note}`);
  const { groups, classes } = data.truth;
  for (const [i, { name, classes: below }] of groups.entries()) {
    const images = data.truth.labels.filter((label) => label === classes.length + i).length;
    log(`  ${counted(images, 'image')} of ${name}, an inner node: any of its ${below.length} classes is right`);
  }
  return data;
}

export const share = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
const nats = (value: number | null) => (value === null ? '-' : value.toFixed(3));

/** One line for each epoch, and a bar (or now and then a line) within it. */
export function epochProgress(): Required<Pick<FitHooks, 'onStep' | 'onEpoch'>> & { stop(): void } {
  let progress: ReturnType<typeof startProgress> | undefined;
  return {
    onStep({ epoch, epochs, step, steps, loss, accuracy }) {
      progress ??= startProgress(`epoch ${epoch}/${epochs}`, steps);
      progress.update(step, `loss ${nats(loss)}, accuracy ${share(accuracy)}`);
    },
    onEpoch(record) {
      progress?.stop(epochLine(record));
      progress = undefined;
    },
    stop: () => progress?.stop(),
  };
}

function epochLine({ epoch, loss, accuracy, validationLoss, validationAccuracy, seconds }: EpochRecord): string {
  const train = `loss ${nats(loss)}, accuracy ${share(accuracy).padStart(7)}`;
  const validation = `validation loss ${nats(validationLoss)}, accuracy ${share(validationAccuracy).padStart(7)}`;
  return `epoch ${String(epoch).padStart(3)}  ${train}  ${validation}  (${duration(seconds)})`;
}

export function testLine(name: string, test: TestScore | null): string {
  if (test === null) return `${name}: the split has no test images`;
  const { accuracy, balancedAccuracy, top5, logLoss, images } = test;
  const scores = `accuracy ${share(accuracy)}, balanced ${share(balancedAccuracy)}, top 5 ${share(top5)}, log-loss ${nats(logLoss)}`;
  return `${name} on its ${images} test images: ${scores}`;
}

export const reportResumed = (folder: string) => log(`resuming from ${folder}`);

/** What a training of parts computes: its options, but for those that change only where and how it runs. */
export function settingsOf(command: object): Record<string, unknown> {
  const elsewhere = new Set(['out', 'json', 'fresh', 'deviceMemory', 'gpu', 'strict']);
  return Object.fromEntries(Object.entries(command).filter(([name]) => !elsewhere.has(name)));
}

export const lineagesOf = (taxonomy: Taxonomy) => taxonomy.classes.map((name) => taxonomy.leafOf(name));

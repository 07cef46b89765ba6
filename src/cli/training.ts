/** What the commands that train share: their images, where they compute, how they resume, and their progress. */
import type { z } from 'zod';
import { acceptedClasses } from '../classifier/data/accepted-labels.js';
import { requireUndivided } from '../classifier/data/given-split.js';
import { prepareData, type TrainingData } from '../classifier/data/training-data.js';
import { truthOf } from '../classifier/data/truth.js';
import type { SeenImages } from '../classifier/store/seen.js';
import type { ResumeOptions } from '../classifier/train/train-into.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { ImageSet } from '../dataset/images.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { givenSubsets } from '../dataset/sources/given-split.js';
import type { Problem } from '../errors.js';
import { freshParts } from '../options/parts.js';
import type { fineTuningOptions, trainingOptions } from '../options/training.js';
import type { networkOptions, running, trainedOn } from '../options/training-run.js';
import { refuseOptions } from '../options/unused.js';
import { partialFolder } from '../outputs/unfinished.js';
import { lazyProgress, log, startProgress } from '../progress.js';
import { damageText, epochLine, nats, share, splitLines } from '../report/tables/training-text.js';
import { printPath } from '../taxonomy/names.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { FitHooks } from '../training/hooks.js';
import { deviceOf } from './device.js';
import { chooseImages, decodeImages, type ImageChoice } from './images.js';
import { workProgress } from './work-progress.js';

export type TrainingCommand = z.output<
  z.ZodObject<
    typeof trainedOn & typeof networkOptions & typeof trainingOptions & typeof fineTuningOptions & typeof running
  >
>;

interface TrainingDataOptions {
  readonly preprocessing: Preprocessing;
  /** How images are split where the command has no options for it. */
  readonly usual?: TrainingData['drawnBy'] | undefined;
  /** The split of a classifier: the images that it knows stay in their subsets. */
  readonly known?: SeenImages | undefined;
  /** Where images may be labelled at its inner nodes. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Checks the classes before any image is decoded. */
  readonly onClasses?: ((classes: readonly string[]) => void) | undefined;
  /** Opens the images for teachers too, before they are opened for the network; gives those by which `known` knows them. */
  readonly alsoOpen?: (open: (preprocessing: Preprocessing) => Promise<ImageSet>) => Promise<ImageSet | undefined>;
  readonly signal: AbortSignal;
}

type SplitChoice = Pick<TrainingCommand, 'split' | 'splitSeed' | 'groupBy' | 'fold'>;

/** The subsets that a classifier knows its images in; none where the command sets the split, which is then checked. */
export const knownSubsets = (
  { split, splitSeed, groupBy, fold }: SplitChoice,
  { seen }: { readonly seen: SeenImages },
) => ([split, splitSeed, groupBy, fold].every((choice) => choice === undefined) ? seen : undefined);

export async function openTrainingData(
  command: ImageChoice & SplitChoice & Pick<TrainingCommand, 'seed'>,
  { preprocessing, usual, known, taxonomy, onClasses, alsoOpen, signal }: TrainingDataOptions,
): Promise<TrainingData> {
  const seed = command.splitSeed ?? usual?.seed ?? command.seed;
  const wanted = command.groupBy ?? usual?.groupBy;
  const keepColumns = wanted === undefined ? undefined : [wanted];
  const listing = await chooseImages({ ...command, keepColumns, seed }, signal);
  const given = givenSubsets(listing.records);
  if (given !== undefined) requireUndivided(given, { ...command, fractions: command.split });
  const groupBy = given?.includes('validation') === true ? undefined : wanted;
  onClasses?.(
    truthOf({ classes: acceptedClasses(listing.classes, taxonomy), labels: new Int32Array() }, taxonomy).classes,
  );
  const { strict, maxPixels, imageMemory } = command;
  const open = (own: Preprocessing) => decodeImages(listing, own, { strict, maxPixels, imageMemory, signal });
  const knownBy = await alsoOpen?.(open);
  const images = await open(preprocessing);
  const data = prepareData(images, {
    ...{ seed, fractions: command.split ?? (given === undefined ? usual?.fractions : undefined), groupBy },
    fold: command.fold ?? (given === undefined ? usual?.fold : undefined),
    ...{ taxonomy, known, knownBy, strict },
  });
  for (const line of splitLines(data)) log(line);
  return data;
}

/** `--gpu` and `--device-memory`. */
export const computing = (command: Pick<TrainingCommand, 'gpu' | 'deviceMemory'>) => ({
  deviceMemory: command.deviceMemory === undefined ? undefined : command.deviceMemory * 2 ** 20,
  device: deviceOf(command),
});

export const reportResumed = (folder: string, damage?: Problem) =>
  log(damage === undefined ? `resuming from ${folder}` : damageText(damage));

/** How the same command resumes the training of one network. */
export const networkHint = (out: string) => `the same command resumes with what is in ${partialFolder(out)}`;

/** How the same command resumes the training of many nodes. */
export const nodesHint = (out: string) =>
  `no tree is saved; the same command resumes with what is in ${partialFolder(out)}`;

/** One line for each epoch, and a bar (or now and then a line) within it, and for what is done before the first. */
export function epochProgress(): Required<Pick<FitHooks, 'onStep' | 'onEpoch' | 'onProgress'>> & { stop(): void } {
  const work = workProgress();
  let progress: ReturnType<typeof startProgress> | undefined;
  return {
    onProgress: work.onProgress,
    onStep({ epoch, epochs, step, steps, loss, accuracy }) {
      work.stop();
      progress ??= startProgress(`epoch ${epoch}/${epochs}`, steps);
      progress.update(step, `loss ${nats(loss)}, accuracy ${share(accuracy)}`);
    },
    onEpoch(record) {
      progress?.stop(epochLine(record));
      progress = undefined;
    },
    stop() {
      work.stop();
      progress?.stop();
    },
  };
}

/**
 * Which node is trained, and how far it is: with a CNN block of its own, a node may take hours. Before the first, how far its
 * features are.
 *
 * @param title what stands beside the bar
 */
export function nodeProgress(title: string): {
  readonly hooks: Required<Pick<TreeHooks, 'onNode' | 'onEpoch' | 'onProgress' | 'onNotes'>>;
  stop(line?: string): void;
} {
  const { stop: stopWork, ...work } = workProgress();
  const progress = lazyProgress(title);
  let [done, total] = [0, 1];
  const hooks: ReturnType<typeof nodeProgress>['hooks'] = {
    ...work,
    onNode(path, index, nodes) {
      stopWork();
      [done, total] = [index, nodes];
      progress.update(done, total, printPath(path));
    },
    onEpoch: (path, { epoch, loss }) =>
      progress.update(done, total, `epoch ${epoch}, loss ${loss.toFixed(3)}, ${printPath(path)}`),
  };
  return {
    hooks,
    stop(line) {
      stopWork();
      progress.stop(line);
    },
  };
}

interface NodesRun<R> {
  /** What stands beside the bar. */
  readonly title: string;
  readonly signal: AbortSignal;
  /** What was trained, in a line. */
  readonly summary: (result: R) => string;
  /** The folder of the tree that shares its unchanged files with the new one. */
  readonly origin?: string | undefined;
}

/** Trains nodes into a folder, with progress. */
export async function trainNodesInto<R>(
  { out, fresh, checkpointMinutes }: Pick<TrainingCommand, 'fresh' | 'checkpointMinutes'> & { readonly out: string },
  { title, signal, summary, origin }: NodesRun<R>,
  train: (run: ResumeOptions & { readonly hooks: TreeHooks }) => Promise<R>,
): Promise<R> {
  const progress = nodeProgress(title);
  try {
    const hooks = { signal, ...progress.hooks };
    const result = await train({ fresh, checkpointMinutes, onResume: reportResumed, hooks });
    progress.stop(summary(result));
    log(`saved to ${out}${origin === undefined ? '' : `, sharing what is unchanged with ${origin}`}`);
    return result;
  } finally {
    progress.stop();
  }
}

/** Trains some nodes of a tree, with progress, for the command that trains all. */
export async function trainSomeNodes(
  { out, checkpointMinutes, fresh }: Pick<TrainingCommand, 'fresh' | 'checkpointMinutes'> & { readonly out: string },
  title: string,
  signal: AbortSignal,
  train: (run: Omit<ResumeOptions, 'fresh'> & { readonly hooks: TreeHooks }) => Promise<void>,
): Promise<void> {
  refuseOptions(fresh ? [freshParts] : []);
  const progress = nodeProgress(title);
  try {
    const hooks = { signal, ...progress.hooks };
    await train({ checkpointMinutes, onResume: reportResumed, hooks });
  } finally {
    progress.stop();
  }
  log(`kept in ${partialFolder(out)}; the command without the choice of parts trains what is missing, and saves`);
}

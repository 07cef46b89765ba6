/** Training into a folder, so that the next call does not repeat what an interrupted training has finished. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CladenetError, type Problem } from '../../errors.js';
import { hasFolder, removeFolder } from '../../files.js';
import { sha256 } from '../../hash.js';
import { type CheckpointStore, checkpointFolder, reportingDamage } from '../../training/checkpoint.js';
import { resolveNetwork } from '../configuration.js';
import { contentOf, describeSplit, type TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { loadClassifier } from '../store/load.js';
import { type FlatOptions, trainFlat } from './train-flat.js';

/** The folder that keeps the finished epochs and nodes of an unfinished training. */
export const partialFolder = (out: string): string => `${out}.partial`;

/** What happens to an interrupted training. */
export interface ResumeOptions {
  /** Start over instead of resuming. Default false. */
  readonly fresh?: boolean | undefined;
  /** Within an epoch a checkpoint is saved this many minutes after the last one; 0 saves only after epochs. Default 5. */
  readonly checkpointMinutes?: number | undefined;
  /**
   * Is called with the folder of an interrupted training that is resumed; and again, with what is wrong, for each of its parts
   * whose newest checkpoint is damaged and that resumes from the checkpoint before.
   */
  readonly onResume?: ((folder: string, damage?: Problem) => void) | undefined;
}

/** What {@link trainInto} has to know of a training. */
export interface IntoOptions<R> extends ResumeOptions {
  /** What the training computes beside its images and their split, as JSON. One of another purpose is not resumed. */
  readonly purpose: unknown;
  /** Saves the result, in `out`. */
  readonly save: (result: R) => Promise<void>;
}

/** The store of a training, or of the training of each of its nodes (by name). */
export type Stores = (node?: string) => CheckpointStore;

/**
 * Trains with checkpoints in `partialFolder(out)`, saves the result, and removes the checkpoints.
 *
 * @param train gives the stores to the training as its `checkpoint` hook
 * @throws CladenetError TRAINING when the checkpoints are of another purpose or damaged; as `train`
 */
export async function trainInto<R>(
  out: string,
  data: TrainingData,
  { purpose, fresh = false, checkpointMinutes: minutes, onResume, save }: IntoOptions<R>,
  train: (stores: Stores) => Promise<R>,
): Promise<R> {
  const folder = partialFolder(out);
  if (fresh) await removeFolder(folder);
  else if (hasFolder(folder)) onResume?.(folder);
  const content = contentOf(data);
  const result = await train((node) => {
    const own = node === undefined ? folder : join(folder, sha256(node).slice(0, 16));
    const store = checkpointFolder(own, [data.drawnBy, content, purpose, node ?? null], { minutes });
    return reportingDamage(store, (damage) => onResume?.(folder, damage));
  });
  await save(result);
  await removeFolder(folder);
  return result;
}

/**
 * `trainFlat` into a folder.
 *
 * @throws CladenetError as `trainFlat` and {@link trainInto}
 */
export async function trainFlatInto(
  out: string,
  data: TrainingData,
  { fresh, checkpointMinutes, onResume, hooks, ...options }: FlatOptions & ResumeOptions,
): Promise<FlatClassifier> {
  const { network, training } = options;
  const purpose = { kind: 'flat', network, training };
  const save = (flat: FlatClassifier) => flat.save(out);
  return trainInto(out, data, { purpose, fresh, checkpointMinutes, onResume, save }, (stores) =>
    trainFlat(data, { ...options, hooks: { ...hooks, checkpoint: stores() } }),
  );
}

/**
 * The classifier in `out`, if it is the one that {@link trainFlatInto} would train: of the same images, labels, split, network
 * and training.
 */
export async function sameFlatIn(
  out: string,
  data: TrainingData,
  { network, training, device }: Pick<FlatOptions, 'network' | 'training' | 'device'>,
): Promise<FlatClassifier | undefined> {
  const classifier = await loadClassifier(out, { device }).catch((error: unknown) => {
    // Nothing, or something damaged or of another version: training replaces it.
    if (error instanceof CladenetError && error.code === 'MODEL') return undefined;
    throw error;
  });
  if (classifier?.kind !== 'flat') return undefined;
  const { spec, config } = resolveNetwork(network, training);
  const wanted = {
    classes: data.truth.classes,
    preprocessing: data.images.preprocessing,
    network: spec,
    training: config,
    split: describeSplit(data),
  };
  const { classes, preprocessing, network: own, training: trained, split } = classifier.description;
  const found = { classes, preprocessing, network: own, training: trained, split };
  return isDeepStrictEqual(found, structuredClone(wanted)) ? classifier : undefined;
}

/** Training into a folder, so that the next call does not repeat what an interrupted training has finished. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CladenetError, type Problem } from '../../errors.js';
import { hasFolder, removeFolder } from '../../files.js';
import { sha256 } from '../../hash.js';
import type { InputPath } from '../../outputs/output-path.js';
import { alone, untilPutTogether } from '../../outputs/part-of-unfinished.js';
import { partialFolder, removeUnfinished } from '../../outputs/unfinished.js';
import { inParts, trainingOutputs, withOutputs } from '../../outputs/with-outputs.js';
import { type CheckpointStore, checkpointFolder, reportingDamage } from '../../training/checkpoint.js';
import { claiming } from '../../training/claiming.js';
import { resolveNetwork } from '../configuration.js';
import { contentOf, describeSplit, type TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import type { Description } from '../schema.js';
import { loadClassifier } from '../store/load.js';
import { type FlatOptions, trainFlat } from './train-flat.js';

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
  /** What is read from files: `out` may not be one of them. */
  readonly inputs?: readonly InputPath[] | undefined;
  /** Ends waiting for another run. */
  readonly signal?: AbortSignal | undefined;
}

/** The store of a training, or of the training of each of its nodes (by name). */
export type Stores = (node?: string) => CheckpointStore;

/**
 * Trains with checkpoints in `partialFolder(out)`, saves the result, and removes the checkpoints.
 *
 * @param train gives the stores to the training as its `checkpoint` hook
 * @throws CladenetError USAGE when `out` cannot be written, or holds what cladenet did not write; OUTPUT when another run writes
 *   it; TRAINING when the checkpoints are of another purpose or damaged; as `train`
 */
export async function trainInto<R>(
  out: string,
  data: TrainingData,
  { purpose, fresh = false, checkpointMinutes: minutes, onResume, save, inputs = [], signal }: IntoOptions<R>,
  train: (stores: Stores) => Promise<R>,
): Promise<R> {
  const folder = partialFolder(out);
  return withOutputs(trainingOutputs('out', out), inputs, async () => {
    if (fresh) await removeFolder(folder);
    else if (hasFolder(folder)) onResume?.(folder);
    const result = await train(resumable(folder, data, { purpose, checkpointMinutes: minutes, onResume, signal }));
    await save(result);
    await removeUnfinished(folder);
    return result;
  });
}

/**
 * Trains some parts of what {@link trainInto} trains and keeps them for it in `partialFolder(out)`, beside other runs that train
 * other parts.
 *
 * @throws CladenetError as {@link trainInto}
 */
export async function trainPartsInto(
  out: string,
  data: TrainingData,
  options: Omit<IntoOptions<unknown>, 'fresh' | 'save'>,
  train: (stores: Stores) => Promise<void>,
): Promise<void> {
  const folder = partialFolder(out);
  await withOutputs(inParts(trainingOutputs('out', out)), options.inputs ?? [], () =>
    untilPutTogether(folder, () => train(resumable(folder, data, options))),
  );
}

/** Stores in a folder that is marked as one of unfinished work. A node's is used by one process at a time. */
function resumable(
  folder: string,
  data: TrainingData,
  { purpose, checkpointMinutes, onResume, signal }: Omit<IntoOptions<unknown>, 'fresh' | 'save'>,
): Stores {
  const stores = storesIn(folder, data, purpose, checkpointMinutes);
  return (node) => {
    const store = claiming(
      folder,
      reportingDamage(stores(node), (damage) => onResume?.(folder, damage)),
    );
    if (node === undefined) return store;
    return {
      ...store,
      alone: (work) => alone(folder, folderOfNode(folder, node), signal, work),
    };
  };
}

const folderOfNode = (folder: string, node: string) => join(folder, sha256(node).slice(0, 16));

function storesIn(folder: string, data: TrainingData, purpose: unknown, minutes?: number): Stores {
  const content = contentOf(data);
  return (node) => {
    const own = node === undefined ? folder : folderOfNode(folder, node);
    return checkpointFolder(own, [data.drawnBy, content, purpose, node ?? null], { minutes });
  };
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
  const purpose = flatPurpose(options);
  const save = (flat: FlatClassifier) => flat.save(out);
  return trainInto(out, data, { purpose, fresh, checkpointMinutes, onResume, save }, (stores) =>
    trainFlat(data, { ...options, hooks: { ...hooks, checkpoint: stores() } }),
  );
}

const flatPurpose = ({ network, training, teachers, views }: FlatOptions) => ({
  kind: 'flat',
  network,
  training,
  teachers: teachers?.map(({ classifier }) => classifier.description),
  ...(views !== undefined && { views }),
});

/**
 * The classifier in `out`, if it is the one that {@link trainFlatInto} would train: of the same images, labels, split, network
 * and training; without `data`, of the same network and training. Removes the checkpoint that a call left which was killed
 * between saving the classifier and removing it.
 */
export async function sameFlatIn(
  out: string,
  data: TrainingData | undefined,
  { network, training, device }: Pick<FlatOptions, 'network' | 'training' | 'device'>,
): Promise<FlatClassifier | undefined> {
  const classifier = await loadClassifier(out, { device }).catch((error: unknown) => {
    // Nothing, or something damaged or of another version.
    if (error instanceof CladenetError && error.code === 'MODEL') return undefined;
    throw error;
  });
  if (classifier?.kind !== 'flat') return undefined;
  const { spec, config } = resolveNetwork(network, training);
  const wanted = {
    network: spec,
    training: config,
    ...(data && {
      classes: data.truth.classes,
      preprocessing: data.images.preprocessing,
      split: withoutCrops(describeSplit(data)),
    }),
  };
  const { classes, preprocessing, network: own, training: trained, split } = classifier.description;
  const found = {
    ...{ network: own, training: trained },
    ...(data && { classes, preprocessing, split: withoutCrops(split) }),
  };
  if (!isDeepStrictEqual(found, structuredClone(wanted))) {
    classifier.dispose();
    return undefined;
  }
  if (data !== undefined) await removeDone(out, data, { network, training });
  return classifier;
}

/** What follows from the images, and what classifiers of earlier versions do not say. */
const withoutCrops = ({ crops: _, ...split }: Description['split']) => split;

/** Removes the checkpoint of a training that is done; not that of another one, which may be resumed. */
async function removeDone(out: string, data: TrainingData, options: FlatOptions): Promise<void> {
  const folder = partialFolder(out);
  const left = await storesIn(folder, data, flatPurpose(options))()
    .load()
    .catch(() => undefined);
  if (left !== undefined) await removeUnfinished(folder);
}

/** Training a flat classifier into its folder, from where it was stopped: `train flat`, and `train tree` without `--from`. */
import { isDeepStrictEqual } from 'node:util';
import { resolveNetwork } from '../classifier/configuration.js';
import { describeSplit, type TrainingData } from '../classifier/data/training-data.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { loadClassifier } from '../classifier/store/load.js';
import { trainFlat } from '../classifier/train/train-flat.js';
import { CladenetError } from '../errors.js';
import { print, say } from '../progress.js';
import { checkpointFolder } from '../training/checkpoint.js';
import { deviceOf } from './device.js';
import { epochProgress, networkOf, presetTrainingOf, purposeOf, type TrainingCommand, testLine } from './training.js';

/** Where the finished epochs of an unfinished training are. */
export const partialFolder = (out: string) => `${out}.partial`;

export async function trainFlatInto(
  out: string,
  command: TrainingCommand,
  data: TrainingData,
  signal: AbortSignal,
): Promise<FlatClassifier> {
  const network = networkOf(command);
  const training = presetTrainingOf(command);
  const checkpoint = checkpointFolder(partialFolder(out), purposeOf('flat', data, { network, training }));
  if (command.fresh) await checkpoint.clear();
  else if ((await checkpoint.load()) !== undefined) say(`going on from ${partialFolder(out)}`);
  const progress = epochProgress();
  try {
    const flat = await trainFlat(data, {
      network,
      training,
      deviceMemory: command.deviceMemory * 2 ** 20,
      device: deviceOf(command),
      hooks: { ...progress, signal, checkpoint },
    });
    await flat.save(out);
    await checkpoint.clear();
    say(`saved to ${out}`);
    print(testLine('flat', flat.description.test));
    return flat;
  } finally {
    progress.stop();
  }
}

/**
 * The classifier in `out`, if it is the very one that `trainFlatInto` would make: of the same images, labels, split,
 * network and training.
 */
export async function flatMadeBefore(
  out: string,
  command: TrainingCommand,
  data: TrainingData,
): Promise<FlatClassifier | undefined> {
  const classifier = await loadClassifier(out, { device: deviceOf(command) }).catch((error: unknown) => {
    // Nothing, something damaged or of another version: it is replaced, as anything that is trained anew.
    if (error instanceof CladenetError && error.code === 'MODEL') return undefined;
    throw error;
  });
  if (classifier?.kind !== 'flat') return undefined;
  const { classes, preprocessing, network, training, split } = classifier.description;
  const { spec, config } = resolveNetwork(networkOf(command), presetTrainingOf(command));
  const wanted = {
    classes: data.truth.classes,
    preprocessing: data.images.preprocessing,
    network: spec,
    training: config,
    split: describeSplit(data),
  };
  const isSame = isDeepStrictEqual({ classes, preprocessing, network, training, split }, structuredClone(wanted));
  return isSame ? classifier : undefined;
}

/** Training a flat classifier into its folder, from where it was stopped: `train flat`, and `train tree` without `--from`. */
import type { FlatClassifier } from '../classifier/flat.js';
import { trainFlat } from '../classifier/train-flat.js';
import type { TrainingData } from '../classifier/training-data.js';
import { checkpointFolder } from '../training/checkpoint.js';
import { deviceOf } from './device.js';
import type { FlatCommand, TreeCommand } from './options.js';
import { say } from './progress.js';
import { epochProgress, networkOf, presetTrainingOf, purposeOf, testLine } from './training.js';

/** Where the finished epochs of an unfinished training are. */
export const partialFolder = (out: string) => `${out}.partial`;

export async function trainFlatInto(
  out: string,
  command: FlatCommand | TreeCommand,
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
    console.log(testLine('flat', flat.description.test));
    return flat;
  } finally {
    progress.stop();
  }
}

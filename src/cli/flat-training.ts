/** Training a flat classifier: `train flat`, and `train tree` without `--from`. */
import type { TrainingData } from '../classifier/data/training-data.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { trainFlatInto } from '../classifier/train/train-into.js';
import { log, print } from '../progress.js';
import { deviceOf } from './device.js';
import {
  epochProgress,
  networkOf,
  presetTrainingOf,
  reportResumed,
  type TrainingCommand,
  testLine,
} from './training.js';

export const flatOptions = (command: TrainingCommand) => ({
  network: networkOf(command),
  training: presetTrainingOf(command),
  device: deviceOf(command),
});

export async function trainFlatWithProgress(
  out: string,
  command: TrainingCommand,
  data: TrainingData,
  signal: AbortSignal,
): Promise<FlatClassifier> {
  const progress = epochProgress();
  try {
    const flat = await trainFlatInto(out, data, {
      ...flatOptions(command),
      fresh: command.fresh,
      onResume: reportResumed,
      deviceMemory: command.deviceMemory * 2 ** 20,
      hooks: { ...progress, signal },
    });
    log(`saved to ${out}`);
    print(testLine('flat', flat.description.test));
    return flat;
  } finally {
    progress.stop();
  }
}

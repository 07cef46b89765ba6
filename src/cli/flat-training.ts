/** Training a flat classifier: `train flat`, and `train tree` without `--from`. */
import { parseTraining } from '../classifier/configuration.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { fewStepsNote } from '../classifier/train/few-steps.js';
import type { FlatOptions } from '../classifier/train/train-flat.js';
import { trainFlatInto } from '../classifier/train/train-into.js';
import { networkOf, presetTrainingOf } from '../options/training-config.js';
import { log, print } from '../progress.js';
import { testLine } from '../report/tables/training-text.js';
import { computing, epochProgress, reportResumed, type TrainingCommand } from './training.js';

export const flatOptions = (command: TrainingCommand) => ({
  network: networkOf(command),
  training: presetTrainingOf(command),
  ...computing(command),
});

export async function trainFlatWithProgress(
  out: string,
  command: TrainingCommand,
  data: TrainingData,
  signal: AbortSignal,
  more: Pick<FlatOptions, 'teachers' | 'views'> = {},
): Promise<FlatClassifier> {
  const progress = epochProgress();
  const hooks = { ...progress, signal };
  const { fresh, checkpointMinutes } = command;
  const options = flatOptions(command);
  const note = fewStepsNote(data.split.train.length, parseTraining(options.training));
  if (command.epochs === undefined && note !== undefined) log(note);
  const run = { fresh, checkpointMinutes, onResume: reportResumed, hooks };
  try {
    const flat = await trainFlatInto(out, data, { ...options, ...more, ...run });
    log(`saved to ${out}`);
    print(testLine('flat', flat.description.test));
    return flat;
  } finally {
    progress.stop();
  }
}

/** `--amend-by`: the classifier that amends another one. */
import type { Classifier } from '../classifier/classifier.js';
import { loadClassifier } from '../classifier/store/load.js';
import { CladenetError } from '../errors.js';
import { refuseOptions, unusedOptions } from '../options/unused.js';
import { type LoadCommand, loadingOf } from './models.js';

interface AmendingCommand extends LoadCommand {
  readonly amendBy?: string | undefined;
  readonly maxLoss?: number | undefined;
  readonly balanceVsAccuracy?: boolean | undefined;
}

/** Undefined where none is asked for. The caller frees its memory on the device. */
export async function amendingOf(
  { description: { preprocessing } }: Classifier,
  command: AmendingCommand,
): Promise<Classifier | undefined> {
  const { amendBy } = command;
  if (amendBy === undefined) return undefined;
  refuseOptions(
    unusedOptions(command, ['maxLoss', 'balanceVsAccuracy'], 'none beside `amendBy`: it is measured without it'),
  );
  const amending = await loadClassifier(amendBy, await loadingOf(command));
  const other = amending.description.preprocessing;
  if (JSON.stringify(other) === JSON.stringify(preprocessing)) return amending;
  amending.dispose();
  throw new CladenetError('USAGE', 'The classifier cannot be amended', [
    {
      where: 'amendBy',
      expected: `a classifier of images prepared alike: ${JSON.stringify(preprocessing)}`,
      received: JSON.stringify(other),
    },
  ]);
}

/** Options of favouring rare classes, as the library takes them. */
import type { ClassifyOptions } from '../classifier/classification.js';
import type { Classifier } from '../classifier/classifier.js';
import { chooseBalanceOf, trainingCounts } from '../classifier/judging/choose-balance.js';
import type { ImageSet } from '../dataset/images.js';
import type { Balance } from '../decision/logit-adjustment.js';
import { CladenetError } from '../errors.js';
import { refuseOptions, unusedOptions } from '../options/unused.js';
import { log } from '../progress.js';
import { balanceLines } from '../report/tables/balance-text.js';
import { predicting } from './models.js';

interface BalanceCommand extends Pick<ClassifyOptions, 'routing' | 'decide' | 'tta'> {
  /** Tau. */
  readonly balance?: number | undefined;
  readonly maxLoss?: number | undefined;
}

/**
 * The value of `balance` for `Classifier.classify`; undefined where none is asked for.
 * @param images opens the images that the classifier was trained with; undefined where they were not given
 */
export async function balanceOf(
  classifier: Classifier,
  command: BalanceCommand,
  images: (() => Promise<ImageSet>) | undefined,
  signal: AbortSignal,
): Promise<Balance | undefined> {
  const { balance: tau, maxLoss, routing, decide, tta } = command;
  if (tau === undefined && maxLoss === undefined) return undefined;
  refuseOptions(
    maxLoss === undefined ? [] : unusedOptions(command, ['balance'], 'none beside `maxLoss`, which chooses it'),
  );
  if (images === undefined) throw noImages();
  const all = await images();
  if (maxLoss === undefined) return { tau: tau ?? 0, counts: trainingCounts(classifier, all) };
  const chosen = await predicting('predicting', (onProgress) =>
    chooseBalanceOf(classifier, all, { maxLoss, routing, decide, tta, signal, onProgress }),
  );
  for (const line of balanceLines(chosen)) log(line);
  return chosen.balance;
}

const noImages = () =>
  new CladenetError('USAGE', 'The training images cannot be counted', [
    {
      where: 'images',
      expected: 'the images the classifier was trained with: rare classes are rare among them',
      received: 'nothing',
    },
  ]);

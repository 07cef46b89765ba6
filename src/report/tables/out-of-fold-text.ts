/** Out-of-fold predictions as plain text: the images that they are made for, and each fold. */

import type { FoldNews } from '../../classifier/out-of-fold/out-of-fold.js';
import type { FoldedData } from '../../classifier/out-of-fold/out-of-fold-of.js';
import { counted } from '../../units.js';
import { damageText, share } from './training-text.js';

/** How many images are predicted, left out, missing and only trained on. */
export function foldedDataLines({ train, validation, inner, missing, leftOut }: FoldedData): string[] {
  return [
    `${counted(train, 'training image')} to train on and predict in turn, ${validation} validation images to choose by; ` +
      `left out: ${leftOut.tested} of the test set, ${leftOut.foreign} the classifier has never seen`,
    ...(missing > 0 ? [`${counted(missing, 'image')} of its training and validation sets are missing`] : []),
    ...(inner > 0
      ? [`${counted(inner, 'training image')} labelled at inner nodes: used for training, not predicted`]
      : []),
  ];
}

/** What happens to a fold. */
export function foldLine({ fold, folds, state, learned, heldOut, accuracy, damage }: FoldNews): string {
  const name = `fold ${fold}/${folds}`;
  if (damage !== undefined) return `${name}: ${damageText(damage)}`;
  const right = `${share(accuracy ?? null)} of ${counted(heldOut, 'image')} right`;
  if (state === 'predicted') return `${name}: ${right}`;
  if (state === 'reused') return `${name}: ${right}, as predicted before`;
  return `${name}: ${state === 'training' ? 'training' : 'resuming'} with ${counted(learned, 'image')}`;
}

/** `--out-of-fold`: predictions for the training images of a flat classifier, by others that are trained as it was. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Retraced, retrace } from '../classifier/data/retrace.js';
import type { FlatClassifier } from '../classifier/flat.js';
import {
  type FoldNews,
  type OutOfFoldPredictions,
  outOfFoldPredictions,
} from '../classifier/out-of-fold/out-of-fold.js';
import { partialFolder } from '../classifier/train/train-into.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { ImageSet } from '../dataset/images.js';
import { lazyProgress, log } from '../progress.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { takenOver } from '../training/config.js';
import { counted } from '../units.js';
import { deviceOf } from './device.js';
import { requireFlat } from './open-flat.js';
import { requireWritable } from './output.js';
import { epochProgress, reportResumed, share } from './training.js';

export interface FoldChoice {
  /** Number of folds; undefined for none. */
  readonly outOfFold?: number | undefined;
  /** Begin anew where an unfinished one was left. */
  readonly fresh: boolean;
  readonly seed: number;
  readonly gpu: boolean;
}

/** What Ctrl-C leaves, for a person. @param out the file beside which unfinished folds are kept */
export const foldHint = ({ outOfFold }: FoldChoice, out: string): string =>
  outOfFold === undefined
    ? 'nothing is written'
    : `the same command resumes from the finished epochs, in ${partialFolder(out)}`;

/** @throws CladenetError USAGE where unfinished folds could not be kept */
export async function requireFoldRoom(option: string, { outOfFold }: FoldChoice, out: string): Promise<void> {
  if (outOfFold !== undefined) await requireWritable(option, join(partialFolder(out), 'fold-1', 'predictions.json'));
}

/** Once the result is written. */
export async function clearFolds({ outOfFold }: FoldChoice, out: string): Promise<void> {
  if (outOfFold !== undefined) await rm(partialFolder(out), { recursive: true, force: true });
}

/** @throws CladenetError USAGE for a tree */
export const requireFoldable = (classifier: FlatClassifier | TreeClassifier, folder: string): FlatClassifier =>
  requireFlat(classifier, {
    summary: 'Out-of-fold predictions need a flat classifier',
    where: 'model',
    folder,
    option: '--out-of-fold',
  });

/** @param out the file beside which unfinished folds are kept */
export async function predictOutOfFold(
  classifier: FlatClassifier,
  images: ImageSet,
  taxonomy: Taxonomy | undefined,
  choice: FoldChoice & { readonly outOfFold: number },
  out: string,
  signal: AbortSignal,
): Promise<OutOfFoldPredictions> {
  const { outOfFold: folds, seed } = choice;
  const { network, training } = classifier.description;
  const retraced = retrace(classifier, images, taxonomy);
  reportData(classifier, retraced);
  const folder = partialFolder(out);
  if (choice.fresh) await rm(folder, { recursive: true, force: true });
  else if (existsSync(folder)) reportResumed(folder);
  const epochs = epochProgress();
  let predicting = lazyProgress('predicting');
  try {
    return await outOfFoldPredictions(retraced.data, {
      folds,
      seed,
      network,
      training: takenOver(training),
      device: deviceOf(choice),
      folder,
      hooks: {
        signal,
        onStep: epochs.onStep,
        onEpoch: epochs.onEpoch,
        onPredict: ({ done, total }) => predicting.update(done, total),
        onPlan(notes) {
          for (const note of notes) log(`  ${note}`);
        },
        onFold(news) {
          predicting.stop();
          predicting = lazyProgress(`predicting fold ${news.fold}/${news.folds}`);
          log(foldLine(news));
        },
      },
    });
  } finally {
    epochs.stop();
    predicting.stop();
  }
}

function reportData({ description }: FlatClassifier, { data, leftOut }: Retraced): void {
  const { train, validation } = data.split;
  const expected = description.split.images;
  log(
    `${counted(train.length, 'training image')} to train on and predict in turn, ${validation.length} validation images to ` +
      `choose by; left out: ${leftOut.tested} of the test set, ${leftOut.foreign} the classifier has never seen`,
  );
  const missing = expected.train - train.length + (expected.validation - validation.length);
  if (missing > 0) log(`${counted(missing, 'image')} of its training and validation sets are missing`);
  const inner = train.filter((image) => (data.truth.labels[image] ?? -1) >= data.truth.classes.length).length;
  if (inner > 0) log(`${counted(inner, 'training image')} labelled at inner nodes: used for training, not predicted`);
}

function foldLine({ fold, folds, state, learned, heldOut, accuracy }: FoldNews): string {
  const name = `fold ${fold}/${folds}`;
  const right = `${share(accuracy ?? null)} of ${counted(heldOut, 'image')} right`;
  if (state === 'predicted') return `${name}: ${right}`;
  if (state === 'reused') return `${name}: ${right}, as predicted before`;
  return `${name}: ${state === 'training' ? 'training' : 'resuming'} with ${counted(learned, 'image')}`;
}

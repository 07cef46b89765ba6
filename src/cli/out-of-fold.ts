/** `--out-of-fold`: the mistakes of models that are trained as a flat classifier was, on its training images. */
import type { FlatClassifier } from '../classifier/flat.js';
import type { OutOfFoldPredictions } from '../classifier/out-of-fold/out-of-fold.js';
import { type OutOfFoldOfOptions, outOfFoldOf, someFoldsOf } from '../classifier/out-of-fold/out-of-fold-of.js';
import type { ImageSet } from '../dataset/images.js';
import type { OutputPath } from '../outputs/output-path.js';
import { partialFolder, removeUnfinished } from '../outputs/unfinished.js';
import { lazyProgress, log } from '../progress.js';
import { foldedDataLines, foldLine } from '../report/tables/out-of-fold-text.js';
import { epochProgress, networkHint, reportResumed } from './training.js';

interface FoldChoice {
  /** Number of folds; undefined for none. */
  readonly outOfFold?: number | undefined;
}

/** How the same command resumes; null where it keeps nothing. @param out the file beside which unfinished folds are kept */
export const foldHint = ({ outOfFold }: FoldChoice, out: string): string | null =>
  outOfFold === undefined ? null : networkHint(out);

/** The folder that unfinished folds are kept in. @param where the option that names `out` */
export const foldOutputs = (where: string, { outOfFold }: FoldChoice, out: string): OutputPath[] =>
  outOfFold === undefined ? [] : [{ where, path: partialFolder(out), kind: 'unfinished' }];

/** Once the result is written. */
export async function clearFolds({ outOfFold }: FoldChoice, out: string): Promise<void> {
  if (outOfFold !== undefined) await removeUnfinished(partialFolder(out));
}

/** @param out the file beside which unfinished folds are kept */
export async function predictOutOfFold(
  classifier: FlatClassifier,
  images: ImageSet,
  out: string,
  options: Omit<OutOfFoldOfOptions, 'folder' | 'onResume' | 'hooks'>,
  signal: AbortSignal,
): Promise<OutOfFoldPredictions> {
  return withProgress(out, signal, (run) => outOfFoldOf(classifier, images, { ...options, ...run }));
}

/** @param only numbers of folds, from 1 */
export async function predictSomeOutOfFold(
  classifier: FlatClassifier,
  images: ImageSet,
  out: string,
  options: Omit<OutOfFoldOfOptions, 'folder' | 'onResume' | 'hooks' | 'fresh'>,
  only: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  await withProgress(out, signal, (run) => someFoldsOf(classifier, images, { ...options, ...run }, only));
  log(
    `kept in ${partialFolder(out)}; the command without --only-folds predicts what is missing, and writes the result`,
  );
}

async function withProgress<T>(
  out: string,
  signal: AbortSignal,
  work: (run: Pick<OutOfFoldOfOptions, 'folder' | 'onResume' | 'hooks'>) => Promise<T>,
): Promise<T> {
  const { onStep, onEpoch, stop } = epochProgress();
  let predicting = lazyProgress('predicting');
  const logAll = (lines: readonly string[]) => {
    for (const line of lines) log(line);
  };
  try {
    return await work({
      folder: partialFolder(out),
      onResume: reportResumed,
      hooks: {
        signal,
        onStep,
        onEpoch,
        onPredict: ({ done, total }) => predicting.update(done, total),
        onData: (data) => logAll(foldedDataLines(data)),
        onPlan: (notes) => logAll(notes.map((note) => `  ${note}`)),
        onFold(news) {
          predicting.stop();
          predicting = lazyProgress(`predicting fold ${news.fold}/${news.folds}`);
          log(foldLine(news));
        },
      },
    });
  } finally {
    stop();
    predicting.stop();
  }
}

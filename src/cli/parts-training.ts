/** Training the parts of a tree (nodes, specialists) into a folder: `train tree`, `train specialists`, `tune` and `grow`. */
import type { TrainingData } from '../classifier/data/training-data.js';
import { partialFolder, trainInto } from '../classifier/train/train-into.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { lazyProgress, log } from '../progress.js';
import { printPath } from '../taxonomy/names.js';
import { interruptible } from './interrupt.js';
import { reportResumed } from './training.js';

interface PartsRun<R> {
  readonly data: TrainingData;
  /** What the training computes beside the images and their split. */
  readonly purpose: unknown;
  readonly train: (hooks: TreeHooks) => Promise<R>;
  readonly treeOf: (result: R) => TreeClassifier;
  /** The tree that the new one is made from, whose unchanged files it shares. */
  readonly origin?: string | undefined;
  /** What was trained, in a line. */
  readonly summary: (result: R) => string;
}

/** Prepares the run, trains with progress, resuming what was interrupted, and saves the tree. */
export async function trainParts<R>(
  { out, fresh }: { readonly out: string; readonly fresh: boolean },
  title: string,
  prepare: (signal: AbortSignal) => Promise<PartsRun<R>>,
  report: (result: R) => void | Promise<void>,
): Promise<void> {
  const hint = `no tree is saved; the same command resumes with what is in ${partialFolder(out)}`;
  await interruptible(hint, async (signal) => {
    const { data, purpose, train, treeOf, origin, summary } = await prepare(signal);
    const progress = lazyProgress(title);
    const save = (result: R) => {
      progress.stop(summary(result));
      return treeOf(result).save(out, { origin });
    };
    try {
      const result = await trainInto(out, data, { purpose, fresh, onResume: reportResumed, save }, (stores) =>
        train({ signal, ...nodeProgress(progress), checkpoint: stores }),
      );
      log(`saved to ${out}${origin === undefined ? '' : `, sharing what is unchanged with ${origin}`}`);
      await report(result);
    } finally {
      progress.stop();
    }
  });
}

/** Which node is trained, and how far it is: with a CNN block of its own, a node may take hours. */
export function nodeProgress(
  progress: ReturnType<typeof lazyProgress>,
): Required<Pick<TreeHooks, 'onNode' | 'onEpoch'>> {
  let [done, total] = [0, 1];
  return {
    onNode(path, index, nodes) {
      [done, total] = [index, nodes];
      progress.update(done, total, printPath(path));
    },
    onEpoch: (path, { epoch, loss }) =>
      progress.update(done, total, `epoch ${epoch}, loss ${loss.toFixed(3)}, ${printPath(path)}`),
  };
}

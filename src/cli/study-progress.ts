/** Progress of a study: what is trained for which arms, and how far it is. */
import { lazyProgress, log, logLines } from '../progress.js';
import type { StudyHooks } from '../study/hooks.js';
import { differencesText, modelLine, predictionLine } from '../study/progress-text.js';
import { printPath } from '../taxonomy/names.js';
import { epochProgress } from './training.js';

type ProgressHooks = Required<
  Pick<StudyHooks, 'onPlan' | 'onModel' | 'onPredictions' | 'onNode' | 'onStep' | 'onEpoch' | 'onProgress'>
>;

export function studyProgress(): { readonly hooks: ProgressHooks; stop(): void } {
  const epochs = epochProgress();
  let nodes = lazyProgress('training nodes');
  /** The part of the model that is trained: one of one for a network as a whole. */
  let part = { path: '', index: 0, of: 1 };

  function stop(): void {
    epochs.stop();
    nodes.stop();
    nodes = lazyProgress('training nodes');
    part = { path: '', index: 0, of: 1 };
  }

  return {
    hooks: {
      onPlan: (differences) => logLines(differencesText(differences, process.stderr.columns)),
      onModel(news) {
        stop();
        log(modelLine(news));
      },
      onPredictions: (news) => log(predictionLine(news)),
      onProgress: epochs.onProgress,
      onNode(path, index, of) {
        epochs.stop();
        part = { path, index, of };
        if (of > 1) nodes.update(index, of, printPath(path));
      },
      onStep(progress) {
        if (part.of === 1) epochs.onStep?.(progress);
      },
      onEpoch(record) {
        if (part.of === 1) return epochs.onEpoch?.(record);
        const { index, of, path } = part;
        nodes.update(index, of, `epoch ${record.epoch}, loss ${record.loss.toFixed(3)}, ${printPath(path)}`);
      },
    },
    stop,
  };
}

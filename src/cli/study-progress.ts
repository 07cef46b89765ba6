/** Progress of a study: what is trained for which arms, and how far it is. */
import { basename } from 'node:path';
import { lazyProgress, log } from '../progress.js';
import { hangingText } from '../report/tables/terminal-text.js';
import type { SettingDifference } from '../study/differences.js';
import type { ModelNews, PredictionNews, StudyHooks } from '../study/hooks.js';
import { printPath } from '../taxonomy/names.js';
import { duration } from '../units.js';
import { epochProgress } from './training.js';

type ProgressHooks = Required<
  Pick<StudyHooks, 'onPlan' | 'onModel' | 'onPredictions' | 'onNode' | 'onStep' | 'onEpoch'>
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
      onPlan: (differences) => log(differencesText(differences, process.stderr.columns)),
      onModel(news) {
        stop();
        log(modelLine(news));
      },
      onPredictions: (news) => log(predictionLine(news)),
      onNode(path, index, of) {
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

function modelLine({ seed, model, arms, state, seconds }: ModelNews): string {
  const took = seconds === undefined ? '' : ` in ${duration(seconds)}`;
  const of = arms.length === 0 ? '' : ` (${arms.join(', ')})`;
  return `seed ${seed}, ${basename(model)}${of}: ${state === 'reused' ? 'trained before' : state}${took}`;
}

function predictionLine({ seed, arm, state, accuracy }: PredictionNews): string {
  return `seed ${seed}, ${arm}: ${(100 * accuracy).toFixed(1)} % of the test images${state === 'reused' ? ', as before' : ''}`;
}

/** How the arms differ, setting by setting: the value that most have, then the others with their arms. */
export function differencesText(differences: readonly SettingDifference[], width = 100): string {
  if (differences.length === 0) return 'All arms have the same settings.\n';
  const lines = differences.map(({ setting, values }) => {
    const [usual, ...others] = values.toSorted((a, b) => b.arms.length - a.arms.length);
    const odd = others.map(({ value, arms }) => `${value} (${arms.join(', ')})`).join(', ');
    return hangingText(`  ${setting}: `, `${usual?.value}, but ${odd}`, width);
  });
  return ['All arms have the same split and the same settings, except for', ...lines, ''].join('\n');
}

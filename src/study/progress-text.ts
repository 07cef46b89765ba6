/** A study while it runs, as plain text: how its arms differ, each model and each prediction. */
import { basename } from 'node:path';
import { hangingText } from '../report/tables/terminal-text.js';
import { damageText } from '../report/tables/training-text.js';
import { duration } from '../units.js';
import type { SettingDifference } from './differences.js';
import type { ModelNews, PredictionNews } from './hooks.js';

const place = ({ seed, fold }: Pick<ModelNews, 'seed' | 'fold'>) =>
  fold === undefined ? `seed ${seed}` : `seed ${seed}, fold ${fold}`;

/** What happens to a model: its training, or that it is reused. */
export function modelLine({ model, arms, state, seconds, damage, ...of }: ModelNews): string {
  if (damage !== undefined) return `${place(of)}, ${basename(model)}: ${damageText(damage)}`;
  const took = seconds === undefined ? '' : ` in ${duration(seconds)}`;
  const used = arms.length === 0 ? '' : ` (${arms.join(', ')})`;
  const said = { reused: 'trained before', waiting: 'another run trains it: waiting' };
  return `${place(of)}, ${basename(model)}${used}: ${state in said ? said[state as keyof typeof said] : state}${took}`;
}

/** The accuracy of an arm. */
export function predictionLine({ arm, state, accuracy, ...of }: PredictionNews): string {
  return `${place(of)}, ${arm}: ${(100 * accuracy).toFixed(1)} % of the test images${state === 'reused' ? ', as before' : ''}`;
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

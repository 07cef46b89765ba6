/** What the selection is worth, on rows that had no part in it. */
import { judgeStudy } from '../evaluation/study.js';
import type { Study, StudyArm, StudyRun } from '../evaluation/study-types.js';
import type { FeatureTable } from '../features/feature-table.js';
import { forestPredictions } from './forest-predictions.js';
import type { SelectingOptions } from './options.js';
import type { SelectionData } from './selection-data.js';

/**
 * Compares forests on the base, on base and selected candidates, and on base and all candidates: paired by seed and row.
 *
 * @param selected names of candidates
 * @returns null without test rows
 */
export async function judgeOnTest(
  data: SelectionData,
  table: FeatureTable,
  selected: readonly string[],
  { seeds, trees = 300, forest: growing, signal, onProgress }: SelectingOptions,
): Promise<Study | null> {
  const { base, candidates, split } = data;
  const { test = [] } = split;
  if (test.length === 0) return null;
  const images = Array.from(test, (row) => table.rows[row] as string);
  const before = base === undefined ? '' : 'with ';
  const choices = [
    ...(base === undefined ? [] : [{ name: 'base', features: [] }]),
    ...(selected.length === 0 ? [] : [{ name: `${before}selected`, features: selected }]),
    { name: `${before}all`, features: candidates.names },
  ];
  const arms: StudyArm[] = [];
  for (const [a, { name, features }] of choices.entries()) {
    const runs: StudyRun[] = [];
    for (const [k, seed] of seeds.entries()) {
      const names = [...(base?.names ?? []), ...features];
      const settings = { ...growing, trees, seed, signal };
      runs.push({ seed, images, predictions: await forestPredictions(data, { table, names }, test, settings) });
      onProgress?.('test', a * seeds.length + k + 1, choices.length * seeds.length);
    }
    arms.push({ name, runs });
  }
  return judgeStudy(arms);
}

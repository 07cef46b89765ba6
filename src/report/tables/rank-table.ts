/** The accuracy at each rank of a taxonomy, as a table for the terminal. */
import type { RankAccuracy } from '../../evaluation/by-rank.js';
import { percent } from '../../units.js';
import { alignColumns } from './columns.js';

/** Says which images a rank leaves out. */
export const RANK_NOTE = 'Left out: images whose true class lies above the rank, or has no rank.';

/** One line a rank, from the top down, and which images are left out. */
export function rankTable(ranks: readonly RankAccuracy[]): string {
  const rows = ranks.map(({ rank, accuracy, images, leftOut }) => [
    rank,
    accuracy === null ? '-' : percent(accuracy),
    String(images),
    String(leftOut),
  ]);
  const lines = alignColumns([['rank', 'accuracy', 'images', 'left out'], ...rows], 1);
  return [...lines, ...(ranks.some(({ leftOut }) => leftOut > 0) ? ['', RANK_NOTE] : [])].join('\n');
}

/** The ranking of weak sub-trees as a table. */

import type { WeakSubtree } from '../../evaluation/attribution/weak-subtrees.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';
import { fitText, padStart, widest } from './terminal-text.js';

const GAP = '  ';
const LONGEST_NAME = 48;

/** One line a node, its name cut where the line would be longer than `width`. */
export function weakTable(ranked: readonly WeakSubtree[], taxonomy: Taxonomy, width: number): string {
  const rows = ranked.map(({ images, arrived, accuracy, caused, recoverable, ci95: [low, high], ...node }) => [
    String(images),
    String(arrived),
    accuracy === null ? '-' : percent(accuracy),
    String(caused),
    String(recoverable),
    `${Math.floor(low)}-${Math.ceil(high)}`,
    `${node.recoverableBelow}${node.enough ? ' ' : '*'}`,
  ]);
  const table = [['images', 'arrived', 'right', 'caused', 'alone', '95 %', 'below '], ...rows];
  const widths = table[0]?.map((_, c) => widest(table.map((row) => row[c] ?? ''))) ?? [];
  const numbers = table.map((row) => row.map((cell, c) => padStart(cell, widths[c] ?? 0)).join(GAP));
  const names = ['node', ...ranked.map(({ path }) => taxonomy.node(path).name)];
  const rankWidth = String(ranked.length).length;
  const room = width - rankWidth - 2 * GAP.length - (numbers[0]?.length ?? 0);
  const nameWidth = Math.min(room, LONGEST_NAME, widest(names));
  const lines = numbers.map((line, i) => {
    const rank = i === 0 ? '' : String(i);
    return `${rank.padStart(rankWidth)}${GAP}${fitText(names[i] ?? '', nameWidth)}${GAP}${line}`.trimEnd();
  });
  const over = 'gained if perfect '.padStart(rankWidth + nameWidth + 2 * GAP.length + (numbers[0]?.length ?? 0));
  const few = ranked.some(({ enough }) => !enough) ? ['', '* too few images arrive to judge the node'] : [];
  return [over.trimEnd(), ...lines, ...few].join('\n');
}

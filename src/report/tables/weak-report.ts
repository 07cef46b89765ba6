/**
 * Weak sub-trees as plain text: the tree with bars, the ranking, and for the first ranks the details and what to try.
 */

import type { Routing } from '../../evaluation/attribution/routing.js';
import type { WeakSubtrees } from '../../evaluation/attribution/weak-subtrees.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted, percent } from '../../units.js';
import { weakDetails } from './weak-details.js';
import { weakTable } from './weak-table.js';
import { weakTree } from './weak-tree.js';

/** Options of {@link weakReport}. */
export interface WeakReportOptions {
  /** What the images judged on are, for the headline: `validation`, `test`, `unseen`. */
  readonly on: string;
  /** The routing that the mistakes were attributed by. */
  readonly routing: Routing;
  /** How many nodes of the ranking are shown. */
  readonly top: number;
  /** Characters in a line; at least 80 are taken. */
  readonly width: number;
}

/**
 * The number of mistakes, a drawing of the inner nodes, the table of the weakest nodes, and their details.
 * @param weak     of `findWeakSubtrees`
 * @param taxonomy the one it was found with
 */
export function weakReport(weak: WeakSubtrees, taxonomy: Taxonomy, options: WeakReportOptions): string {
  const { on, routing, top } = options;
  const width = Math.max(80, options.width);
  const shown = weak.nodes.slice(0, top).filter(({ caused, recoverable }) => caused + recoverable > 0);
  const right = percent(1 - weak.mistakes / weak.images);
  const mistakes = `${counted(weak.mistakes, 'mistake')} (${right} right)`;
  const head = `${mistakes} on ${counted(weak.images, `${on} image`)}, ${routing} routing`;
  const bars = [
    'Inner nodes: accuracy among their children, and mistakes (number and bar)',
    '█ gone if this node alone were perfect   ░ others made here',
  ].join('\n');
  const tree = `${bars}\n\n${weakTree(weak, taxonomy, width)}`;
  if (shown.length === 0) return `${head}\n\n${tree}`;
  return [head, tree, weakTable(shown, taxonomy, width), weakDetails(shown, taxonomy, width)].join('\n\n');
}

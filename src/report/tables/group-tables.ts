/** Groups of classes, the sweep over beta, and the agreement of methods, as plain text for the terminal. */

import type { SpecialistsScores } from '../../classifier/specialists/score-specialists.js';
import type { MethodsComparison } from '../../grouping/compare-methods.js';
import type { Confusion } from '../../grouping/confusion.js';
import type { Grouping } from '../../grouping/grouping.js';
import { mistakesInGroup } from '../../grouping/mistakes.js';
import { namedGroups } from '../../grouping/named-groups.js';
import type { Sweep } from '../../grouping/sweep.js';
import { percent } from '../../units.js';
import { alignColumns, alignWithRemark } from './columns.js';
import { wrap } from './terminal-text.js';

/** Characters in a line where no terminal says how many it has. */
export const WIDTH = 100;
const INDENT = '    ';

/**
 * The groups of two or more classes, largest first, with the share of mistakes inside each; then the classes left
 * alone.
 */
export function groupsText(
  confusion: Confusion,
  grouping: Grouping,
  { width = WIDTH }: { readonly width?: number | undefined } = {},
): string {
  const groups = namedGroups(grouping);
  const mistakes = groups.map(({ classes }) => mistakesInGroup(confusion, classes));
  const inside = mistakes.reduce((sum, { ofAll }) => sum + ofAll, 0);
  const headline =
    `${groups.length} ${groups.length === 1 ? 'group' : 'groups'} of two classes or more with ` +
    `${percent(inside)} of all mistakes inside; ${grouping.alone.length} of ${grouping.classes.length} classes alone.`;
  const head = ['', 'classes', 'of all mistakes', 'of its own'];
  const [titles = '', ...rows] = alignColumns(
    [
      head,
      ...groups.map(({ name, classes }, g) => [
        name,
        String(classes.length),
        percent(mistakes[g]?.ofAll ?? 0),
        percent(mistakes[g]?.ofOwn ?? 0),
      ]),
    ],
    1,
  );
  const lines = rows.flatMap((row, g) => [row, ...list(groups[g]?.classes ?? [], width)]);
  const alone = grouping.alone.length > 0 ? ['alone', ...list(grouping.alone, width)] : [];
  return [headline, '', ...(groups.length > 0 ? [titles, ...lines] : []), ...alone].join('\n');
}

function list(names: readonly string[], width: number): string[] {
  const pieces = names.map((name, i) => (i < names.length - 1 ? `${name},` : name));
  return wrap(pieces, width, INDENT);
}

/** Options of {@link sweepTable}. */
export interface SweepTableOptions {
  /** Scores of specialists on the groups of each threshold. */
  readonly specialists?: SpecialistsScores | undefined;
}

/**
 * One line a threshold; the recommended one carries a `*`. With specialists, how many were kept and the accuracy with
 * them.
 */
export function sweepTable({ points, recommended }: Sweep, { specialists }: SweepTableOptions = {}): string {
  const number = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(2));
  const rows = points.map((point, p) => {
    const score = specialists?.scores[p];
    return [
      `${point.beta}${point.beta === recommended.beta ? '*' : ' '}`,
      String(point.groups),
      String(point.sizes[0] ?? 0),
      String(point.alone),
      percent(point.mistakesInside),
      percent(point.pairsInside),
      number(point.modularity),
      number(point.stability),
      ...(score === undefined ? [] : [`${score.accepted}/${score.specialists}`, percent(score.accuracy)]),
      sizesInShort(point.sizes),
    ];
  });
  const titles = ['beta ', 'groups', 'largest', 'alone', 'mistakes inside', 'pairs inside', 'modularity', 'stability'];
  const head = specialists === undefined ? titles : [...titles, 'specialists', 'accuracy'];
  // The sizes come last and to the left: there may be many.
  const lines = alignWithRemark([[...head, 'sizes'], ...rows], 0);
  return [...lines, '', '* recommended'].join('\n');
}

/** `17 9 3x4 2x12`: sizes, greatest first, and how often each. */
function sizesInShort(sizes: readonly number[]): string {
  const times = new Map<number, number>();
  for (const size of sizes) times.set(size, (times.get(size) ?? 0) + 1);
  return [...times].map(([size, count]) => (count > 1 ? `${size}x${count}` : `${size}`)).join(' ');
}

/** The adjusted Rand index of each pair of methods, and the number of groups of each. */
export function agreementTable({ methods, agreement }: MethodsComparison): string {
  const names = methods.map(({ method }) => method);
  const rows = names.map((name, i) => [
    name,
    String(methods[i]?.grouping.groups.length ?? 0),
    ...(agreement[i] ?? []).map((index) => index.toFixed(2)),
  ]);
  return alignColumns([['', 'groups', ...names], ...rows], 1).join('\n');
}

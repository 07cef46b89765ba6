/** The inner nodes of the tree, each with its accuracy among its children and a bar of its mistakes. */

import { largest } from '../../arrays.js';
import type { WeakSubtrees } from '../../evaluation/attribution/weak-subtrees.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';
import { fitText, widest } from './terminal-text.js';

const SHORTEST_BAR = 20;
const LONGEST_BAR = 40;
const SHARE = '100.0 %'.length;
const GAP = '  ';

/** Leaves are left out: they decide nothing. */
export function weakTree({ nodes }: WeakSubtrees, taxonomy: Taxonomy, width: number): string {
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  const names = innerBranches(taxonomy);
  const longest = largest(
    nodes.map(({ caused, recoverable }) => Math.max(caused, recoverable)),
    1,
  );
  const digits = String(longest).length;
  const beside = GAP.length + SHARE + GAP.length + digits + GAP.length;
  const nameWidth = Math.min(widest(names.values()), width - beside - SHORTEST_BAR);
  const barWidth = Math.min(LONGEST_BAR, width - beside - nameWidth);
  return [...names]
    .map(([path, name]) => {
      const { accuracy = null, caused = 0, recoverable = 0 } = byPath.get(path) ?? {};
      const solid = cells(recoverable, longest, barWidth);
      const bar = '█'.repeat(solid) + '░'.repeat(Math.max(0, cells(caused, longest, barWidth) - solid));
      const share = accuracy === null ? '-' : percent(accuracy);
      const count = String(recoverable).padStart(digits);
      return [fitText(name, nameWidth), share.padStart(SHARE), count, bar].join(GAP).trimEnd();
    })
    .join('\n');
}

/** Any mistake at all is a cell. */
const cells = (count: number, longest: number, width: number) =>
  count === 0 ? 0 : Math.max(1, Math.round((count / longest) * width));

/** The name of each inner node with the lines that lead down to it. */
function innerBranches(taxonomy: Taxonomy): Map<string, string> {
  const inner = taxonomy.internalNodes();
  const guides: string[] = [];
  const lastChild = new Map(inner.map(({ parent, path }) => [parent, path]));
  return new Map(
    inner.map(({ path, name, parent, depth }) => {
      const isLast = lastChild.get(parent) === path;
      const branch = depth === 0 ? '' : guides.slice(1, depth).join('') + (isLast ? '└─ ' : '├─ ');
      guides[depth] = isLast ? '   ' : '│  ';
      return [path, branch + name];
    }),
  );
}

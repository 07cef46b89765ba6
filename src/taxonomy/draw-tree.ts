/** Draws a taxonomy as text for a terminal. */
import stringWidth from 'string-width';
import type { Taxonomy, TaxonomyNode } from './taxonomy.js';

/** Options of {@link drawTree}. */
export interface DrawOptions {
  /** The text beside each node, right-aligned in one column, such as a count or an accuracy. Default: none. */
  readonly annotate?: ((node: TaxonomyNode) => string) | undefined;
  /** The depth of the deepest nodes drawn; they show how many classes are below them. Default: all nodes. */
  readonly maxDepth?: number | undefined;
}

/**
 * Draws a taxonomy with one node per line, and lines that lead down from its parent. There is no line break at the end.
 * @example
 * ```ts
 * import { drawTree, Taxonomy } from 'cladenet';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * console.log(drawTree(taxonomy));
 * // => (root)
 * //    ├─ Copepod
 * //    │  ├─ calanoid
 * //    │  └─ cyclopoid
 * //    └─ diatom
 * ```
 */
export function drawTree(
  taxonomy: Taxonomy,
  { annotate, maxDepth = Number.POSITIVE_INFINITY }: DrawOptions = {},
): string {
  const guides: string[] = [];
  const lines: { text: string; note: string }[] = [];
  for (const node of taxonomy.nodes()) {
    const { path, name, parent, depth, label, children } = node;
    if (depth > maxDepth) continue;
    let branch = '';
    if (parent !== undefined) {
      const isLast = taxonomy.node(parent).children.at(-1) === path;
      branch = guides.slice(1, depth).join('') + (isLast ? '└─ ' : '├─ ');
      guides[depth] = isLast ? '   ' : '│  ';
    }
    const own = label === undefined || label === name ? '' : ` [${label}]`;
    const cut = depth === maxDepth && children.length > 0 ? ` (${taxonomy.classesBelow(path).length} classes)` : '';
    lines.push({ text: branch + name + own + cut, note: annotate?.(node) ?? '' });
  }
  const widest = (texts: string[]): number => texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0);
  const textWidth = widest(lines.map(({ text }) => text));
  const noteWidth = widest(lines.map(({ note }) => note));
  return lines
    .map(({ text, note }) => {
      if (note.trim() === '') return text;
      const leader = '·'.repeat(textWidth - stringWidth(text) + noteWidth - stringWidth(note) + 2);
      return `${text} ${leader} ${note}`;
    })
    .join('\n');
}

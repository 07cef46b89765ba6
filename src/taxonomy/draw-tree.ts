/** The tree as text for a terminal. */
import type { Taxonomy, TaxonomyNode } from './taxonomy.js';

export interface DrawOptions {
  /** What to print beside each node, right-aligned in one column: a count, an accuracy. Default nothing. */
  readonly annotate?: ((node: TaxonomyNode) => string) | undefined;
  /** Nodes deeper than this are not drawn, and the nodes above them say how many classes are below. Default all. */
  readonly maxDepth?: number | undefined;
}

/**
 * One node a line, with lines that lead down from its parent. The last line has no line break.
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
  const widest = (texts: string[]): number => texts.reduce((width, text) => Math.max(width, widthOf(text)), 0);
  const textWidth = widest(lines.map(({ text }) => text));
  const noteWidth = widest(lines.map(({ note }) => note));
  return lines
    .map(({ text, note }) => {
      if (note.trim() === '') return text;
      const leader = '·'.repeat(textWidth - widthOf(text) + noteWidth - widthOf(note) + 2);
      return `${text} ${leader} ${note}`;
    })
    .join('\n');
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u;
const graphemes = new Intl.Segmenter();

/** How many columns of a terminal a text takes: accents take none of their own, East Asian characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Distances between classes: the heights of their lowest common ancestors. */
import type { Taxonomy } from './taxonomy.js';

/**
 * The severity of mistaking one class for another: the height of the lowest common ancestor (LCA) of their leaves, 0 for
 * a class and itself (Bertinetto, Mueller, Tertikas, Samangooei, Lord, "Making Better Mistakes: Leveraging Class
 * Hierarchies with Deep Networks", CVPR 2020).
 *
 * @param classes any classes of the taxonomy, in any order
 * @returns row-major `[classes.length, classes.length]`, symmetric, in edges
 * @throws CladenetError `TAXONOMY` when a class is not in the taxonomy
 * @example
 * ```ts
 * import { lcaHeights, Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * lcaHeights(taxonomy, classes); // => Float64Array(9) [ 0, 1, 2, 1, 0, 2, 2, 2, 0 ]
 * ```
 */
export function lcaHeights(taxonomy: Taxonomy, classes: readonly string[]): Float64Array {
  const k = classes.length;
  const rank = new Map(taxonomy.classes.map((label, i) => [label, i]));
  const ordered = classes
    .map((label, column) => ({ column, leaf: taxonomy.leafOf(label), rank: rank.get(label) ?? 0 }))
    .sort((a, b) => a.rank - b.rank);
  const heights = new Float64Array(k * k);
  const step = ordered.map(({ leaf }, i) => taxonomy.node(taxonomy.lca(leaf, ordered[i + 1]?.leaf ?? leaf)).height);
  // In pre-order the LCA of two leaves is the highest of the LCAs of the neighbours between them.
  for (let i = 0; i < k; i++) {
    const row = ordered[i]?.column ?? 0;
    let height = 0;
    for (let j = i + 1; j < k; j++) {
      const column = ordered[j]?.column ?? 0;
      height = Math.max(height, step[j - 1] ?? 0);
      heights[row * k + column] = height;
      heights[column * k + row] = height;
    }
  }
  return heights;
}

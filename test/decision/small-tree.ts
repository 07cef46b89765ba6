/** A tree small enough to compute by hand: R > A > (a1, a2) and R > B > (C > (c1, c2), b), with four images. */
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

export const smallTree = Taxonomy.fromLineages([
  { label: 'a1', lineage: ['R', 'A', 'a1'] },
  { label: 'a2', lineage: ['R', 'A', 'a2'] },
  { label: 'c1', lineage: ['R', 'B', 'C', 'c1'] },
  { label: 'c2', lineage: ['R', 'B', 'C', 'c2'] },
  { label: 'b', lineage: ['R', 'B', 'b'] },
]);

/** Not the tree's order. */
export const classes = ['b', 'a1', 'c1', 'a2', 'c2'];

export const probabilities = Float64Array.of(
  ...[0.1, 0.6, 0.1, 0.1, 0.1],
  ...[0.1, 0.3, 0.1, 0.4, 0.1],
  ...[0.3, 0.2, 0.2, 0.1, 0.2],
  ...[0.1, 0.5, 0.1, 0.1, 0.2],
);

/** a1, a1, c1, c2 */
export const labels = Int32Array.of(1, 1, 2, 4);

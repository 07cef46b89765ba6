/** How the leaves of a tree lie to each other and to its edges, as the matrices that losses multiply by. */
import { largest } from '../../arrays.js';
import type { TreeShape } from '../../network/tree-head.js';

type Paths = Pick<TreeShape, 'paths'>;

/** The number of edges on the longest path. */
export const heightOf = ({ paths }: Paths): number => largest(paths.map((path) => path.length));

/**
 * The distance of each two leaves, from 0 (the same) to 1 (they share only the root): the height of their lowest common ancestor
 * over that of the root, where the height of a node is the number of edges down to the deepest leaf below.
 *
 * @returns leaves x leaves, row-major
 */
export function leafDistances({ paths }: Paths): Float32Array {
  const root = heightOf({ paths });
  /** Length of the longest path through each edge. */
  const longest = new Map<number, number>();
  for (const path of paths) for (const edge of path) longest.set(edge, Math.max(longest.get(edge) ?? 0, path.length));
  const n = paths.length;
  const distances = new Float32Array(n * n);
  paths.forEach((a, i) => {
    paths.forEach((b, j) => {
      if (i === j) return;
      const shared = a.findIndex((edge, depth) => edge !== b[depth]);
      const height = shared === 0 ? root : (longest.get(a[shared - 1] ?? -1) ?? 0) - shared;
      distances[i * n + j] = height / root;
    });
  });
  return distances;
}

/** The leaves below each edge. */
export function leavesBelow({ paths }: Paths): ReadonlyMap<number, readonly number[]> {
  const below = new Map<number, number[]>();
  paths.forEach((path, leaf) => {
    for (const edge of path) below.set(edge, [...(below.get(edge) ?? []), leaf]);
  });
  return below;
}

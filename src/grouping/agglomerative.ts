/** Agglomerative clustering, by ml-hclust. */
import { type AgglomerationMethod, agnes, type Cluster } from 'ml-hclust';
import { lowestMembers, type Partition } from './grouping.js';

/** How the distance of two groups is measured: mean over all pairs, farthest or nearest members, or Ward's criterion. */
export const LINKAGES = ['average', 'complete', 'single', 'ward'] as const;
/** Linkages of agglomerative clustering. */
export type Linkage = (typeof LINKAGES)[number];

/** Ward's criterion on distances that are not squared (Murtagh & Legendre, 2014). */
const METHOD: Record<Linkage, AgglomerationMethod> = {
  average: 'average',
  complete: 'complete',
  single: 'single',
  ward: 'ward2',
};

/** Closer similarities are equal ones that were rounded differently when converted to distances. */
const ROUNDING = 1e-12;

/** Where to stop: with this many groups, or when no similarity is above the threshold. */
export type Cut = { readonly groups: number } | { readonly threshold: number };

/**
 * Agglomerative clustering (Lance & Williams, 1967) on distances 1 - S(i, j) / max S, off the diagonal. Merges are given
 * with the similarity that corresponds to their distance, so a threshold means the same as in beta-threshold clustering:
 * groups whose linkage is at most the threshold do not merge. (Ward's distances exceed 1, so its similarities fall below 0,
 * and only a number of groups is a sensible cut.)
 *
 * Time and memory of ml-hclust: O(n³), with a new n × n matrix for each merge.
 *
 * @param similarities n × n, row-major, symmetric, not negative; the diagonal is not used
 */
export function agglomerative(similarities: Float64Array, n: number, linkage: Linkage, cut: Cut): Partition {
  let greatest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) greatest = Math.max(greatest, similarities[i * n + j] as number);
  }
  const scale = greatest > 0 ? greatest : 1;
  const distances = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 0 : 1 - (similarities[i * n + j] as number) / scale)),
  );
  const root = agnes(distances, { method: METHOD[linkage], isDistanceMatrix: true });
  const all = mergesBelow(root).map(({ a, b, distance }) => ({ a, b, height: scale * (1 - distance) }));
  const merges =
    'groups' in cut ? all.slice(0, n - cut.groups) : all.filter(({ height }) => height - cut.threshold > ROUNDING);
  return { groupOf: lowestMembers(n, merges), merges };
}

/** All merges of a cluster, nearest first; those within a group come before the merge of the group. */
function mergesBelow(root: Cluster): { a: number; b: number; distance: number }[] {
  const merges: { a: number; b: number; distance: number }[] = [];
  const visit = (cluster: Cluster): { lowest: number; distance: number } => {
    const [left, right] = cluster.children;
    if (left === undefined || right === undefined) return { lowest: cluster.index, distance: 0 };
    const [x, y] = [visit(left), visit(right)];
    // Rounding can make the distance of a group smaller than that of its parts.
    const distance = Math.max(cluster.height, x.distance, y.distance);
    const [a, b] = x.lowest < y.lowest ? [x.lowest, y.lowest] : [y.lowest, x.lowest];
    merges.push({ a, b, distance });
    return { lowest: a, distance };
  };
  visit(root);
  // Sorting is stable, so parts stay before the whole.
  return merges.sort((x, y) => x.distance - y.distance);
}

/** Beta-threshold clustering: merge the most confused pair, drop all confusion up to a threshold, and repeat. */
import { lowestMembers, type Partition } from './grouping.js';

/**
 * Beta-threshold clustering. Similarities of at most `threshold` become 0; the two groups of the greatest similarity
 * merge (each class starts as a group); the similarity of the merged group to any other is the mean of the two, weighted
 * by their sizes, (|a| S(a, k) + |b| S(b, k)) / (|a| + |b|), and again 0 if that is at most `threshold`. This repeats until
 * no similarity is positive. Of equal similarities the pair with the lowest numbers merges first.
 *
 * This is average linkage (Sokal & Michener, 1958) that drops weak links after every merge. So two groups merge only if the
 * links left between them are above the threshold on average over *all* pairs of their members. The heights of the merges
 * never rise and are all above the threshold.
 *
 * A higher threshold can only remove links, so every group lies within a connected component of the graph of similarities
 * above the threshold, and these components are nested as the threshold rises. The groups themselves need not be: a class
 * that a higher threshold keeps out of one group may join another. On ultrametric similarities, those of a tree, the groups
 * are nested, too.
 *
 * Time O(n²) in practice: each merge costs O(n), plus O(n) for every row whose greatest similarity it removed, when
 * that row is searched again (O(n³) at worst): below a second for 2,000 classes. Memory: a copy of the matrix, and
 * O(n).
 *
 * @param similarities n × n, row-major, symmetric, not negative; the diagonal is not used
 */
export function betaThreshold(similarities: Float64Array, n: number, threshold: number): Partition {
  const s = similarities.slice();
  for (let e = 0; e < s.length; e++) if ((s[e] as number) <= threshold) s[e] = 0;

  let active = Int32Array.from({ length: n }, (_, i) => i);
  const size = new Float64Array(n).fill(1);
  // The greatest similarity of each row and its column. Similarities only fall, so after a merge the old value is an upper
  // bound of the new one, and a stale row is searched again only when its bound is the greatest.
  const bound = new Float64Array(n);
  const partner = new Int32Array(n);
  const isStale = new Uint8Array(n).fill(1);
  const search = (i: number): void => {
    let greatest = 0;
    for (const k of active) {
      const value = s[i * n + k] as number;
      if (value > greatest && k !== i) {
        greatest = value;
        partner[i] = k;
      }
    }
    bound[i] = greatest;
    isStale[i] = 0;
  };
  for (let i = 0; i < n; i++) search(i);

  const merges: { a: number; b: number; height: number }[] = [];
  for (;;) {
    let a = -1;
    let height = 0;
    for (const i of active) {
      if ((bound[i] as number) > height) {
        height = bound[i] as number;
        a = i;
      }
    }
    if (a < 0) break;
    if (isStale[a] === 1) {
      search(a);
      continue;
    }
    // Of two rows with the same greatest similarity the first was taken, so the partner has the higher number.
    const b = partner[a] as number;
    merges.push({ a, b, height });
    active = active.filter((i) => i !== b);
    const [sizeA, sizeB] = [size[a] as number, size[b] as number];
    for (const k of active) {
      if (k === a) continue;
      const [toA, toB] = [s[a * n + k] as number, s[b * n + k] as number];
      // Rounding must not let a mean exceed both of its values: the bounds rely on it.
      const mean = Math.min((sizeA * toA + sizeB * toB) / (sizeA + sizeB), Math.max(toA, toB));
      const value = mean <= threshold ? 0 : mean;
      s[a * n + k] = value;
      s[k * n + a] = value;
      if (partner[k] === a || partner[k] === b) isStale[k] = 1;
    }
    size[a] = sizeA + sizeB;
    search(a);
  }
  return { groupOf: lowestMembers(n, merges), merges };
}

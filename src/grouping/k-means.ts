/** k-means, by ml-kmeans. */
import { kmeans } from 'ml-kmeans';
import { hash32 } from '../random.js';
import type { Partition } from './grouping.js';

/** Number of random starts; the run with the lowest inertia is kept. */
const STARTS = 10;

/**
 * Spherical k-means (Dhillon & Modha, 2001): the point of a class is its row of the symmetric matrix, diagonal included,
 * scaled to unit length. So classes are close that are confused with each other or with the same others; with which classes
 * a class is confused matters, not how *often*. A class whose row is 0 is equally far from all others.
 *
 * Time O(starts · iterations · groups · n²): for some hundreds of classes.
 *
 * @param similarities n × n, row-major, symmetric, not negative
 * @param groups the number of groups; fewer result where fewer rows differ
 */
export function kMeansGroups(similarities: Float64Array, n: number, groups: number, seed: number): Partition {
  const points = Array.from({ length: n }, (_, i) => {
    const row = Array.from(similarities.subarray(i * n, (i + 1) * n));
    const length = Math.hypot(...row);
    return length > 0 ? row.map((value) => value / length) : row.map((_, j) => Number(i === j));
  });
  return { groupOf: kMeans(points, groups, seed), merges: [] };
}

/**
 * For each point the number of its cluster: k-means++ (Arthur & Vassilvitskii, 2007) from several seeded starts, of which
 * the one with the lowest sum of squared distances to the centres is kept. Where at most k points differ, each is a cluster.
 */
export function kMeans(points: number[][], k: number, seed: number): Int32Array {
  const numbers = new Map<string, number>();
  const distinct = points.map((point) => {
    const key = point.join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  if (numbers.size <= k) return Int32Array.from(distinct);

  let best: readonly number[] = [];
  let least = Infinity;
  for (let start = 0; start < STARTS; start++) {
    const { clusters, centroids } = kmeans(points, k, { seed: hash32(seed, 'k-means', start) });
    const inertia = points.reduce((sum, point, i) => {
      const centre = centroids[clusters[i] as number] as number[];
      return sum + point.reduce((squares, value, d) => squares + (value - (centre[d] as number)) ** 2, 0);
    }, 0);
    if (inertia < least) {
      least = inertia;
      best = clusters;
    }
  }
  return Int32Array.from(best);
}

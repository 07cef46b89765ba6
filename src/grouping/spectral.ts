/** Spectral clustering, on the eigenvectors of the normalised Laplacian. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Partition } from './grouping.js';
import { kMeans } from './k-means.js';

/**
 * Normalised spectral clustering (Ng, Jordan & Weiss, 2001; von Luxburg, "A tutorial on spectral clustering", 2007). The
 * similarities off the diagonal are the weights of a graph; its Laplacian is L = I - D^(-1/2) W D^(-1/2), with D the row
 * sums. A class without any link is a separate component: its row and column of L are 0. The eigenvectors of the k
 * smallest eigenvalues give each class a point in k dimensions, scaled to unit length; k-means clusters the points.
 *
 * k is given, or found by the eigengap: the k of at least 2 with the greatest gap between the k-th eigenvalue and the next,
 * where the k-th is below 1 (eigenvectors of eigenvalues from 1 on separate linked classes instead of joining them).
 *
 * Time O(n³) for the eigenvectors, memory some n × n matrices.
 *
 * @param similarities n × n, row-major, symmetric, not negative; the diagonal is not used
 */
export function spectral(similarities: Float64Array, n: number, groups: number | undefined, seed: number): Partition {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(laplacian(similarities, n), {
    assumeSymmetric: true,
  });
  // Symmetric decompositions give their eigenvalues in ascending order.
  const k = groups ?? eigengap(realEigenvalues);
  const points = Array.from({ length: n }, (_, i) => {
    const row = Array.from({ length: k }, (_, c) => eigenvectorMatrix.get(i, c));
    const length = Math.hypot(...row);
    // Rounding makes points equal that differ by rounding errors alone.
    return row.map((value) => (length > 0 ? Math.round((value / length) * 1e9) / 1e9 + 0 : 0));
  });
  return { groupOf: kMeans(points, k, seed), merges: [] };
}

function laplacian(similarities: Float64Array, n: number): Matrix {
  const weight = (i: number, j: number): number => (i === j ? 0 : (similarities[i * n + j] as number));
  const scale = Float64Array.from({ length: n }, (_, i) => {
    let degree = 0;
    for (let j = 0; j < n; j++) degree += weight(i, j);
    return degree > 0 ? 1 / Math.sqrt(degree) : 0;
  });
  const matrix = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const identity = i === j && scale[i] !== 0 ? 1 : 0;
      matrix.set(i, j, identity - (scale[i] as number) * weight(i, j) * (scale[j] as number));
    }
  }
  return matrix;
}

/** The number of groups before the greatest gap of ascending eigenvalues. */
function eigengap(eigenvalues: readonly number[]): number {
  let best = 2;
  let greatest = -1;
  for (let k = 2; k < eigenvalues.length && (eigenvalues[k - 1] as number) < 1; k++) {
    const gap = (eigenvalues[k] as number) - (eigenvalues[k - 1] as number);
    if (gap > greatest) {
      greatest = gap;
      best = k;
    }
  }
  return best;
}

/**
 * Principal components of feature vectors: the directions of greatest variance, by an eigendecomposition of the covariance matrix
 * (Jolliffe, "Principal Component Analysis", 2002).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { CladenetError } from '../errors.js';

/** Principal components, as they are stored: in 32 bits, so that a loaded one gives the same numbers as the one that was fitted. */
export interface Pca {
  /** Mean of each feature. */
  readonly mean: Float32Array;
  /** `components` x `features`, row-major: unit vectors, the one of greatest variance first. */
  readonly axes: Float32Array;
  /** Share of the features' variance along each component. */
  readonly explained: readonly number[];
}

/** The default number of components. */
export const COMPONENTS = 50;

/**
 * Fits principal components. Fit them on training images only.
 *
 * The sign of a component is that of its entry with the greatest absolute value, which is made positive.
 *
 * @param values     vectors x `features`, row-major, all of them finite
 * @param features   length of a vector
 * @param components how many are kept, at most `features` and at most one less than there are vectors. Default 50
 * @throws CladenetError USAGE for fewer than two vectors, or values that are not finite
 */
export function fitPca(values: Float32Array | Float64Array, features: number, components = COMPONENTS): Pca {
  const count = values.length / features;
  requireFinite(values, features);
  const mean = meanOf(values, features);
  const kept = Math.max(1, Math.min(components, features, count - 1));
  const { variances, vectors } = decompose(covariance(values, features, mean), features);
  const total = variances.reduce((sum, value) => sum + value, 0);
  const axes = new Float32Array(kept * features);
  for (let k = 0; k < kept; k++) axes.set(withPositiveLargest(vectors(k)), k * features);
  const explained = variances.slice(0, kept).map((value) => (total > 0 ? value / total : 0));
  return { mean: Float32Array.from(mean), axes, explained };
}

/**
 * The coordinates of vectors along principal components.
 *
 * @param values vectors x features, row-major
 * @returns vectors x components, row-major
 */
export function applyPca(
  { mean, axes }: Pick<Pca, 'mean' | 'axes'>,
  values: Float32Array | Float64Array,
): Float64Array {
  const features = mean.length;
  const components = axes.length / features;
  const count = values.length / features;
  const result = new Float64Array(count * components);
  const centred = new Float64Array(features);
  for (let i = 0; i < count; i++) {
    for (let f = 0; f < features; f++) centred[f] = (values[i * features + f] as number) - (mean[f] as number);
    for (let k = 0; k < components; k++) {
      let sum = 0;
      for (let f = 0; f < features; f++) sum += (centred[f] as number) * (axes[k * features + f] as number);
      result[i * components + k] = sum;
    }
  }
  return result;
}

function requireFinite(values: Float32Array | Float64Array, features: number): void {
  const problems = [];
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const where = `vector ${Math.floor(wrong / features)}, feature ${wrong % features}`;
    problems.push({ where, expected: 'a finite number', received: String(values[wrong]) });
  }
  if (values.length / features < 2) {
    problems.push({ where: 'values', expected: 'at least 2 vectors', received: String(values.length / features) });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'Principal components cannot be fitted', problems);
}

function meanOf(values: Float32Array | Float64Array, features: number): Float64Array {
  const sums = new Float64Array(features);
  for (let i = 0; i < values.length; i++) {
    const f = i % features;
    sums[f] = (sums[f] as number) + (values[i] as number);
  }
  return sums.map((sum) => sum / (values.length / features));
}

/** Vectors that are multiplied at a time: few enough to stay in the processor's cache. */
const CHUNK = 256;

/** The covariance matrix, with n - 1. Two rows by two columns at a time: half the reads of one by one. */
function covariance(values: Float32Array | Float64Array, features: number, mean: Float64Array): Float64Array {
  const count = values.length / features;
  const even = features + (features % 2);
  const sums = new Float64Array(even * even);
  const piece = new Float64Array(even * CHUNK);
  for (let start = 0; start < count; start += CHUNK) {
    const rows = Math.min(CHUNK, count - start);
    for (let f = 0; f < features; f++) {
      for (let i = 0; i < rows; i++) {
        piece[f * CHUNK + i] = (values[(start + i) * features + f] as number) - (mean[f] as number);
      }
    }
    for (let a = 0; a < even; a += 2) {
      for (let b = 0; b <= a; b += 2) addProducts(sums, even, piece, a, b, rows);
    }
  }
  const matrix = new Float64Array(features * features);
  for (let a = 0; a < features; a++) {
    for (let b = 0; b <= a; b++) {
      const value = (sums[a * even + b] as number) / (count - 1);
      matrix[a * features + b] = value;
      matrix[b * features + a] = value;
    }
  }
  return matrix;
}

/** Adds the products of features `a` and `a + 1` with `b` and `b + 1` over `rows` vectors. */
function addProducts(sums: Float64Array, width: number, piece: Float64Array, a: number, b: number, rows: number): void {
  let [aa, ab, ba, bb] = [0, 0, 0, 0];
  const [p, q, r, s] = [a * CHUNK, (a + 1) * CHUNK, b * CHUNK, (b + 1) * CHUNK];
  for (let i = 0; i < rows; i++) {
    const x = piece[p + i] as number;
    const y = piece[q + i] as number;
    const u = piece[r + i] as number;
    const v = piece[s + i] as number;
    aa += x * u;
    ab += x * v;
    ba += y * u;
    bb += y * v;
  }
  const add = (row: number, column: number, value: number) => {
    const at = row * width + column;
    sums[at] = (sums[at] as number) + value;
  };
  add(a, b, aa);
  add(a, b + 1, ab);
  add(a + 1, b, ba);
  add(a + 1, b + 1, bb);
}

/** Eigenvalues in descending order, none below 0, and the vector of each. */
function decompose(matrix: Float64Array, size: number) {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), {
    assumeSymmetric: true,
  });
  const order = [...realEigenvalues.keys()].sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  return {
    variances: order.map((i) => Math.max(0, realEigenvalues[i] ?? 0)),
    vectors: (k: number) => eigenvectorMatrix.getColumn(order[k] ?? 0),
  };
}

function withPositiveLargest(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

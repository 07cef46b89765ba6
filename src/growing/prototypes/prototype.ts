/**
 * A prototype: the mean of a few images, as an output of a trained head. Its score of an image is linear in what the head's hidden
 * layers make of it, so it becomes one more row of the output layer (weight imprinting: Qi, Brown and Lowe, "Low-shot learning with
 * imprinted weights", CVPR 2018). The row is the direction that tells the mean of the new images from that of the known ones,
 * in units of the spread that all children share (Fisher's linear discriminant).
 */

/** What the hidden layers of a head make of images: a row for each, `width` numbers long. */
export interface Activations {
  readonly values: Float32Array;
  readonly width: number;
}

/** The mean of the known images, and how the children of the node spread around their own means. */
export interface Spread {
  readonly mean: Float64Array;
  /** Solves (spread) x = y. */
  solve(y: Float64Array): Float64Array;
}

/** Share of an equal spread in all directions: few images say little about the others (Ledoit and Wolf, 2004). */
const SHRINKAGE = 0.2;

/** @param children the child that each known image belongs to, from 0 */
export function spreadOf({ values, width }: Activations, children: ArrayLike<number>, shrinkage = SHRINKAGE): Spread {
  const rows = children.length;
  const groups = 1 + Array.from(children).reduce((most, child) => Math.max(most, child), 0);
  const counts = new Float64Array(groups);
  const means = new Float64Array(groups * width);
  for (let i = 0; i < rows; i++) {
    const child = children[i] ?? 0;
    counts[child] = (counts[child] ?? 0) + 1;
    for (let k = 0; k < width; k++)
      means[child * width + k] = (means[child * width + k] ?? 0) + (values[i * width + k] ?? 0);
  }
  const mean = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    for (let child = 0; child < groups; child++) {
      const sum = means[child * width + k] ?? 0;
      mean[k] = (mean[k] ?? 0) + sum / rows;
      means[child * width + k] = sum / Math.max(1, counts[child] ?? 0);
    }
  }
  const matrix = new Float64Array(width * width);
  const away = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    const own = (children[i] ?? 0) * width;
    for (let k = 0; k < width; k++) away[k] = (values[i * width + k] ?? 0) - (means[own + k] ?? 0);
    for (let k = 0; k < width; k++) {
      const one = (away[k] ?? 0) / rows;
      if (one === 0) continue;
      for (let l = 0; l <= k; l++) matrix[k * width + l] = (matrix[k * width + l] ?? 0) + one * (away[l] ?? 0);
    }
  }
  let trace = 0;
  for (let k = 0; k < width; k++) trace += matrix[k * width + k] ?? 0;
  // Of images that are all alike, every direction is as good.
  const equal = trace / width || 1;
  for (let k = 0; k < width; k++) {
    for (let l = 0; l <= k; l++) {
      const at = k * width + l;
      matrix[at] = (1 - shrinkage) * (matrix[at] ?? 0) + (k === l ? shrinkage * equal : 0);
    }
  }
  const lower = cholesky(matrix, width);
  return { mean, solve: (y) => solved(lower, y) };
}

/** The mean of some rows. */
export function meanOf({ values, width }: Activations, rows: Iterable<number>): Float64Array {
  const mean = new Float64Array(width);
  let count = 0;
  for (const row of rows) {
    count++;
    for (let k = 0; k < width; k++) mean[k] = (mean[k] ?? 0) + (values[row * width + k] ?? 0);
  }
  return mean.map((sum) => sum / Math.max(1, count));
}

/** The score of a prototype: `kernel` · activations + `bias`, 0 halfway between its mean and that of the known images. */
export interface Discriminant {
  readonly kernel: Float64Array;
  readonly bias: number;
}

export function discriminantOf(spread: Spread, mean: Float64Array): Discriminant {
  const kernel = spread.solve(mean.map((value, k) => value - (spread.mean[k] ?? 0)));
  const bias = -kernel.reduce((sum, value, k) => sum + (value * ((mean[k] ?? 0) + (spread.mean[k] ?? 0))) / 2, 0);
  return { kernel, bias };
}

/** The score of a row. */
export function scoreOf({ kernel, bias }: Discriminant, { values, width }: Activations, row: number): number {
  let score = bias;
  for (let k = 0; k < width; k++) score += (kernel[k] ?? 0) * (values[row * width + k] ?? 0);
  return score;
}

/** The lower triangle L of L L' = matrix, which is symmetric and positive definite; only its lower triangle is read. */
function cholesky(matrix: Float64Array, n: number): { readonly lower: Float64Array; readonly n: number } {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] ?? 0) * (lower[j * n + k] ?? 0);
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * n + j] ?? 1);
    }
  }
  return { lower, n };
}

function solved({ lower, n }: ReturnType<typeof cholesky>, y: Float64Array): Float64Array {
  const x = Float64Array.from(y);
  for (let i = 0; i < n; i++) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (lower[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * n + i] ?? 1);
  }
  return x;
}

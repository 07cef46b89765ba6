/** Class probabilities of images, without those that are too small to matter: an image is like a few classes only. */
import { countImages, type Probabilities } from '../../decision/probabilities.js';
import type { Random } from '../../random.js';

/** Probabilities below this share of the image's largest are left out. */
const LEAST = 1e-3;

/** A sparse matrix of images x classes. */
export interface Scores {
  readonly images: number;
  readonly classes: number;
  /** Where the entries of each image begin; one more for the end. */
  readonly starts: Int32Array;
  /** Of each entry: its class. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** @param probabilities images x `k`, row-major, with at least one above 0 for each image */
export function sparseScores(probabilities: Probabilities, k: number): Scores {
  const images = countImages(probabilities, k);
  const starts = new Int32Array(images + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let image = 0; image < images; image++) {
    let most = 0;
    for (let c = 0; c < k; c++) most = Math.max(most, probabilities[image * k + c] as number);
    for (let c = 0; c < k; c++) {
      const value = probabilities[image * k + c] as number;
      if (value === 0 || value < LEAST * most) continue;
      columns.push(c);
      values.push(value);
    }
    starts[image + 1] = columns.length;
  }
  return { images, classes: k, starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
}

/** Calls `use` with the end and the sum of each image's entries, into which `weights` puts probability times factor of the class. */
function forEachImage(
  { images, starts, columns, values }: Scores,
  factors: Float64Array,
  weights: Float64Array,
  use: (start: number, end: number, sum: number) => void,
): void {
  for (let image = 0; image < images; image++) {
    const [start, end] = [starts[image] as number, starts[image + 1] as number];
    let sum = 0;
    for (let e = start; e < end; e++) {
      const weight = (values[e] as number) * (factors[columns[e] as number] as number);
      weights[e] = weight;
      sum += weight;
    }
    use(start, end, sum);
  }
}

/** The expected number of images of each class, if the odds of the classes are multiplied by these factors (all above 0). */
export function expectedCounts(scores: Scores, factors: Float64Array): Float64Array {
  const counts = new Float64Array(scores.classes);
  const weights = new Float64Array(scores.values.length);
  forEachImage(scores, factors, weights, (start, end, sum) => {
    for (let e = start; e < end; e++) {
      const c = scores.columns[e] as number;
      counts[c] = (counts[c] as number) + (weights[e] as number) / sum;
    }
  });
  return counts;
}

/** The variance of the number of images of each class under the same probabilities. */
export function countVariances(scores: Scores, factors: Float64Array): Float64Array {
  const variances = new Float64Array(scores.classes);
  const weights = new Float64Array(scores.values.length);
  forEachImage(scores, factors, weights, (start, end, sum) => {
    for (let e = start; e < end; e++) {
      const c = scores.columns[e] as number;
      const p = (weights[e] as number) / sum;
      variances[c] = (variances[c] as number) + p * (1 - p);
    }
  });
  return variances;
}

/** A draw of the class of each image from the same probabilities: the number of images of each class. */
export function drawCounts(random: Random, scores: Scores, factors: Float64Array): Float64Array {
  const counts = new Float64Array(scores.classes);
  const weights = new Float64Array(scores.values.length);
  forEachImage(scores, factors, weights, (start, end, sum) => {
    let left = random.uniform() * sum;
    let e = start;
    for (; e < end - 1; e++) {
      left -= weights[e] as number;
      if (left < 0) break;
    }
    const c = scores.columns[e] as number;
    counts[c] = (counts[c] as number) + 1;
  });
  return counts;
}

/** One similarity for each pair of classes, from a confusion matrix that need not be symmetric. */
import { append } from '../arrays.js';
import { didYouMean, type Problem } from '../errors.js';
import type { Confusion } from './confusion.js';

/** How C and its transpose are combined into a symmetric matrix; for the formulas see {@link symmetrize}. */
export const SYMMETRIZATIONS = ['mean', 'power', 'reciprocal', 'product'] as const;
/** Ways to make a confusion matrix symmetric. */
export type Symmetrization = (typeof SYMMETRIZATIONS)[number];

/** Options of {@link symmetrize}. */
export interface SymmetrizeOptions {
  /** Default `mean`. */
  readonly symmetrize?: Symmetrization | undefined;
  /** The exponent of `power`, above 0. Default 2. */
  readonly alpha?: number | undefined;
}

/** A symmetric matrix of similarities between classes. */
export interface SymmetricMatrix {
  readonly classes: readonly string[];
  /** n x n, row-major, symmetric to the last bit. */
  readonly values: Float64Array;
  /** A threshold beta on C is the threshold beta^exponent on `values`: `alpha` for `power`, otherwise 1. */
  readonly exponent: number;
}

/**
 * The symmetric matrix S of a confusion matrix C.
 *
 * - `mean`: (C + Cᵀ) / 2, how often two classes are confused in either direction. A symmetric C is unchanged. Godbole,
 *   "Exploiting confusion matrices for automatic generation of topic hierarchies and scaling up multi-way classifiers",
 *   2002; Bengio, Weston & Grangier, "Label embedding trees for large multi-class tasks", NIPS 2010.
 * - `power`: (C^alpha + (Cᵀ)^alpha) / 2, element by element, compared with beta^alpha. With alpha above 1 strong confusion
 *   in one direction outweighs weak confusion in both; alpha = 1 is `mean`. The soft threshold of Zhang & Horvath, "A
 *   general framework for weighted gene co-expression network analysis", 2005.
 * - `reciprocal`: sqrt(C ∘ Cᵀ), element by element, the geometric mean of the two shares: 0 unless the classes are confused
 *   in both directions. The coefficient of Ochiai, "Zoogeographical studies on the soleoid fishes found in Japan and its neighbouring
 *   regions", 1957, which is the geometric mean of two conditional frequencies.
 * - `product`: C and Cᵀ are each multiplied by C, as matrices, before they are symmetrised as in `mean`: M = (C·C + Cᵀ·C) / 2,
 *   then (M + Mᵀ) / 2. (C·C)(i, j) is the confusion of i with j in two steps, through any class k; (Cᵀ·C)(i, j) is how
 *   often images of the same class are given i and j, which relates i and j to each other (the "bibliometric"
 *   symmetrisation of Satuluri & Parthasarathy, "Symmetrizations for clustering directed graphs", EDBT 2011). For two
 *   classes that are confused with each other only, p one way and q the other, it is (p + q) - (p + q)²/4 - (p² + q²)/2:
 *   for a given p + q it is greatest where p = q. Entries are about twice those of `mean`, and can
 *   exceed 1 where many classes are taken for the same one.
 *
 * Time O(n²); of `product` O(n · entries of C that are not 0).
 */
export function symmetrize({ classes, shares }: Confusion, options: SymmetrizeOptions = {}): SymmetricMatrix {
  return { classes, ...symmetrizeShares(shares, classes.length, options) };
}

/**
 * As {@link symmetrize}, from the entries alone.
 * @param shares n x n, row-major: C
 */
export function symmetrizeShares(
  shares: Float64Array,
  n: number,
  { symmetrize: how = 'mean', alpha = 2 }: SymmetrizeOptions,
): Omit<SymmetricMatrix, 'classes'> {
  switch (how) {
    case 'mean':
      return { values: pairwise(shares, n, (a, b) => (a + b) / 2), exponent: 1 };
    case 'power':
      return { values: pairwise(shares, n, (a, b) => (a ** alpha + b ** alpha) / 2), exponent: alpha };
    case 'reciprocal':
      return { values: pairwise(shares, n, (a, b) => Math.sqrt(a * b)), exponent: 1 };
    case 'product': {
      // (C·C + Cᵀ·C) / 2 = ((C + Cᵀ) / 2)·C
      const mean = pairwise(shares, n, (a, b) => (a + b) / 2);
      return { values: pairwise(multiply(mean, shares, n), n, (a, b) => (a + b) / 2), exponent: 1 };
    }
  }
}

/** Everything wrong with the options; empty when nothing is. */
export function symmetrizeProblems({ symmetrize: how, alpha }: SymmetrizeOptions): Problem[] {
  const problems: Problem[] = [];
  if (how !== undefined) append(problems, choiceProblems('symmetrize', how, SYMMETRIZATIONS));
  if (alpha !== undefined && !(alpha > 0 && alpha < Infinity)) {
    problems.push({ where: 'alpha', expected: 'a number above 0', received: `${alpha}` });
  }
  return problems;
}

/** The problem of a word that is not one of the choices; JavaScript callers are not held back by types. */
export function choiceProblems(where: string, word: string, choices: readonly string[]): Problem[] {
  if (choices.includes(word)) return [];
  const remedy = didYouMean(word, choices);
  return [{ where, expected: `one of ${choices.join(', ')}`, received: `'${word}'`, remedy }];
}

/** Combines each pair of entries m(i, j), m(j, i) into one value for both. */
function pairwise(matrix: Float64Array, n: number, combine: (a: number, b: number) => number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = combine(matrix[i * n + j] as number, matrix[j * n + i] as number);
      result[i * n + j] = value;
      result[j * n + i] = value;
    }
  }
  return result;
}

/** The matrix product a·b. Confusion matrices are mostly 0, so zeros of `a` are skipped. */
function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k] as number;
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) {
        result[i * n + j] = (result[i * n + j] as number) + factor * (b[k * n + j] as number);
      }
    }
  }
  return result;
}

/** The one matrix that every clustering works on. */
import { byCodePoint } from '../order.js';
import type { Confusion } from './confusion.js';
import { type SymmetrizeOptions, symmetrizeShares } from './symmetrize.js';

/**
 * Symmetric similarities with the classes in code point order of their names, so that ties, which go to the pair that
 * comes first, do not depend on the order of the confusion matrix.
 */
export interface Similarities {
  readonly n: number;
  /** n x n, row-major, symmetric. */
  readonly values: Float64Array;
  /** A threshold beta on C is the threshold beta^exponent on `values`. */
  readonly exponent: number;
  /** For each row of `values` the index of its class in the confusion matrix. */
  readonly order: Int32Array;
}

/** Confusion matrices are immutable, so each is symmetrised once and cached. */
const made = new WeakMap<Confusion, Map<string, Similarities>>();

/** The similarities of a confusion matrix, see `symmetrize`. */
export function similaritiesOf(confusion: Confusion, options: SymmetrizeOptions): Similarities {
  const known = made.get(confusion) ?? new Map<string, Similarities>();
  made.set(confusion, known);
  const key = `${options.symmetrize} ${options.alpha}`;
  const similarities = known.get(key) ?? toSimilarities(confusion.classes, confusion.shares, options);
  known.set(key, similarities);
  return similarities;
}

/** @param shares n x n, row-major: C */
export function toSimilarities(
  classes: readonly string[],
  shares: Float64Array,
  options: SymmetrizeOptions,
): Similarities {
  const n = classes.length;
  const { values: unordered, exponent } = symmetrizeShares(shares, n, options);
  const order = Int32Array.from([...classes.keys()].sort((i, j) => byCodePoint(classes[i] ?? '', classes[j] ?? '')));
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = (order[i] as number) * n;
    for (let j = 0; j < n; j++) values[i * n + j] = unordered[row + (order[j] as number)] as number;
  }
  return { n, values, exponent, order };
}

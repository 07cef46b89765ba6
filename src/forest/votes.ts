/** Votes of trees: the classes of the leaf that a row comes to. */
import type { Trees } from './trees.js';

/** Rows that are predicted at once: all trees pass through the processor's cache once for so many. */
export const blockOf = (features: number) => Math.max(64, Math.min(4096, Math.floor(2 ** 22 / features)));

/** The leaf of a row in a tree. */
export function leafOf(
  { roots, features, thresholds, left, right }: Trees,
  tree: number,
  values: Float64Array,
  offset: number,
): number {
  let at = roots[tree] as number;
  while (at >= 0) {
    const value = values[offset + (features[at] as number)] as number;
    at = (value <= (thresholds[at] as number) ? left[at] : right[at]) as number;
  }
  return ~at;
}

/** Adds the shares of a leaf to the sums of a row. */
export function addVote(
  { leafStarts, leafClasses, leafShares }: Trees,
  leaf: number,
  sums: Float64Array,
  offset: number,
): void {
  const end = leafStarts[leaf + 1] as number;
  for (let entry = leafStarts[leaf] as number; entry < end; entry++) {
    const at = offset + (leafClasses[entry] as number);
    sums[at] = (sums[at] as number) + (leafShares[entry] as number);
  }
}

/**
 * The sums of all trees' votes, rows x classes.
 *
 * @param values rows x features
 */
export function votesOf(trees: Trees, values: Float64Array, features: number, classes: number): Float64Array {
  const rows = values.length / features;
  const sums = new Float64Array(rows * classes);
  // Tree by tree: a tree stays in the processor's cache while the rows pass through it.
  for (let tree = 0; tree < trees.roots.length; tree++) {
    for (let row = 0; row < rows; row++) {
      addVote(trees, leafOf(trees, tree, values, row * features), sums, row * classes);
    }
  }
  return sums;
}

/** The class with the most votes; the first of those with equally many. */
export function winner(sums: ArrayLike<number>, offset: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) {
    if ((sums[offset + k] as number) > (sums[offset + best] as number)) best = k;
  }
  return best;
}

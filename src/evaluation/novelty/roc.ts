/** The area under the ROC curve. */

/**
 * The probability that a random value of `higher` exceeds a random one of `lower`, ties counted half: the area under the ROC
 * curve of telling the two apart.
 *
 * Hanley & McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology 143, 1982.
 */
export function areaUnderRoc(higher: Float64Array, lower: Float64Array): number {
  const sorted = lower.toSorted();
  let wins = 0;
  for (const value of higher) wins += (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2;
  return wins / (higher.length * lower.length);
}

/** How many sorted values are below `value`, or equal to it where `inclusive`. */
function countBelow(sorted: Float64Array, value: number, inclusive: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as number;
    if (at < value || (inclusive && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

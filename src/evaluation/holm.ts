/** Many tests at once. */

/**
 * p values corrected so that, with a threshold of α, the chance of any false finding among all of them is at most α,
 * however they depend on each other.
 *
 * Holm, "A simple sequentially rejective multiple test procedure", 1979.
 */
export function holm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((i, j) => (ps[i] as number) - (ps[j] as number));
  const corrected = new Array<number>(ps.length);
  let most = 0;
  order.forEach((test, rank) => {
    most = Math.max(most, Math.min(1, (ps.length - rank) * (ps[test] as number)));
    corrected[test] = most;
  });
  return corrected;
}

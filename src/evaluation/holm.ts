/** Correction for multiple tests. */

/**
 * p-values corrected so that, at a threshold of α, the probability of any false finding among them is at most α, whatever
 * the dependence between the tests.
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

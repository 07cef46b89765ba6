/** A test for a difference in accuracy, from the images that exactly one of two classifiers has right. */

/**
 * Exact McNemar test, two-sided. If both classifiers are equally good, each image that exactly one of them has right is the
 * toss of a fair coin, so p = min(1, 2 P(X ≤ min(b, c))) with X ~ Binomial(b + c, 1/2).
 *
 * McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947. The
 * binomial sum starts from its largest term, computed in log space, so it is exact up to rounding for any number of images,
 * where the usual chi-squared approximation fails for few.
 * @param b images only the first classifier has right
 * @param c images only the second classifier has right
 */
export function mcnemar(b: number, c: number): number {
  const n = b + c;
  const m = Math.min(b, c);
  // ln of C(n, m) / 2^n
  let logLargest = -n * Math.LN2;
  for (let i = 1; i <= m; i++) logLargest += Math.log((n - m + i) / i);
  // The terms below it, each as a fraction of the largest: C(n, i - 1) / C(n, i) = i / (n - i + 1).
  let sum = 1;
  for (let i = m, term = 1; i > 0 && term > sum * Number.EPSILON; i--) {
    term *= i / (n - i + 1);
    sum += term;
  }
  return Math.min(1, 2 * Math.exp(logLargest) * sum);
}

/** The exact interval of a binomial share. */

/**
 * The exact 95 % interval of the share behind `count` of `n` images: all shares under which a count at least this extreme
 * has a probability of at least 2.5 % on either side. Its coverage is never below 95 %, also for few or no hits, where a
 * bootstrap of the images would give an interval of width 0.
 *
 * Clopper & Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", 1934.
 */
export function binomialInterval(count: number, n: number): readonly [low: number, high: number] {
  return [1 - upperLimit(n - count, n), upperLimit(count, n)];
}

const TAIL = 0.025;

/** The largest share under which at most `count` of `n` still has the probability {@link TAIL}, by bisection. */
function upperLimit(count: number, n: number): number {
  if (count === n) return 1;
  // ln of C(n, count)
  let logChoices = 0;
  for (let i = 1; i <= count; i++) logChoices += Math.log((n - count + i) / i);
  let [low, high] = [count / n, 1];
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (atMost(count, n, middle, logChoices) > TAIL) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X ≤ count) of Binomial(n, share) for a share of at least count / n, where the terms only fall from `count` down. */
function atMost(count: number, n: number, share: number, logChoices: number): number {
  let sum = 1;
  for (let i = count, term = 1; i > 0 && term > sum * Number.EPSILON; i--) {
    term *= (i / (n - i + 1)) * ((1 - share) / share);
    sum += term;
  }
  return Math.exp(logChoices + count * Math.log(share) + (n - count) * Math.log1p(-share)) * sum;
}

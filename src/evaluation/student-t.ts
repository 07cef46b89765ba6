/** Student's t distribution, for any positive number of degrees of freedom, not necessarily whole. */

/**
 * P(|T| ≥ t) for T with `df` degrees of freedom, which is the regularised incomplete beta function I_x(df/2, 1/2) at
 * x = df / (df + t²).
 *
 * Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 26.7.1.
 */
export function studentTails(t: number, df: number): number {
  const x = df / (df + t * t);
  const y = (t * t) / (df + t * t);
  const [a, b] = [df / 2, 1 / 2];
  // The fraction converges fast below the mean of the beta distribution; above it, I_x(a, b) = 1 - I_y(b, a) does.
  if (x < (a + 1) / (a + b + 2)) return betaFraction(x, y, a, b);
  return 1 - betaFraction(y, x, b, a);
}

/** The t with P(|T| ≥ t) = `p`, for `p` in (0, 1]: the half-width of an interval of level 1 - p. */
export function studentQuantile(p: number, df: number): number {
  if (p === 1) return 0;
  let t = 1;
  let tails = studentTails(t, df);
  for (; tails > p; tails = studentTails(t, df)) t *= 2;
  // In log-log scale the tails get ever steeper, so Newton's steps approach the quantile from above and never pass it.
  for (let factor = 0; Math.abs(factor - 1) > 1e-14; tails = studentTails(t, df)) {
    const steepness = (2 * t * density(t, df)) / tails;
    factor = Math.min(1, (tails / p) ** (1 / steepness));
    t *= factor;
  }
  return t;
}

function density(t: number, df: number): number {
  return Math.exp(-((df + 1) / 2) * Math.log1p((t * t) / df) - logBeta(df / 2, 1 / 2)) / Math.sqrt(df);
}

/**
 * I_x(a, b), with y = 1 - x as an argument because 1 - x would lose the digits of a small y: a continued fraction, evaluated
 * by the modified Lentz method.
 *
 * Press, Teukolsky, Vetterling & Flannery, "Numerical Recipes", 3rd edition, 2007, 6.4.
 */
function betaFraction(x: number, y: number, a: number, b: number): number {
  if (x === 0) return 0;
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta(a, b)) / a;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let value = d;
  for (let m = 1, change = 0; Math.abs(change - 1) > 1e-15 && m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    change = c * d;
    value *= change;
  }
  return front * value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x), x > 0: Stirling's series where it is exact to rounding (x ≥ 15), carried down by Γ(x + 1) = x Γ(x). */
function logGamma(x: number): number {
  let [z, product] = [x, 1];
  for (; z < 15; z++) product *= z;
  const s = 1 / (z * z);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

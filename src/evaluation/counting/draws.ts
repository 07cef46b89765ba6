/** Draws from the distributions that counting needs. */
import type { Random } from '../../random.js';

/** The logarithm of what counts as 0 among the draws of small shapes. */
const NOTHING = Math.log(1e-8);

/** How probable a draw of {@link drawGamma} is to be 0 because it is too small to matter: 0 for a shape of 1 or more. */
export const nothingOf = (shape: number): number => (shape < 1 ? Math.exp(shape * NOTHING) : 0);

/**
 * A draw from the gamma distribution of scale 1.
 *
 * Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000.
 * @param shape   above 0
 * @param nothing `nothingOf(shape)`: almost all draws of small shapes are too small to matter, and take no time
 */
export function drawGamma(random: Random, shape: number, nothing = nothingOf(shape)): number {
  if (shape < 1) {
    const uniform = random.uniform();
    return uniform < nothing ? 0 : drawGamma(random, shape + 1, 0) * uniform ** (1 / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Where trials are counted one by one. */
const FEW = 40;

/**
 * A draw from the binomial distribution. Many trials are halved by a draw of the median of as many uniform numbers, so that a million
 * take a few steps (Relles, "A simple algorithm for generating binomial random variables when N is large", JASA 67, 1972).
 */
export function drawBinomial(random: Random, trials: number, probability: number): number {
  let [left, p, hits] = [trials, probability, 0];
  if (left === 0 || p >= 1) return left;
  while (left > FEW && p > 0) {
    const below = Math.floor(left / 2) + 1;
    const [x, y] = [drawGamma(random, below), drawGamma(random, left + 1 - below)];
    const median = x / (x + y);
    if (median <= p) {
      hits += below;
      left -= below;
      p = (p - median) / (1 - median);
    } else {
      left = below - 1;
      p /= median;
    }
  }
  for (; left > 0; left--) if (random.uniform() < p) hits++;
  return hits;
}

/** Adds a multinomial draw of `trials` to `into`: each entry is as probable as its weight, a share of `total`. */
export function addMultinomial(
  random: Random,
  trials: number,
  weights: Float64Array,
  total: number,
  into: Float64Array,
): void {
  let [left, rest, last] = [trials, total, -1];
  for (let i = 0; i < weights.length && left > 0; i++) {
    const weight = weights[i] as number;
    if (weight <= 0) continue;
    const hits = drawBinomial(random, left, Math.min(1, weight / rest));
    into[i] = (into[i] as number) + hits;
    left -= hits;
    rest -= weight;
    last = i;
  }
  // What rounding leaves goes to the last one.
  if (last >= 0) into[last] = (into[last] as number) + left;
}

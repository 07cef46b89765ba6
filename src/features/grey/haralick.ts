/** Texture by how often two grey levels lie side by side. */

/** Grey levels are counted in steps of 8. */
export const HARALICK_LEVELS = 32;
/** One step to the right, and to the three other directions of half a turn. */
const DIRECTIONS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;

/** The statistics in order. */
export const HARALICK_NAMES = [
  'angular_second_moment',
  'contrast',
  'correlation',
  'variance',
  'inverse_difference_moment',
  'sum_average',
  'sum_variance',
  'sum_entropy',
  'entropy',
  'difference_variance',
  'difference_entropy',
  'information_correlation_1',
  'information_correlation_2',
] as const;

/**
 * Thirteen statistics of the grey levels of neighbouring pixels, each the mean over four directions: the first thirteen of
 * R. M. Haralick, K. Shanmugam and I. Dinstein, "Textural features for image classification", IEEE Transactions on Systems,
 * Man, and Cybernetics 3 (1973) 610-621, with natural logarithms. Pairs are counted in both orders, and only where both
 * pixels are in the mask. NaN where there is no pair.
 */
export function haralick(grey: Uint8Array, mask: Uint8Array, width: number, height: number): Float64Array {
  const mean = new Float64Array(HARALICK_NAMES.length);
  for (const [dx, dy] of DIRECTIONS) {
    const statistics = statisticsOf(pairs(grey, mask, width, height, dx, dy));
    statistics.forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / DIRECTIONS.length;
    });
  }
  return mean;
}

/** The share of each pair of levels, levels x levels. */
function pairs(
  grey: Uint8Array,
  mask: Uint8Array,
  width: number,
  height: number,
  dx: number,
  dy: number,
): Float64Array {
  const counts = new Float64Array(HARALICK_LEVELS ** 2);
  let total = 0;
  for (let y = 0; y + dy < height; y++) {
    for (let x = Math.max(0, -dx), end = width - Math.max(0, dx); x < end; x++) {
      const at = y * width + x;
      const to = at + dy * width + dx;
      if (mask[at] !== 1 || mask[to] !== 1) continue;
      const [a, b] = [(grey[at] as number) >> 3, (grey[to] as number) >> 3];
      counts[a * HARALICK_LEVELS + b] = (counts[a * HARALICK_LEVELS + b] as number) + 1;
      counts[b * HARALICK_LEVELS + a] = (counts[b * HARALICK_LEVELS + a] as number) + 1;
      total += 2;
    }
  }
  return counts.map((count) => count / total);
}

function statisticsOf(shares: Float64Array): number[] {
  const single = new Float64Array(HARALICK_LEVELS);
  const sums = new Float64Array(2 * HARALICK_LEVELS);
  const differences = new Float64Array(HARALICK_LEVELS);
  let [secondMoment, inverseDifference, products, joint] = [0, 0, 0, 0];
  for (let i = 0, at = 0; i < HARALICK_LEVELS; i++) {
    for (let j = 0; j < HARALICK_LEVELS; j++, at++) {
      const share = shares[at] as number;
      if (share === 0) continue;
      const distance = Math.abs(i - j);
      single[i] = (single[i] as number) + share;
      sums[i + j] = (sums[i + j] as number) + share;
      differences[distance] = (differences[distance] as number) + share;
      secondMoment += share * share;
      inverseDifference += share / (1 + distance * distance);
      products += share * i * j;
      joint -= share * Math.log(share);
    }
  }
  const level = momentsOf(single);
  const sum = momentsOf(sums);
  const difference = momentsOf(differences);
  const marginal = entropyOf(single);
  // Both marginal distributions are the same, so the two estimates of the joint entropy from them are twice theirs.
  return [
    secondMoment,
    difference.variance + difference.mean ** 2,
    (products - level.mean ** 2) / level.variance,
    level.variance,
    inverseDifference,
    sum.mean,
    sum.variance,
    entropyOf(sums),
    joint,
    difference.variance,
    entropyOf(differences),
    (joint - 2 * marginal) / marginal,
    Math.sqrt(Math.max(0, 1 - Math.exp(-2 * (2 * marginal - joint)))),
  ];
}

function momentsOf(shares: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = shares.reduce((sum, share, value) => sum + share * value, 0);
  return { mean, variance: shares.reduce((sum, share, value) => sum + share * (value - mean) ** 2, 0) };
}

function entropyOf(shares: Float64Array): number {
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
}

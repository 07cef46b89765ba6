/** The finite-sample correction that conformal methods share: what n images guarantee about one more. */
import type { Problem } from '../errors.js';

/** Shares such as 1 - 0.9 are not exact: a number of images this close to a whole one is meant to be whole. */
const ROUNDING = 1e-9;

/**
 * How many of `n` images may be wrong so that one more, exchangeable with them, is right with a probability of at least
 * `share`: the largest m with (m + 1) / (n + 1) ≤ 1 - share. Negative where `n` is too small for that.
 */
export function spareImages(n: number, share: number): number {
  return Math.floor((1 - share) * (n + 1) + ROUNDING) - 1;
}

export function shareProblems(where: string, share: number): Problem[] {
  if (share > 0 && share < 1) return [];
  const remedy = share === 1 ? 'No finite sample guarantees 1. Choose a share below it, such as 0.99.' : undefined;
  return [{ where, expected: 'a share between 0 and 1', received: `${share}`, remedy }];
}

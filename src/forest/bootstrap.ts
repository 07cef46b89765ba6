/** The rows that a tree grows on. */
import type { Random } from '../random.js';

/**
 * Draws as many rows as there are, with replacement (Breiman, 1996, "Bagging predictors", Machine Learning 24).
 *
 * @param times how often each row was drawn: is overwritten
 */
export function drawBootstrap(random: Random, times: Int32Array): void {
  const rows = times.length;
  times.fill(0);
  for (let i = 0; i < rows; i++) {
    const row = random.integer(rows);
    times[row] = (times[row] as number) + 1;
  }
}

/** How many images it takes to judge a node. */

/** The accuracy of a judged node is known to within this: 10 percentage points up or down. */
export const HALF_WIDTH = 0.1;

/** Two-sided 95 % of a normal distribution. */
const Z = 1.959964;

/**
 * How many images have to arrive at a node for the 95 % interval of its accuracy to extend at most {@link HALF_WIDTH} up
 * and down, if the accuracy stays as it is: 93 images for a node that is right half of the time or of which nothing is
 * known, fewer the farther the accuracy is from 1/2 (about 60 at 80 %). A node with at least as many can be judged.
 *
 * The interval adds two hits and two misses: Agresti & Coull, "Approximate is better than 'exact' for
 * interval estimation of binomial proportions", 1998, whose centre moves towards 1/2 for few images, so that three hits of
 * three do not count as certainty.
 * @param right hits among the images that arrived
 */
export function imagesNeeded(right: number, arrived: number): number {
  const centre = (right + 2) / (arrived + 4);
  return Math.ceil((Z / HALF_WIDTH) ** 2 * centre * (1 - centre)) - 4;
}

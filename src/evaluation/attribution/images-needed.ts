/** Whether a node has seen enough images to be judged, and how many it takes. */

/** The accuracy of a judged node is known to this, up and down: 10 points. */
export const HALF_WIDTH = 0.1;

/** Two-sided 95 % of a normal distribution. */
const Z = 1.959964;

/**
 * How many images have to arrive at a node for the 95 % interval of its accuracy to reach no further than
 * {@link HALF_WIDTH} up and down, supposing that the accuracy stays what it is: 93 images for a node that is right half
 * of the time or of which nothing is known, fewer the clearer the case (about 60 at 80 %). A node that has as many can
 * be judged.
 *
 * The interval is that of two more hits and two more misses: Agresti & Coull, "Approximate is better than 'exact' for
 * interval estimation of binomial proportions", 1998, whose centre moves towards 1/2 where there are few images, so that
 * three hits of three do not pass for certainty.
 * @param right hits among the images that arrived
 */
export function imagesNeeded(right: number, arrived: number): number {
  const centre = (right + 2) / (arrived + 4);
  return Math.ceil((Z / HALF_WIDTH) ** 2 * centre * (1 - centre)) - 4;
}

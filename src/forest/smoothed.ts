/** Probabilities of a forest that are never 0, for log-losses. */

/**
 * The probability of a class as if one more tree had voted for all classes alike. No tree votes for a class that is rare, or
 * a row that is unusual, so its share is 0 and its log-loss infinite: a few such rows would outweigh all others.
 *
 * @param votes of the trees for the class: the sum of its shares in the leaves
 */
export const smoothed = (votes: number, trees: number, classes: number): number => (votes + 1 / classes) / (trees + 1);

/** The default decision: the most probable class. */
import { countImages, type Probabilities } from './probabilities.js';

/**
 * The most probable class of every image: the decision with the fewest expected mistakes.
 * @param probabilities images × `k`, row-major
 * @param k             number of classes
 * @returns an index into the classes per image; ties go to the lowest index
 * @throws CladenetError `EVALUATION` when the length of the matrix is not a multiple of `k`
 */
export function mostProbableLeaf(probabilities: Probabilities, k: number): Int32Array {
  const decisions = new Int32Array(countImages(probabilities, k));
  for (let image = 0; image < decisions.length; image++) {
    const row = image * k;
    let best = row;
    for (let i = row + 1; i < row + k; i++) {
      if ((probabilities[i] as number) > (probabilities[best] as number)) best = i;
    }
    decisions[image] = best - row;
  }
  return decisions;
}

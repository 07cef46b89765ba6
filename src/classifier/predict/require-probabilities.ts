/** Checks that what networks put out are probabilities. */
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';

/**
 * Weights that are finite can still overflow. What comes of that is not a number, and no class.
 *
 * @param matrices images x classes each
 * @throws CladenetError MODEL naming the first image without probabilities
 */
export function requireProbabilities(
  matrices: readonly Float32Array[],
  { paths }: ImageSet,
  classes: number,
): readonly Float32Array[] {
  for (const matrix of matrices) {
    const at = matrix.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new CladenetError('MODEL', 'The classifier gives no probabilities', [
      {
        where: paths[Math.floor(at / classes)] ?? 'images',
        expected: 'finite probabilities',
        received: `${matrix[at]}: its weights are so large that sums overflow`,
      },
    ]);
  }
  return matrices;
}

/** How much the images of each class count in a training, of networks and of forests. */
import { z } from 'zod';
import { number } from './value-schemas.js';

/**
 * `none`: all images count equally; `balanced`: all classes do; a number s from 0 to 2: in the proportions of
 * (max / n)^s, 0 as `none` and 1 as `balanced`, where n is the number of images of the class, and max that of the largest one.
 */
export type ClassWeights = 'none' | 'balanced' | number;

export const CLASS_WEIGHTS = 'none, balanced, or a number from 0 to 2';

export const classWeightsSchema = z.union(
  [z.enum(['none', 'balanced']), number('a number from 0 to 2', (s) => s >= 0 && s <= 2)],
  CLASS_WEIGHTS,
);

/**
 * The weight of each class, scaled to 1 on average over the images, so that a learning rate keeps its meaning; 0 for a class
 * without images. The weights of uvpec (UVP6), which scales nothing, are in the same proportions.
 *
 * @param labels the class of each image that is trained on
 */
export function weightsOfClasses(weights: ClassWeights, labels: Int32Array, classes: number): Float64Array {
  const s = weights === 'none' ? 0 : weights === 'balanced' ? 1 : weights;
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const total = counts.reduce((sum, n) => sum + (n > 0 ? n ** (1 - s) : 0), 0);
  return counts.map((n) => (n > 0 ? (labels.length * n ** -s) / total : 0));
}

/** The images that a new classifier is evaluated on. */
import type { ImageSet } from '../../dataset/images.js';
import type { TrainingData } from '../data/training-data.js';
import { withClass } from '../data/truth.js';

/** The images of the test set whose class is known, labelled by `data.truth.classes`. There may be none. */
export function testImages({ images, truth, split }: TrainingData): ImageSet {
  return withClass(images, truth, split.test);
}

/** The temperature of a new classifier. */
import { fitTemperature, usableTemperature } from '../../calibration/temperature.js';
import type { Classifier } from '../classifier.js';
import type { TrainingData } from '../data/training-data.js';
import { withClass } from '../data/truth.js';

/** Fitted on the validation set; null without one. The classifier's memory on the device is freed. */
export async function validationTemperature(
  classifier: Pick<Classifier, 'classes' | 'predict' | 'dispose'>,
  { images, truth, split }: TrainingData,
): Promise<number | null> {
  const validation = withClass(images, truth, split.validation);
  if (validation.count === 0) return null;
  const { classes } = classifier;
  const probabilities = await classifier.predict(validation).finally(() => classifier.dispose());
  return usableTemperature(fitTemperature({ classes, probabilities, labels: validation.labels }));
}

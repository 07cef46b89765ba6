/** The score of a new classifier on its test set, computed once, after everything is decided. */
import { evaluate } from '../../evaluation/evaluate.js';
import type { Predictions } from '../../evaluation/predictions.js';
import type { Classification } from '../classification.js';
import type { Classifier } from '../classifier.js';
import type { TrainingData } from '../data/training-data.js';
import { testImages } from '../judging/test-images.js';
import type { TestScore } from '../schema.js';

/**
 * Classifies the test images whose class is known; undefined when there are none. The classifier's memory on the device is
 * freed.
 */
export async function classifyTest(
  classifier: Classifier,
  data: TrainingData,
  signal?: AbortSignal,
): Promise<Classification | undefined> {
  const test = testImages(data);
  if (test.count === 0) return undefined;
  return classifier.classify(test, { signal }).finally(() => classifier.dispose());
}

export function testScore(predictions: Predictions): TestScore {
  const { images, accuracy, balancedAccuracy, logLoss, top5 } = evaluate(predictions);
  return { images, accuracy, balancedAccuracy, logLoss, top5 };
}

/** Null when there are no test images whose class is known. The classifier's memory on the device is freed. */
export async function scoreOnTest(classifier: Classifier, data: TrainingData): Promise<TestScore | null> {
  const predicted = await classifyTest(classifier, data);
  return predicted === undefined ? null : testScore(predicted);
}

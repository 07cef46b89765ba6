/** The score of a new classifier on the test part of its own split: looked at once, after everything is decided. */
import { decideLeaves } from '../../decision/decide-leaves.js';
import { evaluate } from '../../evaluation/evaluate.js';
import type { Predictions } from '../../evaluation/predictions.js';
import type { Classifier } from '../classifier.js';
import type { TrainingData } from '../data/training-data.js';
import { withClass } from '../data/truth.js';
import type { TestScore } from '../schema.js';

/**
 * What a classifier predicts for the test images whose class is known. Undefined when there are no such images. The
 * classifier's memory on the device is freed.
 */
export async function predictTest(
  classifier: Classifier,
  { images, truth, split }: TrainingData,
  signal?: AbortSignal,
): Promise<Predictions | undefined> {
  const test = withClass(images, truth, split.test);
  if (test.count === 0) return undefined;
  try {
    const { classes, taxonomy, routings } = classifier;
    const probabilities = await classifier.predict(test, { signal });
    const decisions = decideLeaves(probabilities, classes, { routing: routings[0], taxonomy });
    return { classes, probabilities, labels: test.labels, decisions };
  } finally {
    classifier.dispose();
  }
}

export function testScore(predictions: Predictions): TestScore {
  const { images, accuracy, balancedAccuracy, logLoss, top5 } = evaluate(predictions);
  return { images, accuracy, balancedAccuracy, logLoss, top5 };
}

/** Null when there are no test images whose class is known. The classifier's memory on the device is freed. */
export async function scoreOnTest(classifier: Classifier, data: TrainingData): Promise<TestScore | null> {
  const predicted = await predictTest(classifier, data);
  return predicted === undefined ? null : testScore(predicted);
}

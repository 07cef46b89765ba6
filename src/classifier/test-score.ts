/** The score of a new classifier on the test part of its own split: looked at once, after everything is decided. */
import { greedyDescent } from '../decision/greedy-descent.js';
import { evaluate } from '../evaluation/evaluate.js';
import type { Classifier } from './classifier.js';
import type { TestScore } from './schema.js';
import type { TrainingData } from './training-data.js';
import { withClass } from './truth.js';

/** Of the test images whose class is known; null when there are none. The classifier's memory on the device is freed. */
export async function scoreOnTest(
  classifier: Classifier,
  { images, truth, split }: TrainingData,
): Promise<TestScore | null> {
  const test = withClass(images, truth, split.test);
  if (test.count === 0) return null;
  try {
    const { classes, taxonomy, routings } = classifier;
    const probabilities = await classifier.predict(test);
    const greedy = taxonomy !== undefined && routings[0] === 'greedy';
    const decisions = greedy ? greedyDescent(probabilities, classes, taxonomy) : undefined;
    const scores = evaluate({ classes, probabilities, labels: test.labels }, { decisions });
    const { images: count, accuracy, balancedAccuracy, logLoss, top5 } = scores;
    return { images: count, accuracy, balancedAccuracy, logLoss, top5 };
  } finally {
    classifier.dispose();
  }
}

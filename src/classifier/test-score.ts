/** The score of a new classifier on the test part of its own split: looked at once, after everything is decided. */
import { selectImages } from '../dataset/images.js';
import { evaluate } from '../evaluation/evaluate.js';
import type { Classifier } from './classifier.js';
import type { TestScore } from './schema.js';
import type { TrainingData } from './training-data.js';

/** Null when the split has no test images. The classifier's memory on the device is freed. */
export async function scoreOnTest(classifier: Classifier, { images, split }: TrainingData): Promise<TestScore | null> {
  if (split.test.length === 0) return null;
  const test = selectImages(images, split.test);
  try {
    const probabilities = await classifier.predict(test);
    const scores = evaluate({ classes: classifier.classes, probabilities, labels: test.labels });
    const { images: count, accuracy, balancedAccuracy, logLoss, top5 } = scores;
    return { images: count, accuracy, balancedAccuracy, logLoss, top5 };
  } finally {
    classifier.dispose();
  }
}

/** `--min-confidence` and `--target-accuracy`: how sure a classifier has to be of a node to decide on it. */
import { calibrateStop } from '../calibration/stop-threshold.js';
import type { FlatClassifier } from '../classifier/flat.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, type Problem } from '../errors.js';
import { openImages } from './images.js';
import { judgedImages } from './judged-images.js';
import type { PredictCommand } from './options.js';
import { say } from './progress.js';
import { type Deciding, decide, labelsFor } from './scoring.js';

/** Undefined where neither is asked for: then every image gets a class. */
export async function stopThreshold(
  classifier: FlatClassifier | TreeClassifier,
  { minConfidence, targetAccuracy, images: folder }: PredictCommand,
  deciding: Deciding,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (minConfidence === undefined && targetAccuracy === undefined) return undefined;
  const { taxonomy } = deciding;
  const problems: Problem[] = [];
  if (taxonomy === undefined) {
    const remedy = 'Give one with --taxonomy.';
    problems.push({ where: '--taxonomy', expected: 'a tree whose nodes can be decided on', received: 'none', remedy });
  }
  if (minConfidence !== undefined && targetAccuracy !== undefined) {
    const received = 'both';
    problems.push({ where: 'options', expected: '--min-confidence or --target-accuracy', received });
  }
  if (targetAccuracy !== undefined && folder === undefined) {
    const expected = 'the images that the classifier was trained with, whose validation part chooses the threshold';
    problems.push({ where: '--images', expected, received: 'nothing' });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'It cannot be decided where to stop', problems);
  if (minConfidence !== undefined || targetAccuracy === undefined || folder === undefined || taxonomy === undefined) {
    return minConfidence;
  }
  const all = await openImages({ images: folder, strict: false }, classifier.description.preprocessing, 1, signal);
  const { images } = judgedImages(classifier, all, 'validation');
  const { probabilities, leaves } = await decide('the classifier', classifier, images, deciding, signal);
  const predictions = { classes: classifier.classes, probabilities, labels: labelsFor(classifier, images) };
  const { threshold, outcome, images: count, wrong } = calibrateStop(predictions, { taxonomy, targetAccuracy, leaves });
  const target = `${+(100 * targetAccuracy).toFixed(2)} %`;
  if (outcome === 'too-few-images' || outcome === 'root') {
    const why = outcome === 'root' ? 'only the root is right so often' : `${count} validation images promise nothing`;
    const remedy = outcome === 'root' ? 'Ask for less.' : 'Ask for less, or validate on more images.';
    throw new CladenetError('USAGE', 'This accuracy cannot be promised', [
      { where: '--target-accuracy', expected: 'an accuracy within reach', received: `${target}: ${why}`, remedy },
    ]);
  }
  say(
    `for ${target}: nodes with a probability of ${threshold.toFixed(4)} (${wrong} of ${count} validation images wrong)`,
  );
  return threshold;
}

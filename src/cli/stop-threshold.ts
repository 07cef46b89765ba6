/** `--min-confidence` and `--target-accuracy`: how sure a classifier has to be of a node to decide on it. */

import { calibrateStop, type StopThreshold, thresholdFor } from '../calibration/stop-threshold.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { requireLabelsFor } from '../classifier/judging/labels.js';
import { keptStopScores } from '../classifier/judging/stop-scores.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, type Problem } from '../errors.js';
import { log } from '../progress.js';
import type { PredictOptions } from './commands/predict.js';
import { openImages } from './images.js';
import { findJudgedImages } from './judged-images.js';
import { classify, type Deciding } from './scoring.js';

/** Undefined where neither is asked for: then every image gets a class. */
export async function stopThreshold(
  classifier: FlatClassifier | TreeClassifier,
  command: PredictOptions,
  deciding: Deciding,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { minConfidence, targetAccuracy, images: folder } = command;
  if (minConfidence === undefined && targetAccuracy === undefined) return undefined;
  const { taxonomy } = deciding;
  const scores = keptStopScores(classifier, {
    ...command,
    taxonomy: command.taxonomy === undefined ? undefined : deciding.taxonomy,
  });
  const problems: Problem[] = [];
  if (taxonomy === undefined) {
    const remedy = 'Give one with --taxonomy.';
    problems.push({ where: '--taxonomy', expected: 'a taxonomy with nodes to stop at', received: 'none', remedy });
  }
  if (minConfidence !== undefined && targetAccuracy !== undefined) {
    const received = 'both';
    problems.push({ where: 'options', expected: '--min-confidence or --target-accuracy', received });
  }
  if (targetAccuracy !== undefined && folder === undefined && scores === undefined) {
    const expected = 'the images the classifier was trained with: their validation set chooses the threshold';
    const remedy = 'A tree needs none if it decides by its own taxonomy and routing, with --decide leaf and --tta 1.';
    problems.push({ where: '--images', expected, received: 'nothing', remedy });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'There is no one threshold to stop at', problems);
  if (minConfidence !== undefined || targetAccuracy === undefined) return minConfidence;
  if (folder === undefined || taxonomy === undefined) return scores && accepted(thresholdFor(scores, targetAccuracy));
  const all = await openImages({ images: folder, strict: false }, classifier.description.preprocessing, 1, signal);
  const { images } = findJudgedImages(classifier, all, 'validation');
  requireLabelsFor(classifier, images);
  const predictions = await classify('the classifier', classifier, images, deciding, signal);
  return accepted(calibrateStop(predictions, { taxonomy, targetAccuracy }));
}

/** The threshold, with what it is chosen by. @throws CladenetError USAGE where only the root meets the target */
function accepted({ threshold, targetAccuracy, outcome, images: count, wrong }: StopThreshold): number {
  const target = `${+(100 * targetAccuracy).toFixed(2)} %`;
  if (outcome === 'too-few-images' || outcome === 'root') {
    const why =
      outcome === 'root' ? 'only the root is right that often' : `${count} validation images are too few to promise it`;
    const remedy =
      outcome === 'root' ? 'Ask for a lower accuracy.' : 'Ask for a lower accuracy, or validate on more images.';
    throw new CladenetError('USAGE', 'This accuracy cannot be promised', [
      { where: '--target-accuracy', expected: 'an accuracy within reach', received: `${target}: ${why}`, remedy },
    ]);
  }
  log(
    `for ${target}: nodes with a probability of ${threshold.toFixed(4)} (${wrong} of ${count} validation images wrong)`,
  );
  return threshold;
}

/** The probability that a node needs to be decided on, so that a given share of the decisions is right. */
import { calibrateStop, type StopThreshold, thresholdFor } from '../../calibration/stop-threshold.js';
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { classifyValidation } from './classify-validation.js';
import type { JudgedImages } from './judged-images.js';
import { judgingTaxonomy } from './judging-taxonomy.js';
import { keptStopScores } from './stop-scores.js';

/** Options of {@link chooseStopThreshold}: how new images will be classified, and what is promised of them. */
export interface ChooseStopOptions
  extends Pick<
    ClassifyOptions,
    'routing' | 'decide' | 'tta' | 'among' | 'amendBy' | 'taxonomy' | 'stopBy' | 'balance' | 'signal' | 'onProgress'
  > {
  /** The share of images, above 0 and below 1, whose decided node is to be the true class or an ancestor of it. */
  readonly targetAccuracy: number;
  /**
   * Opens the images that the classifier was trained with: its validation set chooses the threshold. Not needed for a tree
   * that decides by its own taxonomy and routing among all classes, with `decide: 'leaf'`, `stopBy: 'probability'`, and without
   * balance, amending or test-time augmentation.
   */
  readonly images?: (() => Promise<ImageSet>) | undefined;
}

/** The threshold, and the images that chose it; undefined where the tree kept what it needs of them. */
export interface ChosenStop extends StopThreshold {
  readonly judged: (JudgedImages & { readonly of: number }) | undefined;
}

/**
 * The value of `minConfidence` with which new images are decided as promised: see `calibrateStop`.
 *
 * @throws CladenetError USAGE without a taxonomy or the images that are needed, and where the promise cannot be kept, because
 *   only the root is right that often or there are too few validation images; DATASET, TAXONOMY, ABORTED
 */
export async function chooseStopThreshold(classifier: Classifier, options: ChooseStopOptions): Promise<ChosenStop> {
  const { targetAccuracy, images: open, ...deciding } = options;
  const taxonomy = requireNodesToStopAt(classifier, options.taxonomy);
  const scores = keptStopScores(classifier, options);
  if (open === undefined) {
    if (scores === undefined) throw noImages();
    return requireKept({ ...thresholdFor(scores, targetAccuracy), judged: undefined });
  }
  const { classification, judged } = await classifyValidation(classifier, await open(), { ...deciding, taxonomy });
  const chosen = calibrateStop(classification, { taxonomy, targetAccuracy, rule: options.stopBy });
  return requireKept({ ...chosen, judged });
}

/** @throws CladenetError USAGE where only the root meets the target */
function requireKept(chosen: ChosenStop): ChosenStop {
  const { targetAccuracy, outcome, images } = chosen;
  if (outcome !== 'too-few-images' && outcome !== 'root') return chosen;
  const [why, remedy] =
    outcome === 'root'
      ? ['only the root is right that often', 'Ask for a lower accuracy.']
      : [
          `${images} validation images are too few to promise it`,
          'Ask for a lower accuracy, or validate on more images.',
        ];
  const received = `${+(100 * targetAccuracy).toFixed(2)} %: ${why}`;
  throw new CladenetError('USAGE', 'This accuracy cannot be promised', [
    { where: 'targetAccuracy', expected: 'an accuracy within reach', received, remedy },
  ]);
}

/** The tree whose nodes a decision can stop at. @throws CladenetError USAGE for a flat classifier without a taxonomy */
export function requireNodesToStopAt(classifier: Classifier, given: Taxonomy | undefined): Taxonomy {
  const taxonomy = judgingTaxonomy([classifier], given);
  if (taxonomy !== undefined) return taxonomy;
  throw new CladenetError('USAGE', 'There is no node to stop at', [
    { where: 'taxonomy', expected: 'a taxonomy with nodes to stop at', received: 'none', remedy: 'Give `taxonomy`.' },
  ]);
}

const noImages = (): CladenetError =>
  new CladenetError('USAGE', 'There is no threshold to stop at', [
    {
      where: 'images',
      expected: 'the images the classifier was trained with: their validation set chooses the threshold',
      received: 'nothing',
      remedy:
        "A tree needs none if it decides by its own taxonomy and routing, with `decide: 'leaf'`, `stopBy: 'probability'` and `tta: 1`.",
    },
  ]);

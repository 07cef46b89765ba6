/** The sets of taxa that contain the true class with a promised probability, chosen on a classifier's own validation images. */
import { type ConformalQuantile, calibrateSets } from '../../calibration/conformal-quantile.js';
import { calibrateNodeSets } from '../../calibration/node-set-quantile.js';
import type { ImageSet } from '../../dataset/images.js';
import type { PredictionSetOptions } from '../../decision/prediction-sets.js';
import { CladenetError } from '../../errors.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { requireNodesToStopAt } from './choose-stop-threshold.js';
import { classifyValidation } from './classify-validation.js';
import type { JudgedImages } from './judged-images.js';
import { judgingTaxonomy } from './judging-taxonomy.js';

/** Options of {@link chooseSets}: how new images will be classified, and what is promised of them. */
export interface ChooseSetsOptions
  extends Pick<
    ClassifyOptions,
    'routing' | 'decide' | 'tta' | 'among' | 'amendBy' | 'taxonomy' | 'signal' | 'onProgress'
  > {
  /** The probability, above 0 and below 1, that a set is to contain the true class. */
  readonly coverage: number;
  /** The most nodes of a set. Default: sets of classes. */
  readonly nodes?: number | undefined;
}

/** The value of `sets` with which new images are classified, and the images that chose it. */
export interface ChosenSets extends ConformalQuantile {
  readonly sets: PredictionSetOptions;
  readonly judged: JudgedImages & { readonly of: number };
}

/**
 * Chooses the quantile of the sets on the classifier's validation images: see `calibrateSets` and, with `nodes`, `calibrateNodeSets`.
 *
 * @param images those that the classifier was trained with, prepared as `description.preprocessing` says
 * @throws CladenetError USAGE for `nodes` without a taxonomy, and where there are too few validation images to promise the coverage;
 *   EVALUATION for a coverage that is not above 0 and below 1; DATASET, TAXONOMY, ABORTED
 */
export async function chooseSets(
  classifier: Classifier,
  images: ImageSet,
  { coverage, nodes, taxonomy: given, ...deciding }: ChooseSetsOptions,
): Promise<ChosenSets> {
  const taxonomy = nodes === undefined ? judgingTaxonomy([classifier], given) : requireNodesToStopAt(classifier, given);
  const { classification, judged } = await classifyValidation(classifier, images, { ...deciding, taxonomy });
  const found =
    nodes === undefined || taxonomy === undefined
      ? calibrateSets(classification, { coverage })
      : calibrateNodeSets(classification, { coverage, nodes, taxonomy });
  if (found.outcome === 'too-few-images') throw tooFew(found);
  return { ...found, sets: { quantile: found.quantile, nodes }, judged };
}

const tooFew = ({ coverage, images }: ConformalQuantile) =>
  new CladenetError('USAGE', 'This coverage cannot be promised', [
    {
      where: 'coverage',
      expected: 'a coverage within reach',
      received: `${+(100 * coverage).toFixed(2)} %: ${images} validation images are too few to promise it`,
      remedy: 'Ask for a lower coverage, or validate on more images.',
    },
  ]);

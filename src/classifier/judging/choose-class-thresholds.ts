/** Thresholds for naming the classes of a classifier, chosen on its own validation images. */
import type { ImageSet } from '../../dataset/images.js';
import {
  type ClassThreshold,
  type ClassThresholdRule,
  chooseClassThresholds,
} from '../../decision/class-thresholds.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { classifyValidation } from './classify-validation.js';
import type { JudgedImages } from './judged-images.js';
import { judgingTaxonomy } from './judging-taxonomy.js';

/** Options of {@link classThresholdsOf}: how new images will be classified. */
export interface ClassThresholdsOptions
  extends Pick<
    ClassifyOptions,
    'routing' | 'decide' | 'tta' | 'among' | 'amendBy' | 'balance' | 'taxonomy' | 'signal' | 'onProgress'
  > {
  readonly rule: ClassThresholdRule;
}

/** The thresholds, and the images that chose them. */
export interface ChosenClassThresholds {
  /** In the order of the classifier's classes. */
  readonly thresholds: readonly ClassThreshold[];
  readonly judged: JudgedImages & { readonly of: number };
}

/**
 * Chooses a threshold for each class on the classifier's validation images: see `chooseClassThresholds`. Their values are the
 * `minConfidence` with which new images are classified.
 *
 * @param images those that the classifier was trained with, prepared as `description.preprocessing` says
 * @throws CladenetError DATASET when none of them is of its validation set; USAGE, TAXONOMY, ABORTED as `classify`
 */
export async function classThresholdsOf(
  classifier: Classifier,
  images: ImageSet,
  { rule, taxonomy: given, ...options }: ClassThresholdsOptions,
): Promise<ChosenClassThresholds> {
  const taxonomy = judgingTaxonomy([classifier], given);
  const { classification, judged } = await classifyValidation(classifier, images, { ...options, taxonomy });
  return { thresholds: chooseClassThresholds(classification, rule), judged };
}

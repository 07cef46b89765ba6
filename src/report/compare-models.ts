/** Compares classifiers on the images that none of them was trained or chosen on. */
import { append } from '../arrays.js';
import type { ClassifyOptions } from '../classifier/classification.js';
import { comparableImages, type LeftOut } from '../classifier/judging/comparable-images.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import type { ImageSet } from '../dataset/images.js';
import { type Comparison, compareClassifiers } from '../evaluation/compare.js';
import type { NamedPredictions } from '../evaluation/predictions.js';
import type { ReportProgress } from './assemble.js';
import { listed, type ReportedClassifiers, setsOf } from './named-models.js';
import { trainedOverSeeds } from './over-seeds.js';
import { classifyVariants, routingsShown } from './variants.js';

/** Options of {@link compareModels}. */
export interface CompareModelsOptions
  extends Pick<ClassifyOptions, 'routing' | 'decide' | 'tta' | 'taxonomy' | 'signal'> {
  /** Of the bootstrap. */
  readonly seed: number;
  /** Keep the images that a classifier was trained or chosen on; scores on them are too good. Default false. */
  readonly seen?: boolean | undefined;
  /** Called as images are predicted. */
  readonly onProgress?: ((progress: ReportProgress) => void) | undefined;
}

/** The result of {@link compareModels}. */
export interface ComparedModels {
  readonly comparison: Comparison;
  /** Whether the classifiers are one training over several seeds: see `comparisonTable`. */
  readonly severalSeeds: boolean;
  readonly leftOut: LeftOut;
}

/**
 * Compares classifiers on the images that none of them was trained or chosen on. Several trees are compared each by the
 * routing that its validation images chose, a single tree by all of its routings. Frees each classifier's memory on the device
 * when it is done with it.
 *
 * @param images labelled, prepared as `description.preprocessing` of the classifiers says; for classifiers of different
 *   preprocessing a list with the same images in the same order for each of them
 * @throws CladenetError DATASET when no image is left, or images have no class that the classifiers know; TAXONOMY when
 *   the taxonomy lacks a class; USAGE for images prepared otherwise and options that exclude each other; ABORTED
 */
export async function compareModels(
  models: ReportedClassifiers,
  images: ImageSet | readonly ImageSet[],
  { seed, seen, onProgress, ...options }: CompareModelsOptions,
): Promise<ComparedModels> {
  const named = listed(models);
  const classifiers = named.map(({ classifier }) => classifier);
  const taxonomy = judgingTaxonomy(classifiers, options.taxonomy);
  const { sets, leftOut } = comparableImages(classifiers, setsOf(images, named.length), { taxonomy, seen });
  const show = routingsShown(classifiers);
  const each = (sets[0]?.count ?? 0) * (options.tta ?? 1);
  const predictions: NamedPredictions[] = [];
  for (const [i, { name, classifier }] of named.entries()) {
    const advance = ({ done }: { readonly done: number }) =>
      onProgress?.({ model: name, done: i * each + done, total: named.length * each });
    const set = sets[i] as ImageSet;
    append(
      predictions,
      await classifyVariants(name, classifier, set, { ...options, taxonomy, show, onProgress: advance }),
    );
    classifier.dispose();
  }
  return {
    comparison: compareClassifiers(predictions, { taxonomy, seed }),
    severalSeeds: trainedOverSeeds(classifiers.map(({ description }) => description)),
    leftOut,
  };
}

/** The validation images of a classifier, classified as new images will be: thresholds and sets are chosen on them. */
import type { ImageSet } from '../../dataset/images.js';
import { selectImages } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Amending, Classification, ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { fingerprints, unpackSeen } from '../store/seen.js';
import { imagesAmong } from './images-among.js';
import { type JudgedImages, judgedImages } from './judged-images.js';
import { requireLabelsFor } from './labels.js';

/** What was classified. */
export interface ValidationClassification {
  readonly classification: Classification;
  /** `of` is the number of all images that were given. */
  readonly judged: JudgedImages & { readonly of: number };
}

/**
 * @param all      the images that the classifier was trained with, prepared as `description.preprocessing` says
 * @param taxonomy to judge by. With `among`, images of other taxa are left out; with `amendBy`, those that it was trained on
 * @throws CladenetError DATASET when none of them is left; USAGE, TAXONOMY, ABORTED as `classify`
 */
export async function classifyValidation(
  classifier: Classifier,
  all: ImageSet,
  { taxonomy, routing, ...options }: Omit<ClassifyOptions, 'taxonomy'> & { readonly taxonomy: Taxonomy | undefined },
): Promise<ValidationClassification> {
  const judged = judgedImages(classifier, all, 'validation');
  const unlearned = withoutTrainingOf(options.amendBy, judged.images);
  const { images } = imagesAmong(classifier, unlearned, { among: options.among, taxonomy });
  requireLabelsFor(classifier, images);
  const own = classifier.kind === 'tree' ? routing : undefined;
  const classification = await classifier.classify(images, { ...options, routing: own, taxonomy });
  return { classification, judged: { ...judged, of: all.count } };
}

/** On images that it was trained on the amending classifier is surer than it will be on new ones. */
function withoutTrainingOf(amending: Pick<Amending, 'seen'> | undefined, images: ImageSet): ImageSet {
  if (amending === undefined) return images;
  const learned = unpackSeen(amending.seen.train);
  const kept = fingerprints(images).flatMap((print, i) => (learned.has(print) ? [] : [i]));
  if (kept.length === images.count) return images;
  if (kept.length > 0) return selectImages(images, kept);
  throw new CladenetError('DATASET', 'There are no validation images left', [
    {
      where: 'amendBy',
      expected: 'a classifier that was not trained on the validation images',
      received: `one that was trained on all ${images.count} of them`,
      remedy: 'Train both with the same split.',
    },
  ]);
}

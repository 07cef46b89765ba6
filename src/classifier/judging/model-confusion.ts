/** The confusion matrix of a classifier: its mistakes on images that it was not trained on. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import { type Confusion, confusionFromPredictions } from '../../grouping/confusion.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Classification, ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { fingerprints, unpackSeen } from '../store/seen.js';
import { separateInnerLabels } from './inner-labels.js';
import { requireLabelsFor } from './labels.js';

/** Images to count mistakes on: see {@link imagesForConfusion}. */
export interface ImagesForConfusion {
  readonly images: ImageSet;
  /** What they are: the classifier's validation set, or images that it has never seen. */
  readonly from: 'validation' | 'unseen';
  /** Images that are not used: of its training set, of its test set, and those that it has not seen. */
  readonly leftOut: { readonly train: number; readonly test: number; readonly unseen: number };
}

/**
 * The images to count a classifier's mistakes on: those of its validation set, or all of them if it has seen none. Its
 * training set has too few mistakes, and its test set is kept for testing what is made of them.
 *
 * @param images prepared as `description.preprocessing` says
 * @throws CladenetError DATASET when there is no validation image among images some of which it has seen
 */
export function imagesForConfusion({ seen }: Pick<Classifier, 'seen'>, images: ImageSet): ImagesForConfusion {
  const prints = fingerprints(images);
  const within = (subset: string): number[] => {
    const known = unpackSeen(subset);
    return [...prints.keys()].filter((i) => known.has(prints[i] as string));
  };
  const validation = within(seen.validation);
  const [train, test] = [within(seen.train).length, within(seen.test).length];
  const unseen = images.count - validation.length - train - test;
  if (validation.length > 0) {
    return { images: selectImages(images, validation), from: 'validation', leftOut: { train, test, unseen } };
  }
  if (unseen === images.count) return { images, from: 'unseen', leftOut: { train, test, unseen: 0 } };
  throw new CladenetError('DATASET', 'There are no images to count mistakes on', [
    {
      where: 'images',
      expected: "images of the classifier's validation set, or only images that it has never seen",
      received: `${train} of its training set, ${test} of its test set, ${unseen} that it has not seen`,
      remedy: 'Give the images that it was trained from, or new ones without any of its training and test sets.',
    },
  ]);
}

/** How {@link confusionOfModel} counts. */
export interface ModelConfusionOptions extends Pick<ClassifyOptions, 'signal' | 'onProgress'> {
  /** Sum probabilities instead of counting decisions. Default false. */
  readonly soft?: boolean | undefined;
  /** Where images are labelled at its inner nodes: these are left out. */
  readonly taxonomy?: Taxonomy | undefined;
}

/** The confusion matrix of a classifier, and the images and predictions that it was counted from. */
export interface ModelConfusion extends ImagesForConfusion {
  readonly confusion: Confusion;
  readonly classification: Classification;
  /** Images labelled at inner nodes, which are left out. */
  readonly inner: number;
}

/**
 * Which class a classifier takes for which, on {@link imagesForConfusion}. The classifier decides as it does by default.
 *
 * @param images prepared as `description.preprocessing` says
 * @throws CladenetError DATASET when no image can be used, or some have classes that the classifier does not know; ABORTED
 */
export async function confusionOfModel(
  classifier: Classifier,
  images: ImageSet,
  { soft = false, taxonomy, ...options }: ModelConfusionOptions = {},
): Promise<ModelConfusion> {
  const { known, inner } = separateInnerLabels(images, taxonomy);
  const used = imagesForConfusion(classifier, known);
  requireLabelsFor(classifier, used.images);
  const classification = await classifier.classify(used.images, options);
  const confusion = confusionFromPredictions(classification, { soft });
  return { ...used, confusion, classification, inner: inner?.images.count ?? 0 };
}

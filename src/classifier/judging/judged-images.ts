/** Which of the given images the nodes of a classifier are judged on: a subset of its split, or images that it has not seen. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { fingerprints, unpackSeen } from '../store/seen.js';

/** `unseen`: all that it was not trained or chosen on: its test set, and new images. */
export type JudgedOn = 'validation' | 'test' | 'unseen';

/** The result of {@link judgedImages}. */
export interface JudgedImages {
  readonly images: ImageSet;
  /** Number of images in its subset of the split; undefined for `unseen`. More than `images.count` if some are missing. */
  readonly expected: number | undefined;
  /** Number of training images of each class; undefined if some of them are missing. */
  readonly trainingImages: ReadonlyMap<string, number> | undefined;
}

/**
 * Finds the images of a classifier's validation or test set, or those that it has not seen, by their pixels.
 *
 * @param all prepared as `description.preprocessing` says
 * @param on  default `validation`: choices made on these images leave the test set to the final evaluation
 * @throws CladenetError DATASET when there are none
 */
export function judgedImages(
  classifier: Pick<Classifier, 'seen' | 'description'>,
  all: ImageSet,
  on: JudgedOn = 'validation',
): JudgedImages {
  const { train, validation, test } = classifier.description.split.images;
  const prints = fingerprints(all);
  const learned = unpackSeen(classifier.seen.train);
  const chosen = unpackSeen(classifier.seen.validation);
  const wanted = on === 'test' ? unpackSeen(classifier.seen.test) : chosen;
  const judged = prints.flatMap((print, i) => {
    const isWanted = on === 'unseen' ? !learned.has(print) && !chosen.has(print) : wanted.has(print);
    return isWanted ? [i] : [];
  });
  const expected = { validation, test, unseen: undefined }[on];
  if (judged.length === 0) throw noImages(on, all.count, expected);

  const counts = new Map<string, number>();
  const trained = prints.flatMap((print, i) => (learned.has(print) ? [all.classes[all.labels[i] ?? -1] ?? ''] : []));
  for (const name of trained) counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    images: selectImages(all, judged),
    expected,
    trainingImages: trained.length < train ? undefined : counts,
  };
}

function noImages(on: JudgedOn, given: number, expected: number | undefined): CladenetError {
  const ofSplit = `${on} images of the classifier's own split (it has ${expected})`;
  const unseen = "judge on images that it has not seen, with `on: 'unseen'`";
  const remedies = {
    unseen: "Give other images, or judge on its validation images, with `on: 'validation'`.",
    own: `Give the images that it was trained with, prepared from the same files, or ${unseen}.`,
    none: `${unseen[0]?.toUpperCase()}${unseen.slice(1)}.`,
  };
  return new CladenetError('DATASET', 'There are no images to judge the nodes on', [
    {
      where: 'images',
      expected: on === 'unseen' ? 'images that the classifier was not trained or chosen on' : ofSplit,
      received: `${given} images, none of these`,
      remedy: remedies[on === 'unseen' ? 'unseen' : expected === 0 ? 'none' : 'own'],
    },
  ]);
}

/** Which of the images at hand a classifier is judged on: a part of its own split, or what it has not seen. */
import type { Classifier } from '../classifier/classifier.js';
import { fingerprints, unpackSeen } from '../classifier/store/seen.js';
import { type ImageSet, selectImages } from '../dataset/images.js';
import { CladenetError } from '../errors.js';
import { say } from '../progress.js';
import { counted } from '../units.js';

/** `unseen`: all that it was not trained or chosen on, its test part and new images. */
export type JudgedOn = 'validation' | 'test' | 'unseen';

export interface JudgedImages {
  readonly images: ImageSet;
  /** Images of each class that it was trained on; undefined where they are not all among the images at hand. */
  readonly trainingImages: ReadonlyMap<string, number> | undefined;
}

/**
 * Recognises the images by their pixels, as `evaluate` does.
 * @throws CladenetError DATASET where none are left
 */
export function judgedImages(classifier: Classifier, all: ImageSet, on: JudgedOn): JudgedImages {
  const { train, validation, test } = classifier.description.split.images;
  const prints = fingerprints(all);
  const learned = unpackSeen(classifier.seen.train);
  const chosen = unpackSeen(classifier.seen.validation);
  const wanted = on === 'test' ? unpackSeen(classifier.seen.test) : chosen;
  const judged = prints.flatMap((print, i) => {
    const isWanted = on === 'unseen' ? !learned.has(print) && !chosen.has(print) : wanted.has(print);
    return isWanted ? [i] : [];
  });
  if (judged.length === 0) throw noImages(on, all.count, on === 'test' ? test : validation);
  const expected = { validation, test, unseen: 0 }[on];
  if (judged.length < expected) say(`only ${judged.length} of its ${expected} ${on} images are here`);
  else say(`${counted(judged.length, `${on} image`)} of ${all.count}`);

  const counts = new Map<string, number>();
  const trained = prints.flatMap((print, i) => (learned.has(print) ? [all.classes[all.labels[i] ?? -1] ?? ''] : []));
  for (const name of trained) counts.set(name, (counts.get(name) ?? 0) + 1);
  return { images: selectImages(all, judged), trainingImages: trained.length < train ? undefined : counts };
}

function noImages(on: JudgedOn, given: number, expected: number): CladenetError {
  const none = expected === 0 && on !== 'unseen';
  return new CladenetError('DATASET', 'There are no images to judge the nodes on', [
    {
      where: 'images',
      expected: {
        validation: `validation images of the classifier's own split (it has ${expected})`,
        test: `test images of the classifier's own split (it has ${expected})`,
        unseen: 'images that the classifier was not trained or chosen on',
      }[on],
      received: `${counted(given, 'image')}, none of these`,
      remedy:
        on === 'unseen'
          ? 'Give other images, or judge on its validation images with --on validation.'
          : `${none ? 'Judge' : 'Give the images that it was trained with, prepared from the same files, or judge'} on images that it has not seen with --on unseen.`,
    },
  ]);
}

/** Selects the images that classifiers may be evaluated on: those that none of them was trained or chosen on. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { fingerprints, unpackSeen } from '../store/seen.js';
import { mapSets } from './map-sets.js';

/**
 * Which of the images a classifier was trained or chosen on (its training and validation sets), one value for each image.
 * Images are recognised by their pixels, under any name and in any folder. So are images that a given split has outside of its test
 * part although they are copies of test images: a picture is judged once.
 */
export function seenMask({ seen }: Pick<Classifier, 'seen'>, images: ImageSet): boolean[] {
  const known = [unpackSeen(seen.train), unpackSeen(seen.validation)];
  const prints = fingerprints(images);
  const { subsets = [] } = images;
  const tested = new Set(prints.filter((_, i) => subsets[i] === 'test'));
  const isCopy = (print: string, i: number) => subsets[i] !== undefined && subsets[i] !== 'test' && tested.has(print);
  return prints.map((print, i) => known.some((seen) => seen.has(print)) || isCopy(print, i));
}

/** Which images {@link unseenImages} keeps. */
export interface UnseenOptions {
  /** Keep the images that a classifier was trained or chosen on; scores on them are too good. Default false. */
  readonly seen?: boolean | undefined;
}

/**
 * The images that none of the classifiers was trained or chosen on.
 *
 * @param images prepared as the classifiers' `description.preprocessing` says
 * @returns the images, and how many were left out
 * @throws CladenetError DATASET when no image is left
 */
export function unseenImages(
  classifiers: readonly Pick<Classifier, 'seen'>[],
  images: ImageSet,
  options: UnseenOptions = {},
): { readonly images: ImageSet; readonly leftOut: number } {
  const { sets, leftOut } = unseenByAll(classifiers, Array(classifiers.length).fill(images), options);
  return { images: sets[0] ?? images, leftOut };
}

/**
 * As {@link unseenImages}, for classifiers of different preprocessing.
 *
 * @param sets for each classifier the same images in the same order, prepared as it was trained; classifiers of one
 *             preprocessing may share a set
 * @returns the sets without what any of the classifiers has seen, shared as before
 */
export function unseenByAll(
  classifiers: readonly Pick<Classifier, 'seen'>[],
  sets: readonly ImageSet[],
  { seen = false }: UnseenOptions = {},
): { readonly sets: readonly ImageSet[]; readonly leftOut: number } {
  const count = sets[0]?.count ?? 0;
  if (seen) return { sets, leftOut: 0 };
  const masks = classifiers.map((classifier, i) => seenMask(classifier, sets[i] as ImageSet));
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) => !masks.some((mask) => mask[i]));
  const leftOut = count - kept.length;
  if (leftOut === 0) return { sets, leftOut };
  if (kept.length === 0) throw noneLeft(leftOut);
  return { sets: mapSets(sets, (set) => selectImages(set, kept)), leftOut };
}

function noneLeft(count: number): CladenetError {
  return new CladenetError('DATASET', 'There are no images left to evaluate on', [
    {
      where: 'images',
      expected: 'images that the classifiers were not trained or chosen on',
      received: `${count}, all of them seen in training or validation`,
      remedy: 'Give other images, or `seen: true` to evaluate on seen images anyway (the scores will be too good).',
    },
  ]);
}

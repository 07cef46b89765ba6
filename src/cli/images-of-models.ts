/** The same images for several classifiers, each of which gets them as it was trained to see them. */
import type { ImageSet } from '../dataset/images.js';
import { type ImageChoice, openImages } from './images.js';
import { type Classifier, leaveOut, seenMask } from './scoring.js';

/**
 * For each classifier its images; which image is which is the same in all. Classifiers that see alike share one set, so that
 * what is done to each set once (`onEach`) is done, and told, once.
 */
export async function imagesOfModels(
  classifiers: readonly Classifier[],
  choice: ImageChoice & { readonly seed: number },
  signal: AbortSignal,
): Promise<ImageSet[]> {
  const opened = new Map<string, ImageSet>();
  const sets: ImageSet[] = [];
  for (const { description } of classifiers) {
    const key = JSON.stringify(description.preprocessing);
    const set = opened.get(key) ?? (await openImages(choice, description.preprocessing, choice.seed, signal));
    opened.set(key, set);
    sets.push(set);
  }
  return sets;
}

export function onEach(sets: readonly ImageSet[], change: (set: ImageSet) => ImageSet): ImageSet[] {
  const changed = new Map<ImageSet, ImageSet>();
  return sets.map((set) => {
    const result = changed.get(set) ?? change(set);
    changed.set(set, result);
    return result;
  });
}

/** Without the images that any of the classifiers was trained or chosen on. */
export function unseenByAll(classifiers: readonly Classifier[], sets: readonly ImageSet[]): ImageSet[] {
  const masks = classifiers.map((classifier, i) => seenMask(classifier, sets[i] as ImageSet));
  return onEach(sets, (set) => leaveOut(set, masks));
}

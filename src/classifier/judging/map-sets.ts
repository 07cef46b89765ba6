/** Image sets of several classifiers: one for each, shared by classifiers with the same preprocessing. */
import type { ImageSet } from '../../dataset/images.js';
import type { Preprocessing } from '../../dataset/preprocessing.js';
import type { Classifier } from '../classifier.js';

/**
 * The same images for each classifier, prepared as in its training. Each preprocessing is opened once.
 *
 * @param open gives the images, in the same order for each preprocessing
 */
export async function openSets(
  classifiers: readonly Pick<Classifier, 'description'>[],
  open: (preprocessing: Preprocessing) => Promise<ImageSet>,
): Promise<ImageSet[]> {
  const opened = new Map<string, ImageSet>();
  const sets: ImageSet[] = [];
  for (const { description } of classifiers) {
    const key = JSON.stringify(description.preprocessing);
    const set = opened.get(key) ?? (await open(description.preprocessing));
    opened.set(key, set);
    sets.push(set);
  }
  return sets;
}

/** Maps each set. A set that several classifiers share is mapped once, and they share the result. */
export function mapSets(sets: readonly ImageSet[], change: (set: ImageSet) => ImageSet): ImageSet[] {
  const changed = new Map<ImageSet, ImageSet>();
  return sets.map((set) => {
    const result = changed.get(set) ?? change(set);
    changed.set(set, result);
    return result;
  });
}

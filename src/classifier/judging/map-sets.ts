/** One change of the image sets of several classifiers. */
import type { ImageSet } from '../../dataset/images.js';

/** Changes each set; one that several classifiers share is changed once, and they share the result. */
export function mapSets(sets: readonly ImageSet[], change: (set: ImageSet) => ImageSet): ImageSet[] {
  const changed = new Map<ImageSet, ImageSet>();
  return sets.map((set) => {
    const result = changed.get(set) ?? change(set);
    changed.set(set, result);
    return result;
  });
}

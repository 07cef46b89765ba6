/** The images that several classifiers can be compared on. */
import type { ImageSet } from '../../dataset/images.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Classifier } from '../classifier.js';
import { separateInnerLabels } from './inner-labels.js';
import { mapSets } from './map-sets.js';
import { type UnseenOptions, unseenByAll } from './unseen-images.js';

/** How many images are left out of a comparison. */
export interface LeftOut {
  /** Images that a classifier was trained or chosen on. */
  readonly seen: number;
  /** Images labelled at inner nodes of the taxonomy. */
  readonly innerLabels: number;
}

/** The result of {@link comparableImages}. */
export interface ComparableImages {
  /** For each classifier the images that all are compared on. */
  readonly sets: readonly ImageSet[];
  /** The same with the images that classifiers have seen. */
  readonly labelled: readonly ImageSet[];
  readonly leftOut: LeftOut;
}

/**
 * Leaves out the images labelled at inner nodes, which measures of classes cannot count, and those that any of the
 * classifiers was trained or chosen on.
 *
 * @param all for each classifier the same images in the same order, prepared as it was trained
 * @throws CladenetError DATASET when no image is left
 */
export function comparableImages(
  classifiers: readonly Pick<Classifier, 'seen'>[],
  all: readonly ImageSet[],
  { taxonomy, seen }: UnseenOptions & { readonly taxonomy?: Taxonomy | undefined },
): ComparableImages {
  const labelled = mapSets(all, (set) => separateInnerLabels(set, taxonomy).known);
  const { sets, leftOut } = unseenByAll(classifiers, labelled, { seen });
  const innerLabels = (all[0]?.count ?? 0) - (labelled[0]?.count ?? 0);
  return { sets, labelled, leftOut: { seen: leftOut, innerLabels } };
}

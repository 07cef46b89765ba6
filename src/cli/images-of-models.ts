/** The same images for several classifiers, each of which gets them as it was trained to see them. */
import { mapSets } from '../classifier/judging/map-sets.js';
import { type UnseenOptions, unseenByAll } from '../classifier/judging/unseen-images.js';
import type { ImageSet } from '../dataset/images.js';
import { log } from '../progress.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';
import { type ImageChoice, openImages } from './images.js';
import { byTruth } from './inner-labels.js';
import type { Classifier } from './scoring.js';

/**
 * For each classifier its images; which image is which is the same in all. Classifiers of one
 * preprocessing share a set, so that what is done to each set is done, and printed, once.
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

/** Without the images that any of the classifiers was trained or chosen on; says how many went. */
export function unseenByModels(
  classifiers: readonly Classifier[],
  all: readonly ImageSet[],
  options: UnseenOptions,
): readonly ImageSet[] {
  const { sets, leftOut } = unseenByAll(classifiers, all, options);
  if (leftOut > 0) {
    log(`${counted(leftOut, 'image')} left out: a classifier was trained or chosen on them (--seen keeps them)`);
  }
  return sets;
}

/** Without the images labelled at inner nodes; says how many went. */
export function withoutInnerLabels(sets: readonly ImageSet[], taxonomy: Taxonomy | undefined): readonly ImageSet[] {
  return mapSets(sets, (set) => byTruth(set, taxonomy, 'left out').known);
}

/** What specialists on the groups of each threshold of a sweep come to. */
import type { ImageSet } from '../../dataset/images.js';
import type { Confusion } from '../../grouping/confusion.js';
import { groupClasses } from '../../grouping/group-classes.js';
import { groupTaxonomy } from '../../grouping/group-taxonomy.js';
import type { Sweep } from '../../grouping/sweep.js';
import type { SymmetrizeOptions } from '../../grouping/symmetrize.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { retrace } from '../data/retrace.js';
import { type ScoreSpecialistsOptions, type SpecialistsScores, scoreSpecialists } from './score-specialists.js';

/** Options of {@link scoreThresholds}; the sweep was made of the confusion matrix, made symmetric in the same way. */
export interface ScoreThresholdsOptions extends Omit<ScoreSpecialistsOptions, 'groupings'>, SymmetrizeOptions {
  /** Where images are labelled at its inner nodes. */
  readonly taxonomy?: Taxonomy | undefined;
}

/**
 * `scoreSpecialists` for the groups of each threshold of a sweep, on the images that the flat classifier was trained and chosen
 * with, which are found by their pixels.
 *
 * @param images labelled, prepared as `description.preprocessing` of the classifier says
 * @returns one score for each point of the sweep
 * @throws CladenetError DATASET when none of the images is of the classifier's training set, or their labels do not fit its
 *   classes; as `scoreSpecialists`
 */
export async function scoreThresholds(
  { points }: Sweep,
  confusion: Confusion,
  images: ImageSet,
  { taxonomy, symmetrize, alpha, ...options }: ScoreThresholdsOptions,
): Promise<SpecialistsScores> {
  const groupings = points.map(({ beta }) =>
    groupTaxonomy(groupClasses(confusion, { method: 'beta', symmetrize, alpha, beta })),
  );
  const { data } = retrace(options.from, images, taxonomy);
  return scoreSpecialists(data, { ...options, groupings });
}

/** The taxonomy that classifiers are judged by. */
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Classifier } from '../classifier.js';

/**
 * The taxonomy given, or else the first tree's own, restricted to the classes of the classifiers. Undefined where none is
 * given and no classifier is a tree.
 *
 * @throws CladenetError TAXONOMY when it lacks a class of the classifiers
 */
export function judgingTaxonomy(
  classifiers: readonly Pick<Classifier, 'classes' | 'taxonomy'>[],
  given?: Taxonomy | undefined,
): Taxonomy | undefined {
  const taxonomy = given ?? classifiers.find((classifier) => classifier.taxonomy !== undefined)?.taxonomy;
  if (taxonomy === undefined) return undefined;
  const classes = classifiers[0]?.classes ?? [];
  return orThrow('The taxonomy does not fit the classifier', matchClasses(taxonomy, classes, { allowMissing: true }));
}

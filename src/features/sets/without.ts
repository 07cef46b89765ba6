/** The features of a set, less some of them. */
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import type { FeatureGroup } from './feature.js';
import { FEATURE_SETS, type FeatureSetName } from './registry.js';

/**
 * Names of the features of a set that are left, in their order.
 *
 * @param left names of features, or of whole groups: `size`, `shape`, `grey level`, `texture`, `position`
 * @throws CladenetError USAGE for what is neither, and where nothing is left
 */
export function featuresWithout(set: FeatureSetName, left: readonly string[]): readonly string[] {
  const { features } = FEATURE_SETS[set];
  const groups: readonly FeatureGroup[] = [...new Set(features.map(({ group }) => group))];
  const known = [...groups, ...features.map(({ name }) => name)];
  const problems = left
    .filter((name) => !known.includes(name))
    .map((received): Problem => {
      const expected = `a feature of the set ${set}, or a group: ${groups.join(', ')}`;
      return { where: 'without', expected, received, remedy: didYouMean(received, known) };
    });
  const kept = features.filter(({ name, group }) => !left.includes(name) && !left.includes(group));
  if (kept.length === 0) problems.push({ where: 'without', expected: 'some features left', received: left.join(', ') });
  if (problems.length > 0) throw new CladenetError('USAGE', 'These features cannot be left out', problems);
  return kept.map(({ name }) => name);
}

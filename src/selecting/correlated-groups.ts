/** Groups of features that say nearly the same. */
import { CladenetError } from '../errors.js';
import type { FeatureTable } from '../features/feature-table.js';
import { agglomerative } from '../grouping/agglomerative.js';
import { picked } from './picked.js';
import { spearman } from './spearman.js';

/** Features that are permuted and selected together. */
export interface CorrelatedGroup {
  /** The feature that is correlated most with the others on average; the first of equals. */
  readonly name: string;
  /** In the order of the table. */
  readonly features: readonly string[];
}

/**
 * Groups features by the absolute value of their Spearman correlation: average-linkage clustering, cut where the mean
 * correlation between two groups is not above `correlation`. Of correlated features each stands in for the others in a
 * forest, so permuting one alone makes all of them look unimportant.
 *
 * @param rows indices of the rows to correlate: the training rows
 * @param options `correlation`: default 0.9
 * @returns in the order of their first features
 * @throws CladenetError USAGE for a correlation that is not in [0, 1]
 */
export function correlatedGroups(
  table: FeatureTable,
  rows: ArrayLike<number>,
  { correlation = 0.9 }: { readonly correlation?: number | undefined } = {},
): readonly CorrelatedGroup[] {
  if (!(correlation >= 0 && correlation <= 1)) {
    const problem = { where: 'correlation', expected: 'a correlation from 0 to 1', received: String(correlation) };
    throw new CladenetError('USAGE', 'Features cannot be grouped', [problem]);
  }
  const { names } = table;
  const correlations = spearman(picked(table, rows)).map(Math.abs);
  const groupOf = names.length < 2 ? names.map((_, i) => i) : partition(correlations, names.length, correlation);
  const members = new Map<number, number[]>();
  names.forEach((_, feature) => {
    const group = groupOf[feature] as number;
    members.set(group, [...(members.get(group) ?? []), feature]);
  });
  return [...members.values()].map((features) => {
    const closeness = features.map((a) =>
      features.reduce((sum, b) => sum + (a === b ? 0 : (correlations[a * names.length + b] as number)), 0),
    );
    const central = closeness.reduce((best, value, i) => (value > (closeness[best] as number) + 1e-12 ? i : best), 0);
    return {
      name: names[features[central] as number] as string,
      features: features.map((feature) => names[feature] as string),
    };
  });
}

const partition = (correlations: Float64Array, features: number, threshold: number) =>
  agglomerative(correlations, features, 'average', { threshold }).groupOf;

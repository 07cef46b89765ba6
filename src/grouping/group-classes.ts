/** From a confusion matrix to groups of classes, by any clustering method. */
import { append } from '../arrays.js';
import { CladenetError, type Problem } from '../errors.js';
import { agglomerative, LINKAGES, type Linkage } from './agglomerative.js';
import { betaThreshold } from './beta-threshold.js';
import { Confusion } from './confusion.js';
import { type Grouping, type Partition, toGrouping } from './grouping.js';
import { kMeansGroups } from './k-means.js';
import { type Similarities, similaritiesOf } from './similarities.js';
import { spectral } from './spectral.js';
import { choiceProblems, type SymmetrizeOptions, symmetrizeProblems } from './symmetrize.js';

export const GROUPING_METHODS = ['beta', 'agglomerative', 'kmeans', 'spectral'] as const;
/** Methods of grouping classes. */
export type GroupingMethod = (typeof GROUPING_METHODS)[number];

/** Options of {@link groupClasses}. */
export interface GroupingOptions extends SymmetrizeOptions {
  /** Default `beta`. */
  readonly method?: GroupingMethod | undefined;
  /**
   * The threshold, from 0 to 1: groups with a similarity of at most `beta` do not merge. Required by `beta`;
   * `agglomerative` takes either it or `groups`.
   */
  readonly beta?: number | undefined;
  /** Number of groups, single classes included. Required by `kmeans`. Default of `spectral`: found by the eigengap. */
  readonly groups?: number | undefined;
  /** For `agglomerative`. Default `average`. */
  readonly linkage?: Linkage | undefined;
  /** Seed of the random starts of `kmeans` and `spectral`. Default 1. */
  readonly seed?: number | undefined;
}

/**
 * Groups the classes that are confused with each other. The result does not depend on the order of the classes: they are
 * clustered in code point order of their names, and ties go to the pair of names that comes first.
 *
 * - `beta`: beta-threshold clustering, average linkage that drops similarities up to `beta` after every merge.
 * - `agglomerative`: Lance & Williams, "A general theory of classificatory sorting strategies", 1967.
 * - `kmeans`: spherical k-means, Dhillon & Modha, "Concept decompositions for large sparse text data using clustering",
 *   2001.
 * - `spectral`: Ng, Jordan & Weiss, "On spectral clustering: analysis and an algorithm", NIPS 2001.
 *
 * @throws CladenetError `USAGE` with every problem of the options, `EVALUATION` for a matrix that was not checked
 * @example
 * ```ts
 * import { confusionFromCounts, groupClasses } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const confusion = confusionFromCounts({ classes, counts: [[6, 4, 0], [2, 8, 0], [1, 0, 9]] });
 * groupClasses(confusion, { beta: 0.1 }).groups; // => [ [ 'calanoid', 'cyclopoid' ], [ 'diatom' ] ]
 * ```
 */
export function groupClasses(confusion: Confusion, options: GroupingOptions): Grouping {
  requireGroupable(confusion, groupingProblems(options, confusion.classes.length));
  const similarities = similaritiesOf(confusion, options);
  return toGrouping(confusion.classes, similarities.order, cluster(similarities, options));
}

/** Whether a threshold is required and missing. */
export function lacksBeta({
  method = 'beta',
  beta,
  groups,
}: Pick<GroupingOptions, 'method' | 'beta' | 'groups'>): boolean {
  return beta === undefined && (method === 'beta' || (method === 'agglomerative' && groups === undefined));
}

/**
 * @throws CladenetError `EVALUATION` for a matrix that did not go through the checks of a {@link Confusion}, `USAGE` for
 *   problems of the options
 */
export function requireGroupable(confusion: Confusion, ofOptions: readonly Problem[]): void {
  const summary = 'The classes cannot be grouped.';
  if (!(confusion instanceof Confusion)) {
    const expected = 'a confusion matrix made by confusionFromCounts, confusionFromShares or confusionFromPredictions';
    throw new CladenetError('EVALUATION', summary, [{ where: 'confusion', expected, received: 'another object' }]);
  }
  if (ofOptions.length > 0) throw new CladenetError('USAGE', summary, ofOptions);
}

export function betaProblems(where: string, beta: number): Problem[] {
  if (beta >= 0 && beta <= 1) return [];
  return [{ where, expected: 'a threshold from 0 to 1', received: `${beta}` }];
}

function cluster({ n, values, exponent }: Similarities, options: GroupingOptions): Partition {
  const { method = 'beta', beta, groups, linkage = 'average', seed = 1 } = options;
  // The options were checked: where these are left out, they are not used.
  const threshold = (beta ?? 0) ** exponent;
  switch (method) {
    case 'beta':
      return onBetaScale(betaThreshold(values, n, threshold), exponent);
    case 'agglomerative':
      return onBetaScale(
        agglomerative(values, n, linkage, groups === undefined ? { threshold } : { groups }),
        exponent,
      );
    case 'kmeans':
      return kMeansGroups(values, n, groups ?? n, seed);
    case 'spectral':
      return spectral(values, n, groups, seed);
  }
}

function onBetaScale({ groupOf, merges }: Partition, exponent: number): Partition {
  if (exponent === 1) return { groupOf, merges };
  // Ward's similarities can be below 0.
  const onScale = (height: number): number => Math.sign(height) * Math.abs(height) ** (1 / exponent);
  return { groupOf, merges: merges.map((merge) => ({ ...merge, height: onScale(merge.height) })) };
}

/**
 * Everything wrong with the options, by themselves and for `n` classes; empty when nothing is. An option that the method
 * does not use is a problem, since it would be ignored silently.
 */
export function groupingProblems(options: GroupingOptions, n: number): Problem[] {
  const { method = 'beta', beta, groups, linkage, seed } = options;
  const problems = [...symmetrizeProblems(options), ...choiceProblems('method', method, GROUPING_METHODS)];
  if (linkage !== undefined) append(problems, choiceProblems('linkage', linkage, LINKAGES));
  if (beta !== undefined) append(problems, betaProblems('beta', beta));
  if (groups !== undefined && !(Number.isInteger(groups) && groups >= 1 && groups <= n)) {
    problems.push({ where: 'groups', expected: `a whole number from 1 to ${n}, the classes`, received: `${groups}` });
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    problems.push({ where: 'seed', expected: 'a whole number', received: `${seed}` });
  }
  if (method === 'beta' && beta === undefined) {
    problems.push({ where: 'beta', expected: 'a threshold from 0 to 1', received: 'none' });
  }
  if (method === 'beta' && groups !== undefined) {
    problems.push({ where: 'groups', expected: 'none: beta decides the number of groups', received: `${groups}` });
  }
  if ((method === 'kmeans' || method === 'spectral') && beta !== undefined) {
    problems.push({ where: 'beta', expected: `none: ${method} has no threshold`, received: `${beta}` });
  }
  if (method === 'kmeans' && groups === undefined) {
    problems.push({ where: 'groups', expected: 'the number of groups for k-means', received: 'none' });
  }
  if (method === 'agglomerative' && (beta === undefined) === (groups === undefined)) {
    const received = beta === undefined ? 'neither' : 'both';
    problems.push({ where: 'beta, groups', expected: 'one of them, which decides where the tree is cut', received });
  }
  return problems;
}

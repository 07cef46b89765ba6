/** What the importance and the selection of features have in common. */
import { CladenetError, type Problem } from '../errors.js';
import type { ForestOptions } from '../forest/options.js';

/** How forests are grown, and how the work is followed and stopped. */
export interface SelectingOptions {
  /** A forest is grown with each: what is said about the noise is measured over them. */
  readonly seeds: readonly number[];
  /** Number of trees. Default: 300 */
  readonly trees?: number | undefined;
  /** Further settings of the forests: see `ForestOptions`. */
  readonly forest?: Pick<ForestOptions, 'minLeaf' | 'maxDepth' | 'classWeights' | 'threads'> | undefined;
  /** Features whose mean absolute Spearman correlation is above this are one group. Default: 0.9 */
  readonly correlation?: number | undefined;
  /** Permutations of each group for each seed. Default: 5 */
  readonly repeats?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is done, and how far it is. */
  readonly onProgress?: ((work: string, done: number, total: number) => void) | undefined;
}

/** Whole numbers of at least 1 that are none. */
export function wholeProblems(values: Readonly<Record<string, number>>): Problem[] {
  return Object.entries(values).flatMap(([where, value]) =>
    Number.isSafeInteger(value) && value >= 1
      ? []
      : [{ where, expected: 'a whole number of at least 1', received: String(value) }],
  );
}

/** @throws CladenetError USAGE for no seeds, seeds twice, and other numbers that are out of range */
export function requireOptions(seeds: readonly number[], others: Readonly<Record<string, number>>): void {
  const problems = wholeProblems(others);
  const add = (expected: string, received: string) => problems.unshift({ where: 'seeds', expected, received });
  if (seeds.length === 0) add('at least 1', 'none');
  else if (!seeds.every(Number.isSafeInteger)) add('whole numbers', seeds.join(', '));
  else if (new Set(seeds).size < seeds.length) add('each once', seeds.join(', '));
  if (problems.length > 0) throw new CladenetError('USAGE', 'Features cannot be selected like this', problems);
}

/** How a forest is grown: options, their defaults, and what is wrong with them. */

import { availableParallelism } from 'node:os';
import { CLASS_WEIGHTS, type ClassWeights, classWeightsSchema } from '../class-weights.js';
import type { Problem } from '../errors.js';

/** How a forest is grown. */
export interface ForestOptions {
  /** Number of trees. Default: 300 */
  readonly trees?: number | undefined;
  /** Seed of all draws. Each tree has its own stream, so the number of threads changes nothing. */
  readonly seed: number;
  /** Features drawn at each node, among which the best split is searched. Default: the square root of their number, rounded down */
  readonly mtry?: number | undefined;
  /** Least number of distinct rows in a leaf, as scikit-learn counts them. Default: 1 */
  readonly minLeaf?: number | undefined;
  /** Most splits from the root to a leaf. Default: no limit */
  readonly maxDepth?: number | undefined;
  /**
   * How much the rows of each class count, in the Gini impurity and in the leaves' probabilities (Chen, Liaw and Breiman, 2004,
   * "Using random forest to learn imbalanced data", weighted random forest). scikit-learn 1.9 draws rows with such weights
   * instead. Default: `none`
   */
  readonly classWeights?: ClassWeights | undefined;
  /** Whether each tree grows on as many rows as there are, drawn with replacement, or on all rows. Default: true */
  readonly bootstrap?: boolean | undefined;
  /**
   * What to do with values that could not be measured (NaN): `refuse` them, or take the `median` of the training rows, which
   * is kept with the forest. Default: `refuse`
   */
  readonly missing?: 'refuse' | 'median' | undefined;
  /** Number of threads. Default: one for each core */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each tree. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What decides how a forest comes out. */
export interface ForestSettings {
  readonly trees: number;
  readonly seed: number;
  readonly mtry: number;
  readonly minLeaf: number;
  /** Undefined for no limit. */
  readonly maxDepth?: number | undefined;
  readonly classWeights: ClassWeights;
  readonly bootstrap: boolean;
  readonly missing: 'refuse' | 'median';
}

/** The options with their defaults. */
export function settingsOf(options: ForestOptions, features: number): ForestSettings {
  const {
    trees = 300,
    seed,
    minLeaf = 1,
    maxDepth,
    classWeights = 'none',
    bootstrap = true,
    missing = 'refuse',
  } = options;
  const mtry = options.mtry ?? Math.max(1, Math.floor(Math.sqrt(features)));
  return { trees, seed, mtry, minLeaf, maxDepth, classWeights, bootstrap, missing };
}

/** Threads that pay for a number of tasks. */
export function threadsFor(threads: number | undefined, tasks: number): number {
  return Math.min(threads ?? availableParallelism(), tasks);
}

/** What is wrong with a number of threads. */
export function threadProblems(threads: number | undefined): Problem[] {
  return threads === undefined ? [] : whole('threads', threads, 1);
}

/** What is wrong with the settings, for a table of so many features. */
export function settingProblems(settings: ForestSettings, features: number): Problem[] {
  const { trees, seed, mtry, minLeaf, maxDepth, classWeights, bootstrap, missing } = settings;
  return [
    ...whole('trees', trees, 1, 100_000),
    ...whole('seed', seed, Number.MIN_SAFE_INTEGER),
    // A table without features is a problem of its own.
    ...(features === 0 ? [] : whole('mtry', mtry, 1, features)),
    ...whole('minLeaf', minLeaf, 1),
    ...(maxDepth === undefined ? [] : whole('maxDepth', maxDepth, 1)),
    ...(classWeightsSchema.safeParse(classWeights).success
      ? []
      : [problem('classWeights', CLASS_WEIGHTS, classWeights)]),
    ...(typeof bootstrap === 'boolean' ? [] : [problem('bootstrap', 'true or false', bootstrap)]),
    ...(missing === 'refuse' || missing === 'median' ? [] : [problem('missing', "'refuse' or 'median'", missing)]),
  ];
}

function whole(where: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): Problem[] {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return [];
  const from = least === Number.MIN_SAFE_INTEGER ? 'a whole number' : `a whole number of at least ${least}`;
  return [problem(where, most === Number.MAX_SAFE_INTEGER ? from : `a whole number from ${least} to ${most}`, value)];
}

function problem(where: string, expected: string, value: unknown): Problem {
  return { where, expected, received: typeof value === 'string' ? `'${value}'` : String(value) };
}

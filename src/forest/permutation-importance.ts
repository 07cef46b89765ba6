/** Permutation importance, of single features and of groups. */
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import type { FeatureTable } from '../features/feature-table.js';
import { withThreads } from '../threads.js';
import { counted } from '../units.js';
import { labelProblems } from './check-training.js';
import type { Forest } from './forest.js';
import { threadProblems, threadsFor } from './options.js';
import { type PermutationTask, type PermutedScore, startPermuting } from './permutation-tasks.js';

/** With fewer steps from root to leaf, threads do not pay. */
const WORTH_THREADS = 1 << 20;

/** Options of {@link permutationImportance}. */
export interface PermutationOptions {
  /** Seed of the permutations. */
  readonly seed: number;
  /** Permutations of each group. Default: 5 */
  readonly repeats?: number | undefined;
  /**
   * Features that are permuted together, by the group's name. Of correlated features each stands in for the other, so one
   * alone looks unimportant; together they do not. Default: each feature is a group of its own
   */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Number of threads. Default: one for each core */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each permutation. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The importance of a group of features. */
export interface GroupImportance {
  readonly group: string;
  readonly names: readonly string[];
  /** How far the accuracy falls, averaged over the permutations. Near 0, or below, for features that the forest does not need. */
  readonly mean: number;
  /** The standard deviation of `drops` (n - 1); NaN for one permutation. */
  readonly sd: number;
  /** How far the accuracy falls, for each permutation. */
  readonly drops: readonly number[];
  /** How far the log-loss (nats) rises, for each permutation: it also sees rows whose class stays the most probable one. */
  readonly rises: readonly number[];
}

/** What {@link permutationImportance} measures. */
export interface PermutationImportance {
  /** On the rows as they are. */
  readonly accuracy: number;
  /** On the rows as they are, in nats. One vote more, spread evenly over the classes, keeps probabilities above 0. */
  readonly logLoss: number;
  /** In the order of `groups`, or of the forest's features. */
  readonly groups: readonly GroupImportance[];
}

/**
 * How far the accuracy falls when the values of a feature, or of a group of features, are exchanged among the rows at random
 * (Breiman, 2001; on any rows, as in Fisher, Rudin and Dominici, 2019). Rows of a group are exchanged together, which keeps
 * the relations within it. Rows that the forest was not trained on say what it needs to generalise.
 *
 * @param table  as for `forest.predict`
 * @param labels of each row: its place in `forest.classes`
 * @throws CladenetError USAGE for unknown features, empty groups and options out of their ranges; DATASET for rows that the
 *   forest cannot predict and labels that are no class; ABORTED after `signal`; RUNTIME when a thread fails
 */
export async function permutationImportance(
  forest: Forest,
  table: FeatureTable,
  labels: ArrayLike<number>,
  options: PermutationOptions,
): Promise<PermutationImportance> {
  const { seed, repeats = 5, threads, signal, onProgress } = options;
  const groups = Object.entries(options.groups ?? Object.fromEntries(forest.names.map((name) => [name, [name]])));
  requireUsable(forest, table, labels, { ...options, repeats }, groups);
  const input = forest.inputOf(table);
  const values = new Float64Array(new SharedArrayBuffer(input.byteLength));
  values.set(input);
  const columns = new Map(forest.names.map((name, column) => [name, column]));
  const tasks: PermutationTask[] = [
    { group: '', members: [], repeat: 0 },
    ...groups.flatMap(([group, names]) => {
      const members = names.map((name) => columns.get(name) as number);
      return Array.from({ length: repeats }, (_, repeat) => ({ group, members, repeat }));
    }),
  ];
  const scores: PermutedScore[] = [];
  let done = 0;
  const isWorth = tasks.length * labels.length * forest.trees.roots.length > WORTH_THREADS;
  await withThreads(
    {
      work: 'Permuting features',
      script: new URL('./permutation-worker.js', import.meta.url),
      data: {
        trees: forest.trees,
        features: forest.names.length,
        classes: forest.classes.length,
        seed,
        values,
        labels: Int32Array.from(labels),
      },
      start: startPermuting,
      threads: isWorth ? threadsFor(threads, tasks.length) : 1,
      signal,
    },
    (run) =>
      run(tasks, (score, task) => {
        scores[task] = score;
        onProgress?.(++done, tasks.length);
      }),
  );
  const { accuracy, logLoss } = scores[0] as PermutedScore;
  return {
    accuracy,
    logLoss,
    groups: groups.map(([group, names], i) => {
      const own = scores.slice(1 + i * repeats, 1 + (i + 1) * repeats);
      const rises = own.map((permuted) => permuted.logLoss - logLoss);
      return { group, names, ...summary(own.map((permuted) => accuracy - permuted.accuracy)), rises };
    }),
  };
}

function summary(drops: readonly number[]): { mean: number; sd: number; drops: readonly number[] } {
  const mean = drops.reduce((sum, drop) => sum + drop, 0) / drops.length;
  const squares = drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (drops.length - 1)), drops };
}

function requireUsable(
  forest: Forest,
  table: FeatureTable,
  labels: ArrayLike<number>,
  { repeats, seed, threads }: PermutationOptions,
  groups: readonly (readonly [string, readonly string[]])[],
): void {
  const known = new Set(forest.names);
  const usage: Problem[] = [...threadProblems(threads)];
  if (!Number.isSafeInteger(seed)) usage.push({ where: 'seed', expected: 'a whole number', received: String(seed) });
  if (!Number.isSafeInteger(repeats) || (repeats as number) < 1) {
    usage.push({ where: 'repeats', expected: 'a whole number of at least 1', received: String(repeats) });
  }
  if (groups.length === 0) usage.push({ where: 'groups', expected: 'at least 1 group', received: 'none' });
  for (const [group, names] of groups) {
    if (names.length === 0) usage.push({ where: `groups.${group}`, expected: 'features', received: 'none' });
    for (const name of names.filter((candidate) => !known.has(candidate))) {
      const remedy = didYouMean(name, known);
      usage.push({ where: `groups.${group}`, expected: 'features of the forest', received: name, remedy });
    }
  }
  const data: Problem[] = labelProblems(table.rows, labels, forest.classes.length).filter(
    ({ received }) => received !== 'rows of 1 class',
  );
  if (table.rows.length === 0) data.push({ where: 'rows', expected: 'rows to judge by', received: 'an empty table' });
  if (labels.length !== table.rows.length) {
    const expected = `one for each of the ${counted(table.rows.length, 'row')}`;
    data.push({ where: 'labels', expected, received: String(labels.length) });
  }
  const problems = [...usage, ...data];
  if (problems.length === 0) return;
  throw new CladenetError(usage.length > 0 ? 'USAGE' : 'DATASET', 'Importance cannot be measured', problems);
}

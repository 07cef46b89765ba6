/** Training of a random forest. */

import { weightsOfClasses } from '../class-weights.js';
import { CladenetError } from '../errors.js';
import { type FeatureTable, requireFeatureTable } from '../features/feature-table.js';
import { withThreads } from '../threads.js';
import { trainingProblems } from './check-training.js';
import { Forest } from './forest.js';
import { type GrowTask, startGrowing } from './grow-tasks.js';
import type { GrowingData, GrownTree } from './grow-tree.js';
import { mediansOf } from './missing.js';
import {
  type ForestOptions,
  type ForestSettings,
  settingProblems,
  settingsOf,
  threadProblems,
  threadsFor,
} from './options.js';
import { type OutOfBag, OutOfBagVotes } from './out-of-bag.js';
import { joinTrees, type Trees } from './trees.js';

/** With fewer values to sort, threads take longer to start than the trees take to grow. */
const WORTH_THREADS = 1 << 20;

/** A forest with what is known about it only where it was trained. */
export class FittedForest extends Forest {
  /** Without bootstrap, all rows are in every tree's bag. */
  readonly outOfBag: OutOfBag;

  constructor(forest: Forest, outOfBag: OutOfBag) {
    super(forest);
    this.outOfBag = outOfBag;
  }
}

/**
 * Trains a random forest (Breiman, 2001, "Random forests", Machine Learning 45): trees that are grown on bootstrap samples
 * until their leaves are pure, where each node is split by the best of `mtry` features drawn at random, by Gini impurity.
 * The same seed gives the same forest, whatever the number of threads.
 *
 * @param labels  of each row: its place in `classes`
 * @param classes names in the order of the probabilities' columns; those without rows get a probability of 0
 * @throws CladenetError USAGE for options out of their ranges and for a table whose lengths do not fit; DATASET for a table
 *   without rows or features, labels that are no class or all the same, and values that are not finite; ABORTED after
 *   `signal`; RUNTIME when a thread fails
 */
export async function fitForest(
  table: FeatureTable,
  labels: ArrayLike<number>,
  classes: readonly string[],
  options: ForestOptions,
): Promise<FittedForest> {
  requireFeatureTable(table);
  const settings = settingsOf(options, table.names.length);
  const wrong = [...settingProblems(settings, table.names.length), ...threadProblems(options.threads)];
  const problems = [...wrong, ...trainingProblems(table, labels, classes, settings.missing)];
  if (problems.length > 0) {
    throw new CladenetError(wrong.length > 0 ? 'USAGE' : 'DATASET', 'A forest cannot be trained on this', problems);
  }
  const medians = settings.missing === 'median' ? mediansOf(table) : undefined;
  const data = growingData(table, labels, classes.length, settings, medians);
  const { trees, outOfBag, importance } = await grow(data, options);
  const outOfBagAccuracy = settings.bootstrap ? outOfBag.accuracy : undefined;
  const { names } = table;
  const parts = { names: [...names], classes: [...classes], settings, trees, medians };
  return new FittedForest(new Forest({ ...parts, impurityImportance: importance, outOfBagAccuracy }), outOfBag);
}

/** The table by features, in memory that threads share, before it is ranked. */
function growingData(
  table: FeatureTable,
  labels: ArrayLike<number>,
  classes: number,
  settings: ForestSettings,
  medians: Float64Array | undefined,
): GrowingData {
  const rows = table.rows.length;
  const features = table.names.length;
  const values = new Float64Array(new SharedArrayBuffer(8 * rows * features));
  for (let row = 0; row < rows; row++) {
    for (let feature = 0; feature < features; feature++) {
      const value = table.values[row * features + feature] as number;
      values[feature * rows + row] = medians && Number.isNaN(value) ? (medians[feature] as number) : value;
    }
  }
  const shared = new Int32Array(new SharedArrayBuffer(4 * rows));
  shared.set(labels);
  return {
    settings,
    rows,
    features,
    labels: shared,
    classWeights: weightsOfClasses(settings.classWeights, shared, classes),
    ranks: new Int32Array(new SharedArrayBuffer(4 * rows * features)),
    values,
    distinct: new Int32Array(new SharedArrayBuffer(4 * features)),
  };
}

async function grow(
  data: GrowingData,
  { threads, signal, onProgress }: ForestOptions,
): Promise<{ trees: Trees; outOfBag: OutOfBag; importance: Float64Array }> {
  const { settings, rows, features } = data;
  const numbers = Array.from({ length: settings.trees }, (_, tree) => tree);
  const votes = new OutOfBagVotes(data.labels, data.classWeights.length);
  const importance = new Float64Array(features);
  const trees: Trees[] = [];
  // Trees come in any order, and are added up in their own: the sums are then the same to the last bit.
  const early = new Map<number, GrownTree>();
  const take = (grown: GrownTree | undefined, number: number) => {
    if (grown) early.set(number, grown);
    for (let next = early.get(trees.length); next; next = early.get(trees.length)) {
      early.delete(trees.length);
      votes.add(next.tree, next.outOfBag);
      next.importance.forEach((share, feature) => {
        importance[feature] = (importance[feature] as number) + share;
      });
      trees.push(next.tree);
      onProgress?.(trees.length, settings.trees);
    }
  };
  const isWorth = rows * settings.mtry * settings.trees > WORTH_THREADS;
  await withThreads(
    {
      work: 'Growing trees',
      script: new URL('./grow-worker.js', import.meta.url),
      data,
      start: startGrowing,
      threads: isWorth ? threadsFor(threads, settings.trees) : 1,
      signal,
    },
    async (run) => {
      await run(
        Array.from({ length: features }, (_, rank): GrowTask => ({ rank })),
        () => undefined,
      );
      await run(
        numbers.map((number): GrowTask => ({ grow: number })),
        take,
      );
    },
  );
  const sum = importance.reduce((total, share) => total + share, 0);
  return {
    trees: joinTrees(trees),
    outOfBag: votes.result(),
    importance: sum > 0 ? importance.map((share) => share / sum) : importance,
  };
}

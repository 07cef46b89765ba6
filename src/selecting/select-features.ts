/** Forward selection of the candidates that add to the base. */
import { evaluate } from '../evaluation/evaluate.js';
import { mean } from '../evaluation/mean.js';
import type { Predictions } from '../evaluation/predictions.js';
import type { Study } from '../evaluation/study-types.js';
import { type CandidateImportance, type FeatureImportance, featureImportance } from './feature-importance.js';
import { forestPredictions, shuffled } from './forest-predictions.js';
import { barOf, type Gain, gainOf, type SelectionMetric } from './gain.js';
import { judgeOnTest } from './judge-on-test.js';
import { requireOptions, type SelectingOptions } from './options.js';
import { joinedTable, type SelectionData } from './selection-data.js';

/**
 * Rows of a leaf while groups are tried. Forests on few features whose leaves are pure give far too sure probabilities (Malley et
 * al., 2012, "Probability machines"), so that nothing would seem better than one feature.
 */
const SEARCH_LEAF = 5;

/** Options of {@link selectFeatures}. */
export interface SelectOptions extends SelectingOptions {
  /** What the selection improves, on the validation rows. Default: `logLoss` */
  readonly by?: SelectionMetric | undefined;
  /** Trees of the forests that try groups; a leaf of theirs has at least 5 rows, unless `forest.minLeaf` says otherwise. Default: 100 */
  readonly searchTrees?: number | undefined;
  /** Groups tried in each round: the most important ones that are left. Default: 8 */
  readonly tried?: number | undefined;
  /** The most groups that are selected. Default: 10 */
  readonly most?: number | undefined;
}

/** A round of the selection: groups tried, each beside all that was selected before. */
export interface SelectionRound {
  /** The one that adds most. */
  readonly group: CandidateImportance;
  /** How much better the metric gets with it, as a mean over seeds; above 0 is better for log-loss, too. */
  readonly gain: number;
  /** In the order of the seeds. */
  readonly perSeed: readonly number[];
  /**
   * How much better the metric is than with the group's values exchanged among the rows. It is below `gain` where any further
   * column would help, such as noise that makes a forest less sure of itself.
   */
  readonly gainOverShuffled: number;
  /** The standard error of the gain, over seeds and images. */
  readonly noise: number;
  /** What both gains have to exceed: `noise`, raised for the number of groups among which it is the best. */
  readonly bar: number;
  /** Whether it is selected. Otherwise this is the last round. */
  readonly isSelected: boolean;
  /** The metric with this group, as a mean over seeds. */
  readonly score: number;
  /** The gains of all groups that were tried, in the order of their importance. */
  readonly tried: readonly { readonly name: string; readonly gain: number }[];
}

/** What {@link selectFeatures} finds. */
export interface FeatureSelection {
  readonly by: SelectionMetric;
  readonly seeds: readonly number[];
  readonly importance: FeatureImportance;
  /** The metric of the base alone on the validation rows, as a mean over seeds; without a base, that of the classes' shares. */
  readonly start: number;
  readonly rounds: readonly SelectionRound[];
  /** In the order in which they were selected. */
  readonly selected: readonly CandidateImportance[];
  /** Why the selection ended: the best group adds no more than chance, `most` are selected, or no group is left. */
  readonly ended: 'no gain' | 'most' | 'all selected';
  /** The base alone, with the selected and with all candidates, on the test rows; null without these. */
  readonly test: Study | null;
}

/**
 * Selects groups of correlated candidates one by one, each time the one that improves forests on the validation rows most,
 * until the best one adds no more than chance would (forward selection: Guyon and Elisseeff, 2003). Test rows are looked at
 * once, at the end, and decide nothing. The same seeds give the same result.
 *
 * @throws CladenetError USAGE for options out of their ranges, rows and names that do not fit, and a split without training or
 *   validation rows; DATASET for labels that are no class, features that are NaN in all training rows and infinite values;
 *   ABORTED after `signal`; RUNTIME when a thread fails
 */
export async function selectFeatures(data: SelectionData, options: SelectOptions): Promise<FeatureSelection> {
  const { seeds, by = 'logLoss', trees = 300, searchTrees = 100, tried = 8, most = 10 } = options;
  const { forest: growing, signal, onProgress } = options;
  requireOptions(seeds, { trees, searchTrees, tried, most });
  const importance = await featureImportance(data, options);
  const table = joinedTable(data);
  const base = data.base?.names ?? [];
  const ranked = [...importance.groups].sort((a, b) => rankOf(b, by) - rankOf(a, by));

  const selected: CandidateImportance[] = [];
  const rounds: SelectionRound[] = [];
  let current: readonly Predictions[] = await predictions(base, 'base');
  const start = scoreOf(current, by);
  while (selected.length < most && selected.length < ranked.length) {
    const groups = ranked.filter((group) => !selected.includes(group)).slice(0, tried);
    const round = await tryGroups(groups, `round ${rounds.length + 1}`);
    rounds.push(round.result);
    if (!round.result.isSelected) break;
    selected.push(round.result.group);
    current = round.predictions;
  }
  const ended = rounds.at(-1)?.isSelected === false ? 'no gain' : selected.length === most ? 'most' : 'all selected';
  const test = await judgeOnTest(
    data,
    table,
    selected.flatMap(({ features }) => features),
    options,
  );
  return { by, seeds, importance, start, rounds, selected, ended, test };

  async function tryGroups(groups: readonly CandidateImportance[], work: string) {
    const outcomes: { group: CandidateImportance; after: readonly Predictions[]; gain: Gain }[] = [];
    const chosen = [...base, ...selected.flatMap(({ features }) => features)];
    for (const [k, group] of groups.entries()) {
      const after = await predictions([...chosen, ...group.features], work, k, groups.length + 1);
      outcomes.push({ group, after, gain: gainOf(current, after, by) });
    }
    const best = outcomes.reduce((one, other) => (other.gain.gain > one.gain.gain ? other : one));
    const gains = outcomes.map(({ gain }) => gain);
    const { gain, perSeed } = best.gain;
    const { features } = best.group;
    const without = await predictions([...chosen, ...features], work, groups.length, groups.length + 1, features);
    const over = gainOf(without, best.after, by);
    const [a, b] = [barOf(best.gain, gains), barOf(over, gains)];
    const { noise, bar } = a.bar > b.bar ? a : b;
    const result: SelectionRound = {
      ...{ group: best.group, gain, perSeed, gainOverShuffled: over.gain, noise, bar },
      ...{ isSelected: Math.min(gain, over.gain) > bar, score: scoreOf(best.after, by) },
      tried: outcomes.map(({ group: { name }, gain }) => ({ name, gain: gain.gain })),
    };
    return { result, predictions: best.after };
  }

  async function predictions(
    names: readonly string[],
    work: string,
    done = 0,
    total = 1,
    exchanged: readonly string[] = [],
  ): Promise<Predictions[]> {
    const results: Predictions[] = [];
    for (const [k, seed] of seeds.entries()) {
      const settings = { minLeaf: SEARCH_LEAF, ...growing, trees: searchTrees, seed, signal };
      const columns = { names, table: exchanged.length === 0 ? table : shuffled(table, exchanged, seed) };
      results.push(await forestPredictions(data, columns, data.split.validation, settings));
      onProgress?.(work, done * seeds.length + k + 1, total * seeds.length);
    }
    return results;
  }
}

/** By what groups are ranked that are tried first. */
const rankOf = ({ accuracy, logLoss }: CandidateImportance, by: SelectionMetric) =>
  by === 'logLoss' ? logLoss.mean : accuracy.mean;

const scoreOf = (predictions: readonly Predictions[], by: SelectionMetric): number =>
  mean(predictions.map((one) => evaluate(one)[by]));

/** How much a forest needs each group of candidates. */
import { mean } from '../evaluation/mean.js';
import { fitForest } from '../forest/fit.js';
import {
  type GroupImportance,
  type PermutationImportance,
  permutationImportance,
} from '../forest/permutation-importance.js';
import { type CorrelatedGroup, correlatedGroups } from './correlated-groups.js';
import { type FeatureKind, KINDS, kindsOf } from './kinds.js';
import { requireOptions, type SelectingOptions } from './options.js';
import { type MeanOverSeeds, overSeeds } from './over-seeds.js';
import { picked } from './picked.js';
import { joinedTable, labelsOf, requireSelectable, type SelectionData } from './selection-data.js';

/** How much worse a forest is on the validation rows when features are permuted. */
export interface Importance {
  /** By how much the accuracy falls. */
  readonly accuracy: MeanOverSeeds;
  /** By how much the log-loss (nats) rises. */
  readonly logLoss: MeanOverSeeds;
}

/** The importance of correlated candidates, permuted together. */
export interface CandidateImportance extends CorrelatedGroup, Importance {
  /** The kind of the feature that the group is named after. */
  readonly kind: FeatureKind;
}

/** The importance of all candidates of a kind. */
export interface KindImportance {
  readonly kind: FeatureKind;
  /** How many candidates are of this kind. */
  readonly features: number;
  /** All of them permuted together. */
  readonly together: Importance;
  /** The sum over the groups that are named after one of them. */
  readonly sum: Importance;
}

/** What {@link featureImportance} measures. */
export interface FeatureImportance {
  readonly seeds: readonly number[];
  /** Of the forests on base and candidates, on the validation rows. */
  readonly accuracy: MeanOverSeeds;
  readonly logLoss: MeanOverSeeds;
  /** From the one whose permutation raises the log-loss most. */
  readonly groups: readonly CandidateImportance[];
  /** Kinds that candidates have, in the order size, shape, grey level, texture, position, other. */
  readonly kinds: readonly KindImportance[];
}

/**
 * Permutation importance of the candidates beside the base: for each seed, a forest on all features of the training rows, and
 * how much worse it is on the validation rows when the values of a group of correlated candidates are exchanged among them.
 * What the base says, too, counts less than it would alone, but not nothing: the forest has used both. Whether a group adds to
 * the base is what `selectFeatures` finds out.
 *
 * @throws CladenetError USAGE for options out of their ranges, rows and names that do not fit, and a split without training or
 *   validation rows; DATASET for labels that are no class, features that are NaN in all training rows and infinite values;
 *   ABORTED after `signal`; RUNTIME when a thread fails
 */
export async function featureImportance(data: SelectionData, options: SelectingOptions): Promise<FeatureImportance> {
  const { seeds, trees = 300, repeats = 5, correlation, forest: growing, signal, onProgress } = options;
  requireOptions(seeds, { trees, repeats });
  requireSelectable(data);
  const { candidates, classes, split } = data;
  const table = joinedTable(data);
  const [train, validation] = [picked(table, split.train), picked(table, split.validation)];
  const groups = correlatedGroups(candidates, split.train, { correlation });
  const kinds = kindsOf(candidates.names);
  const ofKind = KINDS.map((kind) => ({ kind, names: candidates.names.filter((name) => kinds.get(name) === kind) }));
  const present = ofKind.filter(({ names }) => names.length > 0);
  const permuted = Object.fromEntries([
    ...groups.map(({ name, features }) => [`group ${name}`, features] as const),
    ...present.map(({ kind, names }) => [`kind ${kind}`, names] as const),
  ]);
  const measured: PermutationImportance[] = [];
  for (const [k, seed] of seeds.entries()) {
    const report = (share: number) => onProgress?.('importance', k + share, seeds.length);
    const forest = await fitForest(train, labelsOf(data, split.train), classes, {
      ...{ ...growing, trees, seed, missing: 'median' as const, signal },
      onProgress: (done, total) => report((0.5 * done) / total),
    });
    measured.push(
      await permutationImportance(forest, validation, labelsOf(data, split.validation), {
        ...{ seed, repeats, groups: permuted, threads: growing?.threads, signal },
        onProgress: (done, total) => report(0.5 + (0.5 * done) / total),
      }),
    );
  }
  const importances = Object.keys(permuted).map((_, i) =>
    importanceOf(measured.map((ofSeed) => ofSeed.groups[i] as GroupImportance)),
  );
  const ofGroups = groups.map((group, i): CandidateImportance => {
    return { ...group, kind: kinds.get(group.name) ?? 'other', ...(importances[i] as Importance) };
  });
  return {
    seeds,
    accuracy: overSeeds(measured.map(({ accuracy }) => accuracy)),
    logLoss: overSeeds(measured.map(({ logLoss }) => logLoss)),
    groups: [...ofGroups].sort((a, b) => b.logLoss.mean - a.logLoss.mean),
    kinds: present.map(({ kind, names }, i) => ({
      kind,
      features: names.length,
      together: importances[groups.length + i] as Importance,
      sum: sumOf(
        ofGroups.filter((group) => group.kind === kind),
        seeds.length,
      ),
    })),
  };
}

function importanceOf(ofSeeds: readonly GroupImportance[]): Importance {
  return {
    accuracy: overSeeds(ofSeeds.map((group) => group.mean)),
    logLoss: overSeeds(ofSeeds.map(({ rises }) => mean(rises))),
  };
}

function sumOf(groups: readonly Importance[], seeds: number): Importance {
  const sums = (measure: keyof Importance) =>
    Array.from({ length: seeds }, (_, k) =>
      groups.reduce((sum, group) => sum + (group[measure].perSeed[k] as number), 0),
    );
  return { accuracy: overSeeds(sums('accuracy')), logLoss: overSeeds(sums('logLoss')) };
}

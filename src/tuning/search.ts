/**
 * Searches a small grid of settings for the version of a node that improves the tree most, by successive halving. All versions
 * are trained for a quarter of their epochs, the better half for half of them, and the better half of those in full.
 *
 * Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", 2016.
 */
import { deciderOf } from '../classifier/deciders.js';
import type { NodeDescription, TreeDescription, TreeScore } from '../classifier/schema.js';
import { type NodeTuning, type Version, versionOf } from './node-tuning.js';
import type { TrainedVersion } from './version-trainer.js';

const ROUNDS = [1 / 4, 1 / 2, 1];
/** Multiples of the default rate in tuning. */
const RATES = [1, 4];

/** Varies settings that are not given: head, network and (where a tree has forests) forest, current and new weights, two rates, class weights off and on. */
export function gridOf(tree: TreeDescription, node: NodeDescription, tuning: NodeTuning): Version[] {
  const oneOr = <T>(given: T | undefined, all: readonly T[]) => (given === undefined ? all : [given]);
  const grid = new Map<string, Version>();
  for (const as of oneOr(tuning.as, kindsFor(tree, node))) {
    // A CNN block that starts from trained weights works best with the MLP block that belongs to them.
    for (const start of oneOr(tuning.start, as === 'head' ? (['current', 'new'] as const) : (['current'] as const))) {
      for (const faster of tuning.rate === undefined && as !== 'forest' ? RATES : [1]) {
        for (const classWeights of oneOr(tuning.training?.classWeights, ['none', 'balanced'] as const)) {
          const training = { ...tuning.training, classWeights };
          const usual = versionOf(tree, node, { ...tuning, as, start, training });
          const { optimiser } = usual.config;
          const config = { ...usual.config, optimiser: { ...optimiser, rate: faster * optimiser.rate } };
          // A node without weights starts from new ones in either case.
          grid.set(JSON.stringify([as, usual.start, config, usual.growing]), { ...usual, config });
        }
      }
    }
  }
  return [...grid.values()];
}

/** A trained version and the tree's score with it; null if the training diverged. */
export interface Tried {
  readonly version: Version;
  readonly trained: TrainedVersion | undefined;
  readonly score: TreeScore | null;
  readonly seconds: number;
}

/** The best version tried; `seconds` is the total of all versions. */
export interface Found extends Tried {
  readonly tried: number;
}

export interface SearchOptions {
  train(version: Version): Promise<Tried>;
  isBetter(a: TreeScore, b: TreeScore): boolean;
  /**
   * Seconds of training after which no further version is trained; the first one always is. Trainings before an interruption
   * count with the time that they took, so that a resumed search makes the same choices.
   */
  readonly budget: number;
}

/** Runs the search. A single version is trained in full. @param grid at least one version */
export async function searchVersions(grid: readonly Version[], options: SearchOptions): Promise<Found> {
  const all: Tried[] = [];
  let left = grid;
  for (const share of grid.length === 1 ? [1] : ROUNDS) {
    const round: Tried[] = [];
    for (const version of left) {
      if (all.length > 0 && secondsOf(all) >= options.budget) return bestOf(all, options);
      const tried = await options.train(shortened(version, share));
      all.push(tried);
      round.push({ ...tried, version });
    }
    left = ranked(round, options)
      .slice(0, Math.ceil(left.length / 2))
      .map(({ version }) => version);
  }
  return bestOf(all, options);
}

/** With fewer epochs, or fewer trees. */
function shortened(version: Version, share: number): Version {
  const { config, growing } = version;
  return {
    ...version,
    config: { ...config, epochs: Math.ceil(share * config.epochs) },
    growing: { ...growing, trees: Math.ceil(share * growing.trees) },
  };
}

/** A head needs a CNN block: the one that nodes share, or the node's. A forest needs the features of the tree's forests. */
function kindsFor(tree: TreeDescription, node: NodeDescription): readonly Version['as'][] {
  const hasTrunk = tree.trunk !== 'own' || deciderOf(tree, node) === 'network';
  return [
    ...(hasTrunk ? ['head' as const] : []),
    'network',
    ...(tree.sources === undefined ? [] : ['forest' as const]),
  ];
}

const secondsOf = (tried: readonly Tried[]) => tried.reduce((sum, { seconds }) => sum + seconds, 0);

function bestOf(tried: readonly Tried[], options: SearchOptions): Found {
  const [best] = ranked(tried, options);
  if (best === undefined) throw new TypeError('a search needs a version to try');
  return { ...best, tried: tried.length, seconds: secondsOf(tried) };
}

function ranked(tried: readonly Tried[], { isBetter }: SearchOptions): Tried[] {
  return tried.toSorted((a, b) => {
    if (a.score === null || b.score === null) return Number(a.score === null) - Number(b.score === null);
    return Number(isBetter(b.score, a.score)) - Number(isBetter(a.score, b.score));
  });
}

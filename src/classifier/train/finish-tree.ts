/** From trained nodes to a tree, with what it takes over from a flat classifier. */
import { isDeepStrictEqual } from 'node:util';
import type { Weights } from '../../network/weights.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { FLAT_HEAD_MODULE, headWeights, TRUNK_MODULE, trunkWeights, type WeightsByModule } from '../modules.js';
import { FORMAT, FORMAT_VERSION, type TreeDescription } from '../schema.js';
import { packSeen } from '../store/seen.js';
import type { HistoryLine } from '../store/store.js';
import type { TreeClassifier } from '../tree.js';
import type { TreeParts } from '../tree-parts.js';
import { completeTree, describeUndecided } from './complete-tree.js';
import type { NodePlan } from './node-plan.js';

/** What a training of nodes comes to. */
export interface TrainedTree
  extends Pick<TreeDescription, 'trunk' | 'headKind' | 'nodes' | 'summary' | 'specialists' | 'sources'>,
    Pick<TreeParts, 'forests' | 'tables'> {
  readonly taxonomy: Taxonomy;
  readonly plan: Pick<NodePlan, 'network' | 'config'>;
  readonly modules: WeightsByModule;
  readonly history: readonly HistoryLine[];
  /**
   * The flat classifier that the tree is built on: its CNN block becomes part of the tree, and its head too where it decides
   * between the tree's classes.
   */
  readonly flat: FlatClassifier | undefined;
  /** Start time by `performance.now()`. */
  readonly started: number;
}

export async function finishTree(data: TrainingData, make: MakeProgram, trained: TrainedTree): Promise<TreeClassifier> {
  const { taxonomy, plan, flat, trunk, headKind, nodes, summary, specialists, sources, forests, tables } = trained;
  const decider = isDeepStrictEqual(flat?.classes, data.truth.classes) ? flat : undefined;
  const ofFlat = (module: string, own: Weights | undefined) => (own === undefined ? [] : [[module, own] as const]);
  const weights = new Map([
    ...ofFlat(TRUNK_MODULE, flat && trunkWeights(flat.weights)),
    ...trained.modules,
    ...ofFlat(FLAT_HEAD_MODULE, decider && headWeights(decider.weights)),
  ]);
  const description: TreeDescription = {
    format: FORMAT,
    version: FORMAT_VERSION,
    kind: 'tree',
    ...describeUndecided(data, taxonomy, headKind),
    preprocessing: data.images.preprocessing,
    network: plan.network,
    training: plan.config,
    trunk,
    headKind,
    flatHead: decider?.description.network.head ?? null,
    nodes,
    summary,
    ...(specialists !== undefined && { specialists }),
    seconds: (performance.now() - trained.started) / 1000,
    ...(flat !== undefined && { trunkTraining: flat.description.training }),
    ...(sources !== undefined && { sources }),
  };
  const seen = packSeen(data.prints, data.split);
  const parts = { weights, forests, tables };
  const { tree } = await completeTree(make, data, { description, taxonomy, parts, history: trained.history, seen });
  return tree;
}

/** The end of every training of a tree: from what was trained to a classifier that has chosen how it decides, and its score. */
import { isDeepStrictEqual } from 'node:util';
import type { Weights } from '../../network/weights.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { VERSION } from '../../version.js';
import { describeSplit, type TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { FLAT_HEAD_MODULE, headWeights, TRUNK_MODULE, trunkWeights, type WeightsByModule } from '../modules.js';
import { FORMAT, FORMAT_VERSION, type TreeDescription } from '../schema.js';
import { packSeen } from '../store/seen.js';
import type { HistoryLine } from '../store/store.js';
import { TreeClassifier } from '../tree.js';
import { chooseDecision, undecided } from './choose-decision.js';
import type { NodePlan } from './node-plan.js';
import { scoreOnTest } from './test-score.js';

/** What a training of nodes comes to. */
export interface TrainedTree extends Pick<TreeDescription, 'trunk' | 'headKind' | 'nodes' | 'summary' | 'specialists'> {
  readonly taxonomy: Taxonomy;
  readonly plan: NodePlan;
  readonly modules: WeightsByModule;
  readonly history: readonly HistoryLine[];
  /**
   * The flat classifier that the tree stands on: its CNN block becomes part of the tree, and its head too where it decides
   * between the tree's classes.
   */
  readonly flat: FlatClassifier | undefined;
  /** When it began, as `performance.now()` has it. */
  readonly started: number;
}

export async function finishTree(data: TrainingData, make: MakeProgram, trained: TrainedTree): Promise<TreeClassifier> {
  const { taxonomy, plan, flat, trunk, headKind, nodes, summary, specialists } = trained;
  const decider = isDeepStrictEqual(flat?.classes, data.truth.classes) ? flat : undefined;
  const ofFlat = (module: string, weights: Weights | undefined) =>
    weights === undefined ? [] : [[module, weights] as const];
  const modules = new Map([
    ...ofFlat(TRUNK_MODULE, flat && trunkWeights(flat.weights)),
    ...trained.modules,
    ...ofFlat(FLAT_HEAD_MODULE, decider && headWeights(decider.weights)),
  ]);
  const description: TreeDescription = {
    format: FORMAT,
    version: FORMAT_VERSION,
    cladenet: VERSION,
    kind: 'tree',
    classes: [...data.truth.classes],
    preprocessing: data.images.preprocessing,
    network: plan.network,
    training: plan.config,
    split: describeSplit(data),
    test: null,
    trunk,
    headKind,
    flatHead: decider?.description.network.head ?? null,
    lineages: taxonomy.classes.map((label) => ({ label, lineage: lineageNames(taxonomy, label) })),
    nodes,
    summary,
    decision: undecided(headKind),
    ...(specialists !== undefined && { specialists }),
    seconds: (performance.now() - trained.started) / 1000,
    ...(flat !== undefined && { trunkTraining: flat.description.training }),
  };
  const seen = packSeen(data.prints, data.split);
  const assemble = (described: TreeDescription) =>
    new TreeClassifier(make, described, taxonomy, modules, trained.history, seen);
  const unscored = assemble(description);
  const decision = await chooseDecision(unscored, data).finally(() => unscored.dispose());
  const decided = { ...description, decision };
  return assemble({ ...decided, test: await scoreOnTest(assemble(decided), data) });
}

/** Names from the top to the leaf, as `Taxonomy.fromLineages` takes them. */
export function lineageNames(taxonomy: Taxonomy, label: string): string[] {
  return taxonomy
    .lineage(taxonomy.leafOf(label))
    .filter((path) => path !== '')
    .map((path) => taxonomy.node(path).name);
}

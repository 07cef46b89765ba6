/**
 * Specialists: the flat classifier decides the group, and within each group a classifier trained only on its classes divides
 * the group's probability: p(c) = p_flat(group of c) p_specialist(c | group of c).
 */
import type { HeadSpec } from '../../network/spec.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { programsOn } from '../../tensorflow/device.js';
import { type TrainingConfig, type TrainingConfigInput, takenOver } from '../../training/config.js';
import type { ComputeOptions } from '../compute-options.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import type { NodeDescription } from '../schema.js';
import { finishTree } from '../train/finish-tree.js';
import { requireIndices } from '../train/indices.js';
import { imagesBelow, trainedTrunks } from '../train/node-plan.js';
import { sharedTrunk } from '../train/shared-trunk.js';
import { trainNodes } from '../train/train-nodes.js';
import type { TreeHooks } from '../train/tree-options.js';
import type { TreeClassifier } from '../tree.js';
import { fitGroups, requireClassesOf } from './specialist-groups.js';
import { flatOnValidation, specialistJudge } from './specialist-judge.js';

/** The groups, the flat classifier that decides between them, and how specialists are trained. */
export interface SpecialistOptions extends ComputeOptions {
  /** Decides the group, and the class in groups without a specialist. Its classes are those of the data, in the same order. */
  readonly from: FlatClassifier;
  /** The groups, as nodes below the root: see `groupTaxonomy`. Nested groups have their own specialists. */
  readonly groups: Taxonomy;
  /**
   * Default `shared`.
   *
   * - `shared`: each specialist is an MLP block, trained on cached features of the flat classifier's CNN block
   * - `own`: each is a separate network that starts from the flat classifier's CNN block
   */
  readonly trunk?: 'shared' | 'own' | undefined;
  /** The specialists' MLP block. Default: 96 units on a shared CNN block, else as the flat classifier's. */
  readonly head?: HeadSpec | undefined;
  /**
   * Settings that differ from the default training. Default: that of nodes on a shared CNN block; with `own` the flat
   * classifier's, at a quarter of its learning rate.
   */
  readonly training?: TrainingConfigInput | undefined;
  /** For `shared`: augmented views of each training image whose features are cached beside those of the unaugmented image. Default 2. */
  readonly views?: number | undefined;
  readonly hooks?: TreeHooks | undefined;
}

/**
 * Trains a specialist for each group of two classes or more, and drops those that are not right about more of the validation
 * images of their group than the flat classifier is among the same classes; there the flat classifier decides. A group
 * without validation images cannot be judged and gets none, nor does one in which training diverges.
 * `description.specialists` has each comparison.
 *
 * The result is a tree over the groups. Its `product` routing is the formula; which routing it uses is chosen on the
 * validation set, as for every tree. Validation images choose a specialist's epoch, judge it and choose the routing, so
 * scores on them are optimistic: the test set gives the final score.
 *
 * @throws CladenetError TAXONOMY when the groups do not fit the classes; USAGE when no group leaves anything to specialise in,
 *         or the flat classifier has other classes; DATASET, CONFIG, RUNTIME, TRAINING, ABORTED
 */
export async function trainSpecialists(data: TrainingData, options: SpecialistOptions): Promise<TreeClassifier> {
  const { from, trunk = 'shared', hooks } = options;
  const started = performance.now();
  const { make, taxonomy, groups, plan, judge, judged } = await prepared(data, options);
  const which = { deciding: judged, skipDiverged: true };
  const trained = judged.length === 0 ? NOTHING : await trainNodes(data, taxonomy, plan, make, hooks, which);
  const byPath = new Map(trained.nodes.map((node) => [node.path, node]));
  const decidedBy = trunk === 'shared' ? 'head' : 'network';
  const verdicts = groups.map((node) => judge.judge(taxonomy, node, decidedBy, byPath.get(node.path)?.summary));
  const accepted = new Set(verdicts.flatMap(({ node, accepted }) => (accepted ? [node] : [])));

  function describe({ path, children }: DecidingNode): NodeDescription {
    const specialist = byPath.get(path);
    if (specialist === undefined || !accepted.has(path)) {
      return { path, children, images: imagesBelow(data, taxonomy, path), summary: null, decidedBy: 'flat' };
    }
    return trunk === 'shared' ? specialist : { ...specialist, decidedBy };
  }

  return finishTree(data, make, {
    trunk: 'shared',
    headKind: 'conditional',
    taxonomy,
    plan,
    nodes: taxonomy.decidingNodes().map(describe),
    modules: new Map([...trained.modules].filter(([path]) => accepted.has(path))),
    history: trained.history,
    summary: null,
    specialists: verdicts,
    flat: from,
    started,
  });
}

/**
 * Trains some specialists, each as `trainSpecialists` does, into the stores of `hooks.checkpoint`.
 *
 * @param only indices of groups, among those that `fitGroups` finds; one that cannot be judged is not trained
 * @throws CladenetError USAGE for other indices; as `trainSpecialists`
 */
export async function trainSomeSpecialists(
  data: TrainingData,
  options: SpecialistOptions,
  only: readonly number[],
): Promise<void> {
  const { make, taxonomy, groups, plan, judged } = await prepared(data, options);
  requireIndices('onlyNodes', only, groups.length, 'groups');
  const which = only.map((index) => judged.indexOf(groups[index] as DecidingNode)).filter((index) => index >= 0);
  if (which.length === 0) return;
  await trainNodes(data, taxonomy, plan, make, options.hooks, { deciding: judged, only: which, skipDiverged: true });
}

/** What trainings of specialists share. `judged` are the groups that have validation images. */
async function prepared(data: TrainingData, options: SpecialistOptions) {
  const { from, trunk = 'shared', hooks } = options;
  const make = options.make ?? programsOn({ device: options.device });
  requireTrainable(data);
  requireClassesOf(from, data.truth.classes);
  const { taxonomy, groups } = fitGroups(options.groups, data.truth.classes);
  const plan =
    trunk === 'shared'
      ? await sharedTrunk(data, options, make)
      : await trainedTrunks(data, {
          ...options,
          training: { ...gentleTraining(from.description.training), ...options.training },
        });
  const judge = specialistJudge(data, plan, await flatOnValidation(from, data, make, hooks?.signal));
  const judged = groups.filter((node) => judge.images(taxonomy, node) > 0);
  return { make, taxonomy, groups, plan, judge, judged };
}

const NOTHING: Pick<Awaited<ReturnType<typeof trainNodes>>, 'nodes' | 'modules' | 'history'> = {
  nodes: [],
  modules: new Map(),
  history: [],
};

/** The flat classifier's training at a quarter of its learning rate, which refines what its CNN block has learned. */
export function gentleTraining(training: TrainingConfig): TrainingConfig {
  return { ...takenOver(training), optimiser: { ...training.optimiser, rate: training.optimiser.rate / 4 } };
}

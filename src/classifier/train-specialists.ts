/**
 * Specialists: the flat classifier decides on the group, and within each group a classifier that has no other task than to
 * tell its classes apart shares out the group's probability: p(c) = p_flat(group of c) p_specialist(c | group of c).
 */
import { isDeepStrictEqual } from 'node:util';
import { selectImages } from '../dataset/images.js';
import { CladenetError } from '../errors.js';
import type { HeadSpec } from '../network/spec.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type MakeProgram, programsOn } from '../tensorflow/device.js';
import type { TrainingConfig, TrainingConfigInput } from '../training/config.js';
import type { ComputeOptions } from './compute-options.js';
import { finishTree } from './finish-tree.js';
import { FlatClassifier } from './flat.js';
import { type DecidingNode, decidingNodes, imagesBelow, trainedTrunks } from './node-plan.js';
import type { NodeDescription } from './schema.js';
import { sharedTrunk } from './shared-trunk.js';
import { specialistJudge } from './specialist-judge.js';
import { trainNodes } from './train-nodes.js';
import type { TreeHooks } from './train-tree.js';
import { requireTrainable, type TrainingData } from './training-data.js';
import type { TreeClassifier } from './tree.js';

export interface SpecialistOptions extends ComputeOptions {
  /** Decides on the group, and wherever there is no specialist. Its classes are those of the data, in the same order. */
  readonly from: FlatClassifier;
  /** The groups, as nodes below the root: see `groupTaxonomy`. Groups within groups have specialists of their own. */
  readonly groups: Taxonomy;
  /**
   * Default `shared`.
   *
   * - `shared`: each specialist is an MLP block, trained on cached features of the flat classifier's CNN block
   * - `own`: each is a network of its own that starts from the flat classifier's CNN block
   */
  readonly trunk?: 'shared' | 'own' | undefined;
  /** The specialists' MLP block. Default: 96 units on a shared CNN block, else as the flat classifier's. */
  readonly head?: HeadSpec | undefined;
  /** What shall differ from the usual training: that of nodes on a shared CNN block, or {@link gentleTraining}. */
  readonly training?: TrainingConfigInput | undefined;
  /** For `shared`: augmented views of each training image whose features are cached beside the plain ones. Default 3. */
  readonly views?: number | undefined;
  readonly hooks?: TreeHooks | undefined;
}

/**
 * Trains a specialist for each group of two classes or more, and drops those that are not right about more of the validation
 * images of their group than the flat classifier is among the same classes; there the flat one goes on deciding. A group
 * without validation images cannot be judged and gets none. `description.specialists` says how each compared.
 *
 * The result is a tree over the groups. Its `product` routing is the formula; which routing it uses is chosen on the
 * validation part, as for every tree. Validation images choose a specialist's epoch, judge it and choose the routing, so
 * what they say of the whole is too good: the test part has the word on that.
 *
 * @throws CladenetError TAXONOMY when the groups do not fit the classes; USAGE when no group leaves anything to specialise in,
 *         or the flat classifier has other classes; DATASET, CONFIG, RUNTIME, TRAINING, ABORTED
 */
export async function trainSpecialists(data: TrainingData, options: SpecialistOptions): Promise<TreeClassifier> {
  const { from, trunk = 'shared', hooks } = options;
  const make = options.make ?? programsOn({ device: options.device });
  requireTrainable(data);
  requireClassesOf(from, data.truth.classes);
  const { taxonomy, groups } = fitGroups(options.groups, data.truth.classes);
  const started = performance.now();
  const plan =
    trunk === 'shared'
      ? await sharedTrunk(data, options, make)
      : trainedTrunks(data, {
          ...options,
          training: { ...gentleTraining(from.description.training), ...options.training },
        });
  const judge = specialistJudge(data, plan, await flatOnValidation(from, data, make, hooks?.signal));
  const judged = groups.filter((node) => judge.images(taxonomy, node) > 0);
  const trained = judged.length === 0 ? NOTHING : await trainNodes(data, taxonomy, plan, make, hooks, judged);
  const byPath = new Map(trained.nodes.map((node) => [node.path, node]));
  const decidedBy = trunk === 'shared' ? 'head' : 'network';
  const verdicts = groups.map((node) => judge.judge(taxonomy, node, decidedBy, byPath.get(node.path)?.summary));
  const accepted = new Set(verdicts.flatMap(({ node, accepted }) => (accepted ? [node] : [])));

  function describe(node: DecidingNode): NodeDescription {
    const specialist = byPath.get(node.path);
    if (specialist === undefined || !accepted.has(node.path)) {
      return { ...node, images: imagesBelow(data, taxonomy, node.path), summary: null, decidedBy: 'flat' };
    }
    return trunk === 'shared' ? specialist : { ...specialist, decidedBy };
  }

  return finishTree(data, make, {
    trunk: 'shared',
    head: 'conditional',
    taxonomy,
    plan,
    nodes: decidingNodes(taxonomy).map(describe),
    parts: new Map([...trained.parts].filter(([path]) => accepted.has(path))),
    history: trained.history,
    summary: null,
    specialists: verdicts,
    flat: from,
    started,
  });
}

const NOTHING: Pick<Awaited<ReturnType<typeof trainNodes>>, 'nodes' | 'parts' | 'history'> = {
  nodes: [],
  parts: new Map(),
  history: [],
};

/** As the flat classifier was trained, at a quarter of its rate: what its CNN block has learned is to be refined, not undone. */
export function gentleTraining(training: TrainingConfig): TrainingConfig {
  return { ...training, optimiser: { ...training.optimiser, rate: training.optimiser.rate / 4 } };
}

/** The nodes that specialists are for: the topmost with something to decide tells the groups apart. */
export const groupsOf = (taxonomy: Taxonomy): readonly DecidingNode[] => decidingNodes(taxonomy).slice(1);

/** The taxonomy of the groups over exactly these classes, and its nodes that specialists are for: all but the topmost. */
export function fitGroups(
  groups: Taxonomy,
  classes: readonly string[],
): { readonly taxonomy: Taxonomy; readonly groups: readonly DecidingNode[] } {
  const taxonomy = orThrow(
    'The groups do not fit the classes of the images',
    matchClasses(groups, classes, { allowMissing: true }),
  );
  const below = groupsOf(taxonomy);
  if (below.length > 0) return { taxonomy, groups: below };
  throw new CladenetError('USAGE', 'There is nothing to specialise in', [
    {
      where: 'groups',
      expected: 'a group of two classes or more, and classes outside of it',
      received: `all ${classes.length} classes side by side`,
    },
  ]);
}

/** @throws CladenetError USAGE when the flat classifier does not have these classes, in this order */
export function requireClassesOf({ classes }: FlatClassifier, wanted: readonly string[]): void {
  if (isDeepStrictEqual(classes, wanted)) return;
  const missing = classes.filter((name) => !wanted.includes(name)).map((name) => `none of ${name}`);
  const foreign = wanted.filter((name) => !classes.includes(name)).map((name) => `${name}, which it does not know`);
  throw new CladenetError('USAGE', 'The images have other classes than the flat classifier', [
    {
      where: 'images',
      expected: `images of its ${classes.length} classes`,
      received: [...missing, ...foreign].join(', ') || 'the same classes in another order',
      remedy: 'Give the images that it was trained with, and the same --classes.',
    },
  ]);
}

/** Leaf probabilities of the images of the validation part, in its order, as the network gives them. */
export async function flatOnValidation(
  { description, weights, history, seen }: FlatClassifier,
  { images, split }: TrainingData,
  make: MakeProgram,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  if (split.validation.length === 0) return new Float32Array(0);
  // Of its own, so that the caller's classifier takes no memory on the device.
  const flat = new FlatClassifier(make, description, weights, history, seen);
  try {
    return await flat.predict(selectImages(images, split.validation), { calibrated: false, signal });
  } finally {
    flat.dispose();
  }
}

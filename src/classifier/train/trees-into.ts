/** Trees trained into a folder, node by node: a node that an interrupted training has finished is not trained again. */
import { encodeWeights } from '../../network/weights-file.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ComputeOptions } from '../compute-options.js';
import type { TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { type SpecialistOptions, trainSomeSpecialists, trainSpecialists } from '../specialists/train-specialists.js';
import type { TreeClassifier } from '../tree.js';
import { type ResumeOptions, trainInto, trainPartsInto } from './train-into.js';
import { trainTree, trainTreeNodes } from './train-tree.js';
import type { TreeHooks, TreeOptions } from './tree-options.js';

/**
 * `trainTree` into a folder.
 *
 * @param out where the tree is saved; until then its finished parts are kept in `OUT.partial`
 * @throws CladenetError as `trainTree`; TRAINING when an unfinished training of another kind is in the way, which
 *   `fresh: true` replaces
 */
export function trainTreeInto(
  out: string,
  data: TrainingData,
  { fresh, checkpointMinutes, onResume, hooks, ...options }: TreeOptions & ResumeOptions,
): Promise<TreeClassifier> {
  const save = (tree: TreeClassifier) => tree.save(out);
  const run = { purpose: treePurpose(options), fresh, checkpointMinutes, onResume, save, signal: hooks?.signal };
  return trainInto(out, data, run, (checkpoint) => trainTree(data, { ...options, hooks: { ...hooks, checkpoint } }));
}

/**
 * Trains some nodes of the tree that {@link trainTreeInto} trains with the same options. It finds them in `OUT.partial` and
 * trains the others. Several processes may train nodes of one tree; each node is trained by one of them.
 *
 * @param only indices of the nodes, among `taxonomy.decidingNodes()`
 * @throws CladenetError USAGE for other indices, and for a tree whose nodes are not trained separately; as `trainTreeInto`
 */
export async function trainTreeNodesInto(
  out: string,
  data: TrainingData,
  { checkpointMinutes, onResume, hooks, ...options }: TreeOptions & Omit<ResumeOptions, 'fresh'>,
  only: readonly number[],
): Promise<void> {
  const run = { purpose: treePurpose(options), checkpointMinutes, onResume, signal: hooks?.signal };
  await trainPartsInto(out, data, run, (checkpoint) =>
    trainTreeNodes(data, { ...options, hooks: { ...hooks, checkpoint } }, only),
  );
}

const treePurpose = (options: Omit<TreeOptions, 'hooks'>) => ({
  kind: 'tree',
  ...settingsOf(options),
  taxonomy: lineagesOf(options.taxonomy),
  from: hashOf(options.from),
});

/**
 * `trainSpecialists` into a folder.
 *
 * @param out where the tree is saved; until then its finished specialists are kept in `OUT.partial`
 * @throws CladenetError as `trainSpecialists`; TRAINING when an unfinished training of another kind is in the way, which
 *   `fresh: true` replaces
 */
export function trainSpecialistsInto(
  out: string,
  data: TrainingData,
  { fresh, checkpointMinutes, onResume, hooks, ...options }: SpecialistOptions & ResumeOptions,
): Promise<TreeClassifier> {
  const save = (tree: TreeClassifier) => tree.save(out);
  const run = { purpose: specialistsPurpose(options), fresh, checkpointMinutes, onResume, save, signal: hooks?.signal };
  return trainInto(out, data, run, (checkpoint) =>
    trainSpecialists(data, { ...options, hooks: { ...hooks, checkpoint } }),
  );
}

/**
 * Trains some of the specialists that {@link trainSpecialistsInto} trains with the same options. It finds them in `OUT.partial`
 * and trains the others. Several processes may train specialists of one classifier; each is trained by one of them.
 *
 * @param only indices of groups, in the order of the taxonomy, without those of a single class
 * @throws CladenetError USAGE for other indices; as `trainSpecialistsInto`
 */
export async function trainSomeSpecialistsInto(
  out: string,
  data: TrainingData,
  { checkpointMinutes, onResume, hooks, ...options }: SpecialistOptions & Omit<ResumeOptions, 'fresh'>,
  only: readonly number[],
): Promise<void> {
  const run = { purpose: specialistsPurpose(options), checkpointMinutes, onResume, signal: hooks?.signal };
  await trainPartsInto(out, data, run, (checkpoint) =>
    trainSomeSpecialists(data, { ...options, hooks: { ...hooks, checkpoint } }, only),
  );
}

const specialistsPurpose = (options: Omit<SpecialistOptions, 'hooks'>) => ({
  kind: 'specialists',
  ...settingsOf(options),
  groups: lineagesOf(options.groups),
  from: hashOf(options.from),
});

/** What a training computes: its options, but for those that change only where it runs and what it reports. */
export function settingsOf(options: ComputeOptions & { readonly hooks?: TreeHooks | undefined }): object {
  const { device: _, deviceMemory: __, make: ___, hooks: ____, ...settings } = options;
  return settings;
}

/** A taxonomy as plain data. */
export const lineagesOf = (taxonomy: Taxonomy): readonly string[] =>
  taxonomy.classes.map((name) => taxonomy.leafOf(name));

const hashOf = (flat: FlatClassifier | undefined) => flat && encodeWeights(flat.weights).description.sha256;

/** Trees trained into a folder, node by node: a node that an interrupted training has finished is not trained again. */
import { encodeWeights } from '../../network/weights-file.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ComputeOptions } from '../compute-options.js';
import type { TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { type SpecialistOptions, trainSpecialists } from '../specialists/train-specialists.js';
import type { TreeClassifier } from '../tree.js';
import { type ResumeOptions, trainInto } from './train-into.js';
import { trainTree } from './train-tree.js';
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
  const taxonomy = lineagesOf(options.taxonomy);
  const purpose = { kind: 'tree', ...settingsOf(options), taxonomy, from: hashOf(options.from) };
  const save = (tree: TreeClassifier) => tree.save(out);
  return trainInto(out, data, { purpose, fresh, checkpointMinutes, onResume, save }, (checkpoint) =>
    trainTree(data, { ...options, hooks: { ...hooks, checkpoint } }),
  );
}

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
  const groups = lineagesOf(options.groups);
  const purpose = { kind: 'specialists', ...settingsOf(options), groups, from: hashOf(options.from) };
  const save = (tree: TreeClassifier) => tree.save(out);
  return trainInto(out, data, { purpose, fresh, checkpointMinutes, onResume, save }, (checkpoint) =>
    trainSpecialists(data, { ...options, hooks: { ...hooks, checkpoint } }),
  );
}

/** What a training computes: its options, but for those that change only where it runs and what it reports. */
export function settingsOf(options: ComputeOptions & { readonly hooks?: TreeHooks | undefined }): object {
  const { device: _, deviceMemory: __, make: ___, hooks: ____, ...settings } = options;
  return settings;
}

/** A taxonomy as plain data. */
export const lineagesOf = (taxonomy: Taxonomy): readonly string[] =>
  taxonomy.classes.map((name) => taxonomy.leafOf(name));

const hashOf = (flat: FlatClassifier | undefined) => flat && encodeWeights(flat.weights).description.sha256;

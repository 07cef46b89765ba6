/** Growing a tree into a folder: a node that an interrupted call has finished is not trained again. */
import type { TrainingData } from '../classifier/data/training-data.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { identify } from '../classifier/store/store.js';
import { type ResumeOptions, trainInto } from '../classifier/train/train-into.js';
import { lineagesOf, settingsOf } from '../classifier/train/trees-into.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { InputPath } from '../outputs/output-path.js';
import { growTree } from './grow.js';
import type { Grown, GrowOptions } from './options.js';
import { addFlatPrototypes } from './prototypes/add-flat-prototypes.js';
import { addPrototypes } from './prototypes/add-prototypes.js';
import type { FlatWithPrototypes, GrownByPrototypes, PrototypeOptions } from './prototypes/options.js';

/**
 * `growTree` into a folder. The new tree shares the files of unchanged weights with the tree in `origin`.
 *
 * @param out     where the new tree is saved; until then its finished nodes are kept in `OUT.partial`
 * @param options `origin` is the folder that the tree was loaded from
 * @throws CladenetError USAGE when `out` is `origin`; as `growTree`; TRAINING when an unfinished training of another kind is in the way, which
 *   `fresh: true` replaces
 */
export async function growTreeInto(
  out: string,
  tree: TreeClassifier,
  data: TrainingData,
  { fresh, checkpointMinutes, onResume, ...options }: GrowOptions & ResumeOptions & { readonly origin: string },
): Promise<Grown> {
  const { origin, hooks } = options;
  const { sha256 } = await identify(origin);
  const taxonomy = lineagesOf(options.taxonomy);
  const purpose = { kind: 'grow', ...settingsOf(options), origin: sha256, taxonomy };
  const inputs: InputPath[] = [{ where: 'origin', path: origin, kind: 'classifier' }];
  const save = (grown: Grown) => grown.tree.save(out, { origin });
  return trainInto(out, data, { purpose, fresh, checkpointMinutes, onResume, save, inputs }, (checkpoint) =>
    growTree(tree, data, { ...options, hooks: { ...hooks, checkpoint } }),
  );
}

/**
 * `addPrototypes` into a folder. The new tree shares the files of unchanged weights with the tree in `origin`.
 *
 * @param options `origin` is the folder that the tree was loaded from
 * @throws CladenetError USAGE when `out` is `origin`; as `addPrototypes`
 */
export async function addPrototypesInto(
  out: string,
  tree: TreeClassifier,
  data: TrainingData,
  options: PrototypeOptions & { readonly origin: string },
): Promise<GrownByPrototypes> {
  const { origin, hooks } = options;
  const { sha256 } = await identify(origin);
  const { maxLoss } = options;
  const purpose = { kind: 'prototypes', maxLoss, origin: sha256, taxonomy: lineagesOf(options.taxonomy) };
  const inputs: InputPath[] = [{ where: 'origin', path: origin, kind: 'classifier' }];
  const save = (grown: GrownByPrototypes) => grown.tree.save(out, { origin });
  return trainInto(out, data, { purpose, save, inputs, signal: hooks?.signal }, () =>
    addPrototypes(tree, data, options),
  );
}

/**
 * `addFlatPrototypes` into a folder.
 *
 * @param options `origin` is the folder that the classifier was loaded from
 * @throws CladenetError USAGE when `out` is `origin`; as `addFlatPrototypes`
 */
export async function addFlatPrototypesInto(
  out: string,
  flat: FlatClassifier,
  data: TrainingData,
  { origin, ...options }: Omit<PrototypeOptions, 'taxonomy'> & { readonly origin: string },
): Promise<FlatWithPrototypes> {
  const { sha256 } = await identify(origin);
  const purpose = { kind: 'prototypes', maxLoss: options.maxLoss, origin: sha256 };
  const inputs: InputPath[] = [{ where: 'origin', path: origin, kind: 'classifier' }];
  const save = (grown: FlatWithPrototypes) => grown.flat.save(out);
  return trainInto(out, data, { purpose, save, inputs, signal: options.hooks?.signal }, () =>
    addFlatPrototypes(flat, data, options),
  );
}

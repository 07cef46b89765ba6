/** Fine-tuning into a folder: a version that an interrupted call has trained is not trained again. */
import type { TrainingData } from '../classifier/data/training-data.js';
import { identify } from '../classifier/store/store.js';
import { type ResumeOptions, trainInto } from '../classifier/train/train-into.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { InputPath } from '../outputs/output-path.js';
import { fineTune } from './fine-tune.js';
import type { NodesToTune, Tuned, TuneOptions } from './options.js';

/**
 * `fineTune` into a folder. The tuned tree shares the files of unchanged weights with the tree in `origin`.
 *
 * @param out     where the tuned tree is saved; until then trained versions are kept in `OUT.partial`
 * @param options `origin` is the folder that the tree was loaded from
 * @throws CladenetError USAGE when `out` is `origin`; as `fineTune`; TRAINING when an unfinished training of another kind is in the way, which
 *   `fresh: true` replaces
 */
export async function fineTuneInto(
  out: string,
  tree: TreeClassifier,
  data: TrainingData,
  nodes: NodesToTune,
  { fresh, checkpointMinutes, onResume, ...options }: TuneOptions & ResumeOptions & { readonly origin: string },
): Promise<Tuned> {
  const { origin, hooks } = options;
  // Settings are not in it: each version is kept under its own.
  const purpose = { kind: 'tune', tree: (await identify(origin)).sha256 };
  const inputs: InputPath[] = [{ where: 'origin', path: origin, kind: 'classifier' }];
  const save = (tuned: Tuned) => tuned.tree.save(out, { origin });
  return trainInto(out, data, { purpose, fresh, checkpointMinutes, onResume, save, inputs }, (checkpoint) =>
    fineTune(tree, data, nodes, { ...options, hooks: { ...hooks, checkpoint } }),
  );
}

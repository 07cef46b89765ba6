/** Out-of-fold predictions for the training images of a flat classifier, by models that are trained as it was. */
import type { ImageSet } from '../../dataset/images.js';
import { hasFolder, removeFolder } from '../../files.js';
import { withOutputs } from '../../outputs/with-outputs.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { takenOver } from '../../training/config.js';
import type { ComputeOptions } from '../compute-options.js';
import { type Retraced, retrace } from '../data/retrace.js';
import type { FlatClassifier } from '../flat.js';
import type { ResumeOptions } from '../train/train-into.js';
import {
  type OutOfFoldHooks,
  type OutOfFoldPredictions,
  outOfFoldPredictions,
  predictSomeFolds,
} from './out-of-fold.js';

/** Numbers of images that were found to have been in the training of a classifier. */
export interface FoldedData {
  readonly train: number;
  readonly validation: number;
  /** Images of its training set that are labelled at inner nodes now: they are learned from and not predicted. */
  readonly inner: number;
  /** Images of its training and validation sets that are not at hand. */
  readonly missing: number;
  readonly leftOut: Retraced['leftOut'];
}

/** Options of {@link outOfFoldOf}. */
export interface OutOfFoldOfOptions extends ComputeOptions, ResumeOptions {
  /** Number of models, at least 2. */
  readonly folds: number;
  /** Decides which image is in which fold. */
  readonly seed: number;
  /** Where images are labelled at its inner nodes. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Where unfinished folds are kept, see `OutOfFoldOptions`. */
  readonly folder: string;
  readonly hooks?:
    | (OutOfFoldHooks & {
        /** Is called with what was found before anything is trained. */
        readonly onData?: ((data: FoldedData) => void) | undefined;
      })
    | undefined;
}

/**
 * `outOfFoldPredictions` for the training set of a classifier, which is found among images by its pixels; the models have its
 * network and its training.
 *
 * @param images labelled, prepared as `description.preprocessing` says
 * @throws CladenetError DATASET when none of the images is of the classifier's training set, or their labels do not fit its
 *   classes; USAGE when `folder` cannot be written, or holds what cladenet did not write; as `outOfFoldPredictions`
 */
export async function outOfFoldOf(
  classifier: FlatClassifier,
  images: ImageSet,
  { taxonomy, fresh = false, onResume, folder, hooks, ...options }: OutOfFoldOfOptions,
): Promise<OutOfFoldPredictions> {
  return withOutputs([{ where: 'folder', path: folder, kind: 'unfinished' }], [], async () => {
    const { data, ...asTrained } = retracedOf(classifier, images, taxonomy, hooks);
    if (fresh) await removeFolder(folder);
    else if (hasFolder(folder)) onResume?.(folder);
    return outOfFoldPredictions(data, { ...options, ...asTrained, folder, hooks });
  });
}

/**
 * `predictSomeFolds` for the training set of a classifier, as {@link outOfFoldOf} finds it.
 *
 * @param only numbers of folds, from 1
 * @throws CladenetError as `predictSomeFolds` and {@link outOfFoldOf}
 */
export async function someFoldsOf(
  classifier: FlatClassifier,
  images: ImageSet,
  { taxonomy, onResume, folder, hooks, ...options }: Omit<OutOfFoldOfOptions, 'fresh'>,
  only: readonly number[],
): Promise<void> {
  const { data, ...asTrained } = retracedOf(classifier, images, taxonomy, hooks);
  if (hasFolder(folder)) onResume?.(folder);
  await predictSomeFolds(data, { ...options, ...asTrained, folder, hooks }, only);
}

/** The training set of a classifier, and how its models are trained. */
function retracedOf(
  classifier: FlatClassifier,
  images: ImageSet,
  taxonomy: Taxonomy | undefined,
  hooks: OutOfFoldOfOptions['hooks'],
) {
  const { network, training } = classifier.description;
  const retraced = retrace(classifier, images, taxonomy);
  hooks?.onData?.(foldedData(classifier, retraced));
  return { data: retraced.data, network, training: takenOver(training) };
}

function foldedData({ description }: FlatClassifier, { data, leftOut }: Retraced): FoldedData {
  const { split, truth } = data;
  const [train, validation] = [split.train.length, split.validation.length];
  const expected = description.split.images;
  const inner = split.train.filter((image) => (truth.labels[image] ?? -1) >= truth.classes.length).length;
  const missing = Math.max(0, expected.train - train + (expected.validation - validation));
  return { train, validation, inner, missing, leftOut };
}

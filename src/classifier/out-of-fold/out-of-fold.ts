/** Predictions for the training images, each by a model that has not seen it: what mistakes look like where there is no more data. */
import { selectImages } from '../../dataset/images.js';
import { decideLeaves } from '../../decision/decide-leaves.js';
import type { Problem } from '../../errors.js';
import type { Predictions } from '../../evaluation/predictions.js';
import type { OutputPath } from '../../outputs/output-path.js';
import { untilPutTogether } from '../../outputs/part-of-unfinished.js';
import { inParts, withOutputs } from '../../outputs/with-outputs.js';
import { reportingDamage } from '../../training/checkpoint.js';
import type { FitHooks } from '../../training/hooks.js';
import { resolveNetwork } from '../configuration.js';
import { contentOf, type TrainingData } from '../data/training-data.js';
import { requireIndices } from '../train/indices.js';
import { type FlatOptions, trainFlat } from '../train/train-flat.js';
import { type Fold, type FoldPlan, planFolds } from './fold-plan.js';
import { foldStore } from './fold-store.js';

/** Progress of a fold: its model is being trained (or resumed), has predicted, or had predicted in an earlier call. */
export interface FoldNews {
  /** From 1 to `folds`. */
  readonly fold: number;
  readonly folds: number;
  readonly state: 'training' | 'resuming' | 'predicted' | 'reused';
  /** Images that its model learns from. */
  readonly learned: number;
  /** Images that it predicts. */
  readonly heldOut: number;
  /** Share of these that it is right about, once it has predicted them. */
  readonly accuracy: number | undefined;
  /** With `resuming`, what is wrong with the newest checkpoint, where the one before it is used. */
  readonly damage?: Problem | undefined;
}

/** Reports of an out-of-fold prediction while it runs, and a signal that aborts it. */
export interface OutOfFoldHooks extends Pick<FitHooks, 'signal' | 'onStep' | 'onEpoch'> {
  /** Before anything is trained: see {@link OutOfFoldPredictions.notes}. */
  readonly onPlan?: ((notes: readonly string[]) => void) | undefined;
  /** The state of a fold changed. */
  readonly onFold?: ((news: FoldNews) => void) | undefined;
  /** Images that a fold's model has predicted so far, of all that it predicts. */
  readonly onPredict?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** The folds, and how the model of each fold is trained. */
export interface OutOfFoldOptions extends Omit<FlatOptions, 'hooks' | 'unlearnedClasses'> {
  /** Number of models, at least 2: each goes without one of so many parts of the training images. */
  readonly folds: number;
  /** Decides which image is in which fold; trainings have the seed of their configuration. */
  readonly seed: number;
  /**
   * Where folds that have predicted, and the finished epochs of the one that is trained, are kept: a later call with the same
   * data and options resumes from there. The caller removes it once the result is saved. Default: nowhere.
   */
  readonly folder?: string | undefined;
  /** Within an epoch a checkpoint is saved this many minutes after the last one; 0 saves only after epochs. Default 5. */
  readonly checkpointMinutes?: number | undefined;
  readonly hooks?: OutOfFoldHooks | undefined;
}

export interface OutOfFoldPredictions extends Predictions {
  readonly probabilities: Float32Array;
  /** What the rows are about: indices of the images, ascending, of all the training set whose class is known. */
  readonly images: Int32Array;
  /** Of each row the fold, from 0. */
  readonly folds: Int32Array;
  /** In words, each class that is predicted by a model which could not learn it, since it has one training picture only. */
  readonly notes: readonly string[];
}

/**
 * Trains flat models, each without one fold of the training set, and lets each predict its fold (Stone 1974,
 * *Cross-validatory choice and assessment of statistical predictions*). The result is one prediction for every training image,
 * by a model that was trained on neither the image nor a copy of it: many more mistakes than in the validation set, which
 * chooses each model's epoch and temperature and is not predicted. The test set is not used.
 *
 * Folds are stratified by class, and copies of one picture are in one fold. Classes of at least two pictures are
 * learned by each model that has to predict them; a class of one picture cannot be, and `notes` lists it. Images labelled at
 * inner nodes are learned from in every fold and not predicted.
 *
 * The same data, options and seeds give the same predictions, bit for bit, also after an interruption.
 *
 * @throws CladenetError before any training, all at once: DATASET for classes without training images, USAGE for a number of
 *         folds below 2 or above that of the different training images, and for a `folder` that cannot be written or holds what
 *         cladenet did not write; OUTPUT when another run writes it; CONFIG; TRAINING for a `folder` of other settings; then
 *         RUNTIME, TRAINING, DIVERGED, ABORTED
 */
export async function outOfFoldPredictions(
  data: TrainingData,
  options: OutOfFoldOptions,
): Promise<OutOfFoldPredictions> {
  const { folder } = options;
  const outputs: OutputPath[] = folder === undefined ? [] : [{ where: 'folder', path: folder, kind: 'unfinished' }];
  return withOutputs(outputs, [], () => predictFolds(data, options));
}

/**
 * Trains and predicts some folds of {@link outOfFoldPredictions} with the same options, and keeps them in `folder` for it.
 * Several processes may work on folds of one folder; each fold is predicted by one of them.
 *
 * @param only numbers of folds, from 1
 * @throws CladenetError USAGE for other numbers; as {@link outOfFoldPredictions}
 */
export async function predictSomeFolds(
  data: TrainingData,
  options: OutOfFoldOptions & { readonly folder: string },
  only: readonly number[],
): Promise<void> {
  const indices = only.map((fold) => fold - 1);
  requireIndices('onlyFolds', indices, options.folds, 'folds');
  await withOutputs(inParts([{ where: 'folder', path: options.folder, kind: 'unfinished' }]), [], () =>
    untilPutTogether(options.folder, () => predictFolds(data, options, indices)),
  );
}

async function predictFolds(
  data: TrainingData,
  options: OutOfFoldOptions,
  only?: readonly number[],
): Promise<OutOfFoldPredictions> {
  const { folds: count, seed, folder, checkpointMinutes, hooks = {}, network, training, ...computing } = options;
  const { images, truth, split } = data;
  const { classes } = truth;
  const { spec, config } = resolveNetwork(network, training);
  const plan = planFolds(data, { folds: count, seed });
  const store =
    folder === undefined
      ? undefined
      : foldStore(folder, [contentOf(data), learnedAndChosen(data), spec, config, count, seed], checkpointMinutes);
  // What is of other settings is refused before anything is trained.
  for (const index of plan.folds.keys()) await store?.load(index + 1);
  hooks.onPlan?.(plan.notes);
  const rows: Float32Array[] = [];
  for (const [index, fold] of plan.folds.entries()) {
    if (only !== undefined && !only.includes(index)) continue;
    const rowsOf = async () => {
      const done = await store?.load(index + 1);
      const probabilities = done ?? (await predictFold(fold, index + 1));
      report(fold, index + 1, done === undefined ? 'predicted' : 'reused', accuracyOf(fold, probabilities));
      return probabilities;
    };
    rows.push(await (store?.alone(index + 1, hooks.signal, rowsOf) ?? rowsOf()));
  }
  return { classes, ...inOrder(plan, rows, truth), notes: plan.notes };

  async function predictFold({ train, heldOut }: Fold, number: number): Promise<Float32Array> {
    report({ train, heldOut }, number, store?.isBegun(number) ? 'resuming' : 'training');
    const { signal, onStep, onEpoch, onPredict } = hooks;
    const checkpoint =
      store &&
      reportingDamage(store.checkpoint(number), (damage) =>
        hooks.onFold?.({ ...newsOf({ train, heldOut }, number, 'resuming'), damage }),
      );
    const flat = await trainFlat(
      { ...data, split: { ...split, train, test: new Int32Array(0) } },
      {
        ...computing,
        network: spec,
        training: config,
        unlearnedClasses: true,
        hooks: { signal, onStep, onEpoch, checkpoint },
      },
    );
    try {
      const probabilities = await flat.predict(selectImages(images, heldOut), { signal, onProgress: onPredict });
      await store?.save(number, probabilities, classes.length);
      return probabilities;
    } finally {
      flat.dispose();
    }
  }

  function report(fold: Fold, number: number, state: FoldNews['state'], accuracy?: number): void {
    hooks.onFold?.(newsOf(fold, number, state, accuracy));
  }

  function newsOf({ train, heldOut }: Fold, fold: number, state: FoldNews['state'], accuracy?: number): FoldNews {
    return { fold, folds: count, state, learned: train.length, heldOut: heldOut.length, accuracy };
  }

  function accuracyOf({ heldOut }: Fold, probabilities: Float32Array): number {
    const decided = decideLeaves(probabilities, classes);
    return heldOut.reduce((sum, image, i) => sum + (decided[i] === truth.labels[image] ? 1 : 0), 0) / heldOut.length;
  }
}

/** The folds' rows as one matrix, in the order of the images. */
function inOrder({ folds }: FoldPlan, rows: readonly Float32Array[], { classes, labels }: TrainingData['truth']) {
  const n = classes.length;
  const places = folds
    .flatMap(({ heldOut }, fold) => Array.from(heldOut, (image, row) => ({ image, fold, row })))
    .sort((a, b) => a.image - b.image);
  const probabilities = new Float32Array(places.length * n);
  places.forEach(({ fold, row }, i) => {
    probabilities.set(rows[fold]?.subarray(row * n, (row + 1) * n) ?? [], i * n);
  });
  return {
    probabilities,
    labels: Int32Array.from(places, ({ image }) => labels[image] ?? -1),
    images: Int32Array.from(places, ({ image }) => image),
    folds: Int32Array.from(places, ({ fold }) => fold),
  };
}

/** The images that decide what models learn, and how long. */
const learnedAndChosen = ({ split }: TrainingData) => [Array.from(split.train), Array.from(split.validation)];

/** Confusion matrices of a classifier, for `confusion` and `group`: its mistakes on images that it has not learned from. */
import type { Classifier } from '../classifier/classifier.js';
import { confusionOfModel } from '../classifier/judging/model-confusion.js';
import { loadClassifier } from '../classifier/store/load.js';
import { requireFlat } from '../classifier/store/load-flat.js';
import type { ImageSet } from '../dataset/images.js';
import type { Predictions } from '../evaluation/predictions.js';
import { type Confusion, confusionFromPredictions } from '../grouping/confusion.js';
import { log } from '../progress.js';
import { folderName } from '../report/named-models.js';
import { confusedImagesLines } from '../report/tables/image-text.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { deviceOf } from './device.js';
import { type ImageChoice, openJudgedImages } from './images.js';
import { predicting } from './models.js';
import { predictOutOfFold, predictSomeOutOfFold } from './out-of-fold.js';
import { readIfGiven, type TaxonomyChoice } from './taxonomy.js';

export interface ConfusionChoice extends ImageChoice, TaxonomyChoice {
  /** Draws the folds. */
  readonly seed: number;
  readonly gpu: boolean;
  /** Sums of probabilities instead of counts of decisions. */
  readonly soft: boolean;
  /** Number of folds. */
  readonly outOfFold?: number | undefined;
  /** Between two checkpoints within an epoch of a fold's model. */
  readonly checkpointMinutes?: number | undefined;
  /** Start over instead of resuming unfinished folds. */
  readonly fresh: boolean;
  /** Whether specialists will be trained below the classifier, which has to be a flat one then. */
  readonly specialists?: boolean | undefined;
}

/** A matrix, and what it was made with. */
export interface OpenedConfusion {
  readonly confusion: Confusion;
  readonly classifier: Classifier;
  /** All that were given, whichever of them it was made on. */
  readonly images: ImageSet;
  readonly taxonomy: Taxonomy | undefined;
  /** What it was counted from. */
  readonly predictions: Predictions;
  /** The images that these are of. */
  readonly paths: readonly string[];
}

/** Predicts some folds. @param out the file beside which they are kept */
export async function predictFoldsOf(
  model: string,
  choice: ConfusionChoice & { readonly outOfFold: number },
  out: string,
  only: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const { seed, outOfFold: folds, checkpointMinutes } = choice;
  const { flat, device, taxonomy, images } = await open(model, choice, signal);
  if (flat === undefined) return;
  await predictSomeOutOfFold(flat, images, out, { folds, seed, taxonomy, checkpointMinutes, device }, only, signal);
}

/** @param out the file beside which unfinished folds are kept */
export async function openConfusion(
  model: string,
  choice: ConfusionChoice,
  out: string,
  signal: AbortSignal,
): Promise<OpenedConfusion> {
  const { soft, seed, outOfFold: folds, checkpointMinutes, fresh } = choice;
  const { classifier, flat, device, taxonomy, images } = await open(model, choice, signal);
  if (flat && folds) {
    const options = { folds, seed, taxonomy, checkpointMinutes, fresh, device };
    const predictions = await predictOutOfFold(flat, images, out, options, signal);
    const paths = Array.from(predictions.images, (i) => images.paths[i] ?? '');
    return {
      confusion: confusionFromPredictions(predictions, { soft }),
      classifier,
      images,
      taxonomy,
      predictions,
      paths,
    };
  }
  const result = await predicting(`predicting with ${folderName(model)}`, (onProgress) =>
    confusionOfModel(classifier, images, { soft, taxonomy, signal, onProgress }),
  ).finally(() => classifier.dispose());
  for (const line of confusedImagesLines(result)) log(line);
  const { confusion, classification: predictions } = result;
  return { confusion, classifier, images, taxonomy, predictions, paths: result.images.paths };
}

/** The classifier and its images; with folds, it is a flat one. */
async function open(model: string, choice: ConfusionChoice, signal: AbortSignal) {
  const folds = choice.outOfFold;
  const taxonomy = await readIfGiven(choice);
  const device = deviceOf(choice);
  const classifier = await loadClassifier(model, { device });
  const where = 'model';
  if (choice.specialists) {
    const summary = 'Specialists are built on a flat classifier';
    requireFlat(classifier, { summary, where, option: 'specialists' });
  }
  const summary = 'Out-of-fold predictions need a flat classifier';
  const flat = folds ? requireFlat(classifier, { summary, where, folder: model, option: 'outOfFold' }) : undefined;
  const images = await openJudgedImages(
    choice,
    classifier.description.preprocessing,
    taxonomy ?? classifier.taxonomy,
    signal,
  );
  return { classifier, flat, device, taxonomy, images };
}

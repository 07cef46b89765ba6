/** Confusion matrices of a classifier, for `confusion` and `group`: its mistakes on images that it has not learned from. */
import type { FlatClassifier } from '../classifier/flat.js';
import { type ModelConfusion as Counted, confusionOfModel } from '../classifier/judging/model-confusion.js';
import { loadClassifier } from '../classifier/store/load.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { ImageSet } from '../dataset/images.js';
import { type Confusion, confusionFromPredictions } from '../grouping/confusion.js';
import { lazyProgress, log } from '../progress.js';
import type { SingleChild } from '../taxonomy/check.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';
import { deviceOf } from './device.js';
import { type ImageChoice, openImages } from './images.js';
import { requireFlatBelow } from './open-flat.js';
import { type FoldChoice, predictOutOfFold, requireFoldable } from './out-of-fold.js';
import { nameOf } from './scoring.js';

export interface ConfusionChoice extends ImageChoice, FoldChoice {
  /** Sums of probabilities instead of counts of decisions. */
  readonly soft: boolean;
  /** Whether specialists are to stand on the classifier, which has to be a flat one then. */
  readonly specialists?: boolean | undefined;
  /** Where images are labelled at its inner nodes. */
  readonly taxonomy?: string | undefined;
  readonly singleChild: SingleChild;
}

/** A matrix, and what it was made with. */
export interface ModelConfusion {
  readonly confusion: Confusion;
  readonly classifier: FlatClassifier | TreeClassifier;
  /** All that were given, whichever of them it was made on. */
  readonly images: ImageSet;
  readonly taxonomy: Taxonomy | undefined;
}

/** @param out the file beside which unfinished folds are kept */
export async function openConfusion(
  model: string,
  choice: ConfusionChoice,
  out: string,
  signal: AbortSignal,
): Promise<ModelConfusion> {
  const { soft, seed, singleChild, outOfFold } = choice;
  const taxonomy = choice.taxonomy === undefined ? undefined : await readTaxonomy(choice.taxonomy, { singleChild });
  const classifier = await loadClassifier(model, { device: deviceOf(choice) });
  if (choice.specialists) requireFlatBelow(classifier);
  const flat = outOfFold === undefined ? undefined : requireFoldable(classifier, model);
  const images = await openImages(choice, classifier.description.preprocessing, seed, signal);
  if (flat !== undefined && outOfFold !== undefined) {
    const predictions = await predictOutOfFold(flat, images, taxonomy, { ...choice, outOfFold }, out, signal);
    return { confusion: confusionFromPredictions(predictions, { soft }), classifier, images, taxonomy };
  }
  const progress = lazyProgress(`predicting with ${nameOf(model)}`);
  try {
    const result = await confusionOfModel(classifier, images, {
      soft,
      taxonomy,
      signal,
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    progress.stop();
    for (const line of usedLines(result)) log(line);
    return { confusion: result.confusion, classifier, images, taxonomy };
  } finally {
    progress.stop();
    classifier.dispose();
  }
}

function usedLines({ images, from, leftOut, inner }: Counted): string[] {
  const { train, test, unseen } = leftOut;
  const others = `${train} of its training set, ${test} of its test set, ${unseen} that it has never seen`;
  return [
    ...(inner > 0 ? [`${counted(inner, 'image')} labelled at inner nodes: left out`] : []),
    from === 'validation'
      ? `${counted(images.count, 'image')} of the classifier's validation set are used; left out: ${others}`
      : `none of the images is of the classifier's training, validation or test set: all ${images.count} are used`,
  ];
}

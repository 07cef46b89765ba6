/** Confusion matrices of a classifier, for `confusion` and `group`: its mistakes on images that it has not learned from. */
import type { Classifier } from '../classifier/classifier.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { loadClassifier } from '../classifier/store/load.js';
import { fingerprints, unpackSeen } from '../classifier/store/seen.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { type ImageSet, selectImages } from '../dataset/images.js';
import { CladenetError } from '../errors.js';
import type { Predictions } from '../evaluation/predictions.js';
import { type Confusion, confusionFromPredictions } from '../grouping/confusion.js';
import { say } from '../progress.js';
import type { SingleChild } from '../taxonomy/check.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';
import { deviceOf } from './device.js';
import { type ImageChoice, openImages } from './images.js';
import { byTruth } from './inner-labels.js';
import { requireFlatBelow } from './open-flat.js';
import { type FoldChoice, predictOutOfFold, requireFoldable } from './out-of-fold.js';
import { nameOf, predictNamed } from './scoring.js';

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
export async function confusionOfModel(
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
  const predictions =
    flat === undefined || outOfFold === undefined
      ? await predictUnlearned(model, classifier, byTruth(images, taxonomy, 'left out').known, signal)
      : await predictOutOfFold(flat, images, taxonomy, { ...choice, outOfFold }, out, signal);
  return { confusion: confusionFromPredictions(predictions, { soft }), classifier, images, taxonomy };
}

async function predictUnlearned(
  model: string,
  classifier: FlatClassifier | TreeClassifier,
  all: ImageSet,
  signal: AbortSignal,
): Promise<Predictions> {
  const images = unlearned(classifier, all);
  const deciding = { decide: 'leaf', taxonomy: undefined, tta: 1 } as const;
  const { predictions } = await predictNamed(nameOf(model), classifier, images, deciding, signal);
  classifier.dispose();
  return predictions;
}

/**
 * The images of the classifier's validation part. What was learned shows too few mistakes, and the test part is for the test of
 * what is made of the groups. Images that the classifier has never met, all of them, are used as they are.
 */
function unlearned(classifier: Classifier, images: ImageSet): ImageSet {
  const { train, validation, test } = classifier.seen;
  const prints = fingerprints(images);
  const within = (part: string): number[] => {
    const known = unpackSeen(part);
    return [...prints.keys()].filter((i) => known.has(prints[i] as string));
  };
  const chosen = within(validation);
  const [learned, tested] = [within(train).length, within(test).length];
  const foreign = images.count - chosen.length - learned - tested;
  const others = `${learned} of its training, ${tested} of its test, ${foreign} that it has not met`;
  if (chosen.length > 0) {
    say(`${counted(chosen.length, 'image')} of the classifier's validation part are used; left out: ${others}`);
    return selectImages(images, chosen);
  }
  if (foreign === images.count) {
    say(`none of the images is of the classifier's training, validation or test: all ${foreign} are used`);
    return images;
  }
  throw new CladenetError('DATASET', 'There are no images to look for mistakes on', [
    {
      where: '--images',
      expected: "images of the classifier's validation part, or only ones that it has not met",
      received: others,
      remedy: 'Give the images that it was trained from, or new ones without any of its training and test.',
    },
  ]);
}

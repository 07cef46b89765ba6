/** The weak sub-trees of a classifier, on images of its split or on unseen ones. */
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import type { Routing as AttributionRouting } from '../../evaluation/attribution/routing.js';
import { findWeakSubtrees, type WeakSubtrees } from '../../evaluation/attribution/weak-subtrees.js';
import type { Predictions } from '../../evaluation/predictions.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { type JudgedImages, type JudgedOn, judgedImages } from './judged-images.js';
import { judgingTaxonomy } from './judging-taxonomy.js';
import { requireLabelsFor } from './labels.js';
import { nodeFits } from './node-fits.js';

/** Options of {@link weakSubtreesOf}. */
export interface WeakSubtreesOfOptions extends Pick<ClassifyOptions, 'signal' | 'onProgress'> {
  /** The images to judge on. Default `validation`: keep the test images for the final evaluation of what was improved. */
  readonly on?: JudgedOn | undefined;
  /** How mistakes are attributed to nodes. Default `product`. */
  readonly routing?: AttributionRouting | undefined;
  /** The tree whose nodes are judged. Default: the classifier's own. */
  readonly taxonomy?: Taxonomy | undefined;
}

/** The weak sub-trees, by the tree of `taxonomy`, judged on `judged.images`. */
export interface JudgedWeakSubtrees extends WeakSubtrees {
  readonly taxonomy: Taxonomy;
  readonly judged: JudgedImages;
}

/**
 * `findWeakSubtrees` for a classifier: finds the images to judge it on, predicts them, and knows how its nodes were trained.
 *
 * @param all labelled images, prepared as `description.preprocessing` says; those to judge on are found among them
 * @throws CladenetError USAGE for a flat classifier without a taxonomy; DATASET when there is no image to judge on, or images
 *   have no class that the classifier knows; TAXONOMY when the taxonomy lacks a class; ABORTED
 */
export async function weakSubtreesOf(
  classifier: Classifier,
  all: ImageSet,
  { on = 'validation', routing, taxonomy: given, ...options }: WeakSubtreesOfOptions = {},
): Promise<JudgedWeakSubtrees> {
  const taxonomy = requireNodes(classifier, given);
  requireLabelsFor(classifier, all);
  const judged = judgedImages(classifier, all, on);
  const predictions = await predictByNodes(classifier, judged.images, options);
  const { trainingImages } = judged;
  const fits = given === undefined ? nodeFits(classifier) : undefined;
  const weak = findWeakSubtrees(predictions, { taxonomy, routing, trainingImages, ...fits });
  return { ...weak, taxonomy, judged };
}

/** The tree whose nodes are judged. @throws CladenetError USAGE for a flat classifier without a taxonomy */
export function requireNodes(classifier: Classifier, given: Taxonomy | undefined): Taxonomy {
  const taxonomy = judgingTaxonomy([classifier], given);
  if (taxonomy !== undefined) return taxonomy;
  const remedy = 'Give a tree, or the `taxonomy` to judge the mistakes by.';
  throw new CladenetError('USAGE', 'A flat classifier has no sub-trees', [
    { where: 'classifier', expected: 'a tree', received: 'a flat classifier', remedy },
  ]);
}

/**
 * Leaf probabilities by the nodes alone, without the flat head that the combined routing has beside them.
 *
 * @throws CladenetError DATASET when images have no class that the classifier knows; ABORTED
 */
export async function predictByNodes(
  classifier: Classifier,
  images: ImageSet,
  options: Pick<ClassifyOptions, 'signal' | 'onProgress'>,
): Promise<Predictions & { readonly probabilities: Float32Array }> {
  const labels = requireLabelsFor(classifier, images);
  const routing = classifier.kind === 'tree' ? 'greedy' : undefined;
  return {
    classes: classifier.classes,
    probabilities: await classifier.predict(images, { ...options, routing }),
    labels,
  };
}

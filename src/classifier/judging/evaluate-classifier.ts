/** All metrics of one classifier, on those of the given images that it can be evaluated on. */
import type { ImageSet } from '../../dataset/images.js';
import { type Evaluation, evaluate } from '../../evaluation/evaluate.js';
import type { NodeEvaluation } from '../../evaluation/evaluate-nodes.js';
import type { Classification, ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import type { LeftOut } from './comparable-images.js';
import { evaluateInnerLabels } from './evaluate-inner.js';
import { imagesAmong } from './images-among.js';
import { separateInnerLabels } from './inner-labels.js';
import { judgingTaxonomy } from './judging-taxonomy.js';
import { requireLabelsFor } from './labels.js';
import { type UnseenOptions, unseenImages } from './unseen-images.js';

/** Options of {@link evaluateClassifier}; `taxonomy` is also the one to judge by. Default: the classifier's own. */
export interface EvaluateClassifierOptions
  extends Omit<ClassifyOptions, 'minConfidence' | 'stopBy' | 'calibrated'>,
    UnseenOptions {}

/** The result of {@link evaluateClassifier}. */
export interface ClassifierEvaluation {
  readonly evaluation: Evaluation;
  /** Of the images labelled at inner nodes, which are evaluated separately; undefined without any. */
  readonly innerLabels: NodeEvaluation | undefined;
  /** What the evaluation judged: the images labelled by classes. */
  readonly predictions: Classification;
  /** `innerLabels` counts the images of that evaluation. */
  readonly leftOut: LeftOut & {
    /** Images of other taxa than those of `among`. */
    readonly otherTaxa: number;
  };
}

/**
 * Evaluates a classifier on the images that it was not trained or chosen on. Images labelled at inner nodes of the taxonomy
 * are evaluated separately. With `among`, images of other taxa are left out.
 *
 * @param images labelled, prepared as `description.preprocessing` says
 * @throws CladenetError DATASET when no image is left, or images have no class that the classifier knows; TAXONOMY when the
 *   taxonomy lacks a class; USAGE for images prepared otherwise, or options that exclude each other; ABORTED
 */
export async function evaluateClassifier(
  classifier: Classifier,
  images: ImageSet,
  { seen, taxonomy: given, ...options }: EvaluateClassifierOptions = {},
): Promise<ClassifierEvaluation> {
  const taxonomy = judgingTaxonomy([classifier], given);
  const routing = classifier.kind === 'tree' ? options.routing : undefined;
  const judges = options.amendBy === undefined ? [classifier] : [classifier, options.amendBy];
  const { images: unseen, leftOut } = unseenImages(judges, images, { seen });
  const { images: within, leftOut: otherTaxa } = imagesAmong(classifier, unseen, { among: options.among, taxonomy });
  const { known, inner } = separateInnerLabels(within, taxonomy);
  requireLabelsFor(classifier, known);
  const classify = (set: ImageSet) => classifier.classify(set, { ...options, routing, taxonomy });
  const predictions = await classify(known);
  const evaluation = evaluate(predictions, { taxonomy });
  const innerLabels = inner && taxonomy && evaluateInnerLabels(await classify(inner.images), inner.truths, taxonomy);
  const counts = { seen: leftOut, otherTaxa, innerLabels: inner?.images.count ?? 0 };
  return { evaluation, innerLabels, predictions, leftOut: counts };
}

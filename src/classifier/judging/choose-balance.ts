/** How far a classifier is to favour rare classes: measured and chosen on its validation images. */
import { type BalancePoint, balanceCurve, chooseBalance } from '../../calibration/balance.js';
import type { ImageSet } from '../../dataset/images.js';
import type { Balance } from '../../decision/logit-adjustment.js';
import { CladenetError, type Problem } from '../../errors.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { type JudgedImages, judgedImages } from './judged-images.js';
import { requireLabelsFor } from './labels.js';

/** How the validation images are classified. */
export interface ValidationBalanceOptions
  extends Pick<ClassifyOptions, 'routing' | 'decide' | 'tta' | 'signal' | 'onProgress'> {}

/** What each strength costs and brings on the validation images. */
export interface ValidationBalance {
  readonly curve: readonly BalancePoint[];
  /** Training images of each class. */
  readonly counts: ReadonlyMap<string, number>;
  readonly judged: JudgedImages & { readonly of: number };
}

/**
 * The number of training images of each class that a classifier was trained with.
 *
 * @param images the images that it was trained with, prepared as `description.preprocessing` says; others may be among them
 * @throws CladenetError DATASET when some of its training images are missing
 */
export function trainingCounts(classifier: Pick<Classifier, 'seen' | 'description'>, images: ImageSet) {
  return requireCounts(judgedImages(classifier, images, 'validation'));
}

/**
 * Accuracy against balanced accuracy of a classifier on its validation images, as it favours rare classes more and more: see
 * `balanceCurve`.
 *
 * @param images the images that it was trained with, prepared as `description.preprocessing` says; others may be among them
 * @throws CladenetError DATASET when training images are missing or there are no validation images; USAGE for decisions other
 *   than on the most probable class; ABORTED
 */
export async function balanceOnValidation(
  classifier: Classifier,
  images: ImageSet,
  { decide = 'leaf', routing: wanted, tta, signal, onProgress }: ValidationBalanceOptions = {},
): Promise<ValidationBalance> {
  const routing = classifier.kind === 'tree' ? (wanted ?? classifier.routings[0]) : undefined;
  requireLeaves(decide, routing);
  const judged = judgedImages(classifier, images, 'validation');
  const counts = requireCounts(judged);
  requireLabelsFor(classifier, judged.images);
  const classification = await classifier.classify(judged.images, { routing, tta, signal, onProgress });
  return { curve: balanceCurve(classification, { counts }), counts, judged: { ...judged, of: images.count } };
}

/** The result of {@link chooseBalanceOf}. */
export interface ChosenBalance extends ValidationBalance {
  readonly balance: Balance;
  /** The point of the curve that was chosen. */
  readonly point: BalancePoint;
}

/**
 * The value of `balance` that brings the most balanced accuracy for a given loss of accuracy, on the validation images.
 *
 * @param images  as for `balanceOnValidation`
 * @param options `maxLoss`: the share of images, 0..1, that may lose their right class at most, standard error included
 * @throws CladenetError as `balanceOnValidation`; EVALUATION for a `maxLoss` that is not a share
 */
export async function chooseBalanceOf(
  classifier: Classifier,
  images: ImageSet,
  { maxLoss, ...options }: ValidationBalanceOptions & { readonly maxLoss: number },
): Promise<ChosenBalance> {
  const measured = await balanceOnValidation(classifier, images, options);
  const point = chooseBalance(measured.curve, { maxLoss });
  return { ...measured, point, balance: { tau: point.tau, counts: measured.counts } };
}

function requireLeaves(decide: string, routing: string | undefined): void {
  const problems: Problem[] = [];
  const expected = 'decisions on the most probable class';
  if (decide !== 'leaf') problems.push({ where: 'decide', expected, received: decide });
  if (routing === 'greedy') problems.push({ where: 'routing', expected, received: routing });
  if (problems.length > 0) throw new CladenetError('USAGE', 'The balance cannot be measured', problems);
}

function requireCounts({ trainingImages }: JudgedImages): ReadonlyMap<string, number> {
  if (trainingImages !== undefined) return trainingImages;
  throw new CladenetError('DATASET', 'The training images cannot be counted', [
    {
      where: 'images',
      expected: 'all images that the classifier was trained with',
      received: 'only some of them',
      remedy: 'Give the images that it was trained with, prepared from the same files.',
    },
  ]);
}

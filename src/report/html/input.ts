/** The input of a report: plain values, so that the predictions of any classifier can be reported. */
import type { NoveltyEvaluation } from '../../classifier/judging/evaluate-novelty.js';
import type { NodeAttempt, TreeDescription } from '../../classifier/schema.js';
import type { HistoryLine } from '../../classifier/store/store.js';
import type { ImageSet } from '../../dataset/images.js';
import type { WeakSubtreeOptions } from '../../evaluation/attribution/weak-subtrees.js';
import type { Evaluation } from '../../evaluation/evaluate.js';
import type { NamedPredictions, Predictions } from '../../evaluation/predictions.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Coverage } from '../coverage.js';

/**
 * The predictions that weak sub-trees are found in: on validation images, so that choices made by them leave the test
 * images alone.
 */
export interface ReportWeak extends Omit<WeakSubtreeOptions, 'taxonomy'> {
  /** What the images are, for the page: `validation images`. */
  readonly on: string;
  readonly predictions: Predictions;
  /** The images predicted, in the same order: their pixels become thumbnails. */
  readonly images?: ImageSet | undefined;
}

/** From the description of a tuned tree: its `attempts` and `tunedFrom`. */
export interface ReportTuning {
  readonly attempts: readonly NodeAttempt[];
  readonly from: TreeDescription['tunedFrom'];
}

/** A classifier in a report. */
export interface ReportModel {
  readonly name: string;
  /**
   * Predictions for the images of the report, by one or several routings. All of them are compared; the first
   * is what the model's own sections show.
   */
  readonly variants: readonly [NamedPredictions, ...NamedPredictions[]];
  /**
   * Probabilities of the first variant before temperature scaling, [images x classes]; undefined where nothing was
   * scaled.
   */
  readonly uncalibrated?: Predictions['probabilities'] | undefined;
  /** How it was trained, epoch by epoch: `classifier.history`. */
  readonly history?: readonly HistoryLine[] | undefined;
  /** Needs a taxonomy. */
  readonly weak?: ReportWeak | undefined;
  /** How it places images of classes that it never saw: `evaluateNovelty`. */
  readonly novelty?: NoveltyEvaluation | undefined;
  /** What fine-tuning tried and changed after the training. */
  readonly tuning?: ReportTuning | undefined;
  /** The resolved configuration, shown as JSON. */
  readonly configuration?: unknown;
}

/** What a report is made from. */
export interface ReportInput extends Coverage {
  /** In the order of the page. */
  readonly models: readonly ReportModel[];
  /** The tree to judge by, of exactly the models' classes. Without it there are no hierarchical metrics and no tree. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Seed of the bootstrap, an integer. */
  readonly seed: number;
  /** Default `cladenet report`. */
  readonly title?: string | undefined;
  /** What the images are, for the page: `that no model was trained or chosen on`. */
  readonly imagesAre?: string | undefined;
  /** How many weak sub-trees are shown. Default 10. */
  readonly top?: number | undefined;
}

/** A model with the numbers of its first variant. */
export interface JudgedModel {
  readonly model: ReportModel;
  readonly evaluation: Evaluation;
}

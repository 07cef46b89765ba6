/** What writes predictions: images come in parts, so that a million of them need not be in memory. */
import type { Classification } from '../../classifier/classification.js';
import type { NoveltyRule } from '../../classifier/judging/novelty-rule.js';
import type { ImageSet } from '../../dataset/images.js';
import type { PredictionSetOptions } from '../../decision/prediction-sets.js';
import type { StopRule } from '../../decision/stop-rules.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** Some images, and what the classifier says of them, in one order. */
export interface PredictedImages {
  readonly images: ImageSet;
  readonly classification: Classification;
}

/** What all images of a prediction share. */
export interface PredictionContext {
  /** The file or folder to write. */
  readonly out: string;
  /** Columns of the tables of images that stand beside the predictions. */
  readonly keepColumns?: readonly string[] | undefined;
  /** Whether EcoTaxa objects that a person has validated are predicted too. Default `false`. */
  readonly overwriteValidated?: boolean | undefined;
  /** The folder of the classifier. */
  readonly model: string;
  /** The columns of the probabilities. */
  readonly classes: readonly string[];
  /** The tree of the decided nodes and of the lineages. Undefined for a flat classifier without one. */
  readonly taxonomy: Taxonomy | undefined;
  /** The `minConfidence` of the classifications. */
  readonly minConfidence: number | readonly number[] | undefined;
  /** Their `stopBy`. */
  readonly stopBy?: StopRule | undefined;
  /** Their `sets`. */
  readonly sets?: PredictionSetOptions | undefined;
  /** How new children are recognised; undefined where they are not. */
  readonly novelty?: NoveltyRule | undefined;
  /** The classes that predictions are made among; undefined for all. */
  readonly among?: readonly string[] | undefined;
}

/** Where predictions go. */
export interface PredictionWriter {
  /** Appends images. */
  write(predicted: PredictedImages): Promise<void>;
  /** Puts the result into place. @returns what was written, as a line for the log */
  commit(): Promise<string>;
  /** Removes what was written so far; what was there before stays. */
  discard(): Promise<void>;
}

/** A way to write predictions. */
export interface PredictionFormat {
  /** As a phrase for the help. */
  readonly description: string;
  /** What is at `out`. */
  readonly writes: 'file' | 'folder';
  /** Columns of the images that it uses where they are there. Default: none. */
  readonly uses?: readonly string[] | undefined;
  /** Begins a prediction. @throws CladenetError USAGE where the format cannot hold these predictions */
  readonly open: (context: PredictionContext) => Promise<PredictionWriter>;
}

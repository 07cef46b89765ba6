/** The result of classifying images: probabilities, the decisions that belong to them, and the labels. */
import type { ImageSet } from '../dataset/images.js';
import type { Balance } from '../decision/logit-adjustment.js';
import type { NodeSet } from '../decision/node-sets.js';
import type { NewChildProbabilities } from '../decision/novelty/methods.js';
import type { PredictionSetOptions } from '../decision/prediction-sets.js';
import type { StoppedDecision } from '../decision/stop-at-ancestor.js';
import type { StopRule } from '../decision/stop-rules.js';
import type { Predictions } from '../evaluation/predictions.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Routing } from './schema.js';
import type { SeenImages } from './store/seen.js';

/** How leaf probabilities are computed. */
export interface PredictOptions {
  readonly signal?: AbortSignal | undefined;
  /** Reports the number of images done so far, and of all images. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /**
   * Is called with what is odd about images that are measured, by their paths: without an object, touching the border. Classifiers
   * without measured features never call it.
   */
  readonly onNotes?: ((notes: ReadonlyMap<string, string>) => void) | undefined;
  /** How a tree decides. Default: the routing that the validation set chose. A flat classifier has no routings. */
  readonly routing?: Routing | undefined;
  /** Test-time augmentation: rotated and mirrored views of each image that are averaged over: 1 (default), 2, 4 or 8. */
  readonly tta?: number | undefined;
  /** Whether the temperatures fitted on the validation set are used. Default true. */
  readonly calibrated?: boolean | undefined;
}

/** What {@link ClassifyOptions.amendBy} needs of a classifier. */
export interface Amending {
  readonly classes: readonly string[];
  readonly seen: SeenImages;
  /** The leaf probabilities [images x classes], row-major, rows summing to 1. */
  predict(images: ImageSet, options?: PredictOptions): Promise<Float32Array>;
}

/** How images are classified: the options of `predict`, and how classes are decided. */
export interface ClassifyOptions extends PredictOptions {
  /**
   * `leaf` (default): the class that the routing leads to. `lca`: the class with the lowest expected height of the lowest
   * common ancestor with the truth, in `taxonomy`; not with greedy routing.
   */
  readonly decide?: 'leaf' | 'lca' | undefined;
  /**
   * The tree for `lca` and `minConfidence`, over exactly the classifier's classes. Default: the classifier's own. Greedy
   * routing always descends the classifier's own.
   */
  readonly taxonomy?: Taxonomy | undefined;
  /**
   * Also decide on a node for each image: from its class upwards to the first node with at least this probability (see
   * `stopAtAncestor`; `calibrateStop` chooses a value that keeps a promised accuracy). A list has one value for each class
   * (`chooseClassThresholds`). Default: none.
   */
  readonly minConfidence?: number | readonly number[] | undefined;
  /**
   * What `minConfidence` bounds: the probability of the node (`probability`, default), the weight of being right against saying
   * more (`information`), or the probability of the class, with nothing between it and the root (`rejection`).
   */
  readonly stopBy?: StopRule | undefined;
  /**
   * Favours rare classes when the class is decided on: see `adjustLogits`. The probabilities stay as they are. Default: none.
   */
  readonly balance?: Balance | undefined;
  /**
   * Predict within these taxa: classes, or nodes of `taxonomy` by path or by a name that only one of them has. Other classes
   * get the probability 0, and those within them sum to 1 (`probabilitiesAmong`). Default: all classes.
   */
  readonly among?: readonly string[] | undefined;
  /**
   * Multiplies the probability of each class by that of its parent in `taxonomy`, as another classifier of the same classes and
   * preprocessing gives it, or this one itself (`hierarchicalEnsemble`). Default: none.
   */
  readonly amendBy?: Amending | undefined;
  /**
   * Also give a set of taxa for each image (`predictionSets`; `chooseSets` chooses a quantile with which they contain the true
   * class as often as promised). A number of `nodes` needs a taxonomy. Default: none.
   */
  readonly sets?: PredictionSetOptions | undefined;
}

/** The taxa that predictions are made within. */
export interface Among {
  /** The names of the classes, in the order of the columns. */
  readonly classes: readonly string[];
  /** For each image, the probability that these classes had together. 0: it said nothing about them, and they share equally. */
  readonly mass: Float32Array;
}

/** Predictions with everything that belongs to them. `evaluate`, `compareClassifiers`, tables and figures take them directly. */
export interface Classification extends Predictions {
  /** [images x classes], row-major, rows summing to 1. */
  readonly probabilities: Float32Array;
  /**
   * The true class of each image, as an index into `classes`; -1 for an image without a label, or of a class that the
   * classifier does not know (see `unknownClasses`). `evaluate` rejects such images.
   */
  readonly labels: Int32Array;
  /** The decided class of each image, as an index into `classes`. */
  readonly decisions: Int32Array;
  /** How a tree decided; left out for a flat classifier. */
  readonly routing?: Routing | undefined;
  /** With `minConfidence`: the decided node of each image. */
  readonly nodes?: readonly StoppedDecision[] | undefined;
  /** With `sets`: the set of each image. */
  readonly sets?: readonly NodeSet[] | undefined;
  /** Of a tree whose head has new children: what it gives for them, beside the classes. */
  readonly newChildren?: NewChildProbabilities | undefined;
  /** With `among`: the classes that were left. */
  readonly among?: Among | undefined;
}

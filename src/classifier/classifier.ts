/** The interface of every classifier, whatever its kind: classes, a description, and one leaf-probability matrix. */
import type { ImageSet } from '../dataset/images.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Classification, ClassifyOptions, PredictOptions } from './classification.js';
import type { Description, Routing } from './schema.js';
import type { SeenImages } from './store/seen.js';
import type { HistoryLine } from './store/store.js';
import type { TrainedTrunk } from './trunk.js';

/** A classifier: trained by `trainFlat`, `trainTree`, `trainForest` and others, or loaded by `loadClassifier`. */
export interface Classifier {
  /** `flat`: one network; `tree`: a decision at each node of a taxonomy; `features`: sources of features, and what decides on them. */
  readonly kind: Description['kind'];
  /** The leaf classes, in the order of the matrix's columns. */
  readonly classes: readonly string[];
  /** A tree's taxonomy; the others have none. */
  readonly taxonomy: Taxonomy | undefined;
  /** The routings that it supports, first the one that the validation set chose; none for other classifiers than trees. */
  readonly routings: readonly Routing[];
  readonly description: Description;
  readonly history: readonly HistoryLine[];
  /** Fingerprints of the images that it was trained, chosen and tested on. */
  readonly seen: SeenImages;
  /** @internal The one CNN block that all of it reads; undefined where there is none, or one for each node. */
  readonly trunk: TrainedTrunk | undefined;
  /**
   * Classifies images: returns the probabilities, the decided class of each image, and its label if it has one, in one value
   * that `evaluate` and `compareClassifiers` take directly.
   *
   * @param images prepared as `description.preprocessing` says
   * @throws CladenetError USAGE for images prepared otherwise, a routing that the classifier does not have, or options that
   *   exclude each other; EVALUATION for a `taxonomy` of other classes; ABORTED
   */
  classify(images: ImageSet, options?: ClassifyOptions): Promise<Classification>;
  /** As `classify`, by several routings at the cost of one; `undefined` stands for the default. */
  classifyBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    options?: Omit<ClassifyOptions, 'routing'>,
  ): Promise<readonly Classification[]>;
  /**
   * The bare leaf probabilities [images x classes], row-major, rows summing to 1, without the decision that belongs to them:
   * greedy routing has the same matrix as `product` (or `path-sum`) but decides differently. `classify` returns both.
   *
   * @param images prepared as `description.preprocessing` says
   * @throws CladenetError USAGE for images that are not a whole set or are prepared otherwise, or a routing that the classifier
   *   does not have; MODEL where its weights give no probabilities; ABORTED
   */
  predict(images: ImageSet, options?: PredictOptions): Promise<Float32Array>;
  /** As `predict`, by several routings at the cost of one; `undefined` stands for the default. */
  predictBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    options?: Omit<PredictOptions, 'routing'>,
  ): Promise<readonly Float32Array[]>;
  /** Writes it as a folder, whole or not at all; an existing classifier there is replaced. */
  save(folder: string): Promise<void>;
  /** Frees its memory on the device; the next prediction takes it again. */
  dispose(): void;
}

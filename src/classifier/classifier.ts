/** What every classifier, flat or tree, offers: classes, a description, and one leaf-probability matrix. */
import type { ImageSet } from '../dataset/images.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Description, Routing } from './schema.js';
import type { SeenImages } from './store/seen.js';
import type { HistoryLine } from './store/store.js';

export interface PredictOptions {
  readonly signal?: AbortSignal | undefined;
  /** Images done so far, of all. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Whose probabilities; by default what validation chose. A flat classifier has no routings. */
  readonly routing?: Routing | undefined;
  /** Turned and mirrored views of each image whose probabilities are averaged: 1 (default), 2, 4 or 8. */
  readonly tta?: number | undefined;
  /** Whether the temperatures fitted on the validation part are used. Default true. */
  readonly calibrated?: boolean | undefined;
}

export interface Classifier {
  readonly kind: 'flat' | 'tree';
  /** The leaf classes, in the order of the matrix's columns. */
  readonly classes: readonly string[];
  /** The tree's taxonomy; a flat classifier has none. */
  readonly taxonomy: Taxonomy | undefined;
  /** The routings that `predict` knows, the one that validation chose first; none for a flat classifier. */
  readonly routings: readonly Routing[];
  readonly description: Description;
  readonly history: readonly HistoryLine[];
  /** The images that it was trained, chosen and tested on. */
  readonly seen: SeenImages;
  /**
   * Leaf probabilities [images x classes], row-major, rows summing to 1. Greedy routing decides from the same matrix as
   * `product` (or `path-sum`): see `greedyDescent`.
   * @param images prepared as `description.preprocessing` says
   * @throws CladenetError USAGE for images prepared otherwise; ABORTED
   */
  predict(images: ImageSet, options?: PredictOptions): Promise<Float32Array>;
  /** Writes it as a folder, whole or not at all; an existing classifier there is replaced. */
  save(folder: string): Promise<void>;
  /** Frees its memory on the device; the next prediction takes it again. */
  dispose(): void;
}

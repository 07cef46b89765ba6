/** What every classifier, flat or tree, offers: classes, a description, and one leaf-probability matrix. */
import type { ImageSet } from '../dataset/images.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Description } from './schema.js';
import type { SeenImages } from './seen.js';
import type { HistoryLine } from './store.js';

export interface PredictOptions {
  readonly signal?: AbortSignal | undefined;
  /** Images done so far, of all. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

export interface Classifier {
  readonly kind: 'flat' | 'tree';
  /** The leaf classes, in the order of the matrix's columns. */
  readonly classes: readonly string[];
  /** The tree's taxonomy; a flat classifier has none. */
  readonly taxonomy: Taxonomy | undefined;
  readonly description: Description;
  readonly history: readonly HistoryLine[];
  /** The images that it was trained, chosen and tested on. */
  readonly seen: SeenImages;
  /**
   * Leaf probabilities [images x classes], row-major, rows summing to 1.
   * @param images prepared as `description.preprocessing` says
   * @throws CladenetError USAGE for images prepared otherwise; ABORTED
   */
  predict(images: ImageSet, options?: PredictOptions): Promise<Float32Array>;
  /** Writes it as a folder, whole or not at all; an existing classifier there is replaced. */
  save(folder: string): Promise<void>;
  /** Frees its memory on the device; the next prediction takes it again. */
  dispose(): void;
}

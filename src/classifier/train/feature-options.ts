/** Where the features of a new classifier come from. */
import type { FeatureTable } from '../../features/feature-table.js';
import type { Classifier } from '../classifier.js';
import type { ComputeOptions } from '../compute-options.js';

/** A table that was made elsewhere. */
export interface TableChoice {
  readonly table: FeatureTable;
  /** The file that it was read from, and that is read again for new images. Default: none. */
  readonly file?: string | undefined;
}

/** Where features come from: the sources stand side by side. */
export interface FeatureOptions extends ComputeOptions {
  /** Default: none of the others. `deep`: the output of the CNN block of `from`. */
  readonly features: readonly ('deep' | TableChoice)[];
  /** For `deep`: a flat classifier, a tree that shares one CNN block, or another classifier on deep features. */
  readonly from?: Classifier | undefined;
  /** For `deep`: principal components that are kept, fitted on the training images; null for the features as they are. Default 50. */
  readonly pca?: number | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is done, and how far it is. */
  readonly onProgress?: ((work: string, done: number, total: number) => void) | undefined;
}

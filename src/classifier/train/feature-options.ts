/** Where the features of a new classifier come from. */
import type { FeatureTable } from '../../features/feature-table.js';
import type { SegmentationOptions } from '../../features/segmentation/options.js';
import type { FeatureSetName } from '../../features/sets/registry.js';
import type { Classifier } from '../classifier.js';
import type { ComputeOptions } from '../compute-options.js';

/** A table that was made elsewhere. */
export interface TableChoice {
  readonly table: FeatureTable;
  /** The file that it was read from, and that is read again for new images. Default: none. */
  readonly file?: string | undefined;
  /** The column of that file that names the images. Default: found by its name, see `readFeatureTable` */
  readonly tableColumn?: string | undefined;
}

/** What biologists measure. */
export interface Measuring {
  /** A set of features: see `FEATURE_SETS`. Default `zooprocess` */
  readonly set?: FeatureSetName | undefined;
  /** Features of the set. Default: all of them */
  readonly names?: readonly string[] | undefined;
  /** How organisms are found, where it differs from the set's. */
  readonly segmentation?: SegmentationOptions | undefined;
}

/** Where features come from: the sources stand side by side. */
export interface FeatureOptions extends ComputeOptions {
  /**
   * Default: `biologists`, what is measured on the segmented organisms, in the files of the images. `deep`: the output of the CNN
   * block of `from`. A table: its columns, joined to the images by their paths.
   */
  readonly features?: readonly ('biologists' | 'deep' | TableChoice)[] | undefined;
  /** For `biologists`: the set of features, and how organisms are found. */
  readonly measuring?: Measuring | undefined;
  /** For `deep`: a flat classifier, a tree that shares one CNN block, or another classifier on deep features. */
  readonly from?: Classifier | undefined;
  /** For `deep`: principal components that are kept, fitted on the training images; null for the features as they are. Default 50. */
  readonly pca?: number | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is called with what is odd about measured images, by their paths: without an object, touching the border. */
  readonly onNotes?: ((notes: ReadonlyMap<string, string>) => void) | undefined;
  /** What is done, and how far it is. */
  readonly onProgress?: ((work: string, done: number, total: number) => void) | undefined;
}

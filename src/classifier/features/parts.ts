/** What a classifier of sources and a decider consists of, beside its description. */
import type { FeatureTable } from '../../features/feature-table.js';
import type { Forest } from '../../forest/forest.js';
import type { Classifier } from '../classifier.js';
import type { WeightsByModule } from '../modules.js';

export interface FeatureParts {
  /** The CNN block, its principal components, the MLP block and its scale, as far as there are such. */
  readonly weights: WeightsByModule;
  readonly forest?: Forest | undefined;
  /** The classifiers among the sources, in their order. */
  readonly members?: readonly Classifier[] | undefined;
  /** Rows for the tables among the sources, in their order. Default: those of their files. */
  readonly tables?: readonly FeatureTable[] | undefined;
}

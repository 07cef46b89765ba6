/** What a tree consists of, beside its description and its taxonomy. */
import type { FeatureTable } from '../features/feature-table.js';
import type { Forest } from '../forest/forest.js';
import type { WeightsByModule } from './modules.js';

export interface TreeParts {
  /** The CNN blocks, the MLP blocks and the principal components, as far as there are such. */
  readonly weights: WeightsByModule;
  /** The forests of the nodes that one decides in, by their paths. */
  readonly forests?: ReadonlyMap<string, Forest> | undefined;
  /** Rows for the tables among the sources of the forests' features, in their order. Default: those of their files. */
  readonly tables?: readonly FeatureTable[] | undefined;
}

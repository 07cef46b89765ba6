/** Where the features of an arm come from, and how its forests are grown. */
import type { Measuring } from '../classifier/train/feature-options.js';
import { measuringOf, type NamedSource, sourcesNamed } from '../options/feature-sources.js';
import type { FeaturesArm, TreeArm } from './config.js';

/** A table of features, and the column that names its images if it is not found by its name. */
export interface TablePlan {
  readonly file: string;
  readonly column: string | undefined;
}

export interface SourcesPlan {
  readonly features: readonly ('biologists' | 'deep' | TablePlan)[];
  /** With deep features: the number of principal components, or null for none. */
  readonly pca: number | null | undefined;
  /** With measured features. */
  readonly measuring: Measuring | undefined;
}

export type ForestPlan = Pick<FeaturesArm, 'trees' | 'classWeights' | 'minLeaf' | 'mtry'>;

export function planSources(arm: FeaturesArm | TreeArm): SourcesPlan {
  const { pca, tableColumn } = arm;
  const sources = sourcesNamed(arm.features);
  const planned = (source: NamedSource) =>
    typeof source === 'string' ? source : { file: source.file, column: tableColumn };
  return {
    features: sources.map(planned),
    pca: sources.includes('deep') ? (pca === 'none' ? null : pca) : undefined,
    measuring: sources.includes('biologists') ? measuringOf(arm) : undefined,
  };
}

export const planForest = ({ trees, classWeights, minLeaf, mtry }: FeaturesArm | TreeArm): ForestPlan => ({
  trees,
  classWeights,
  minLeaf,
  mtry,
});

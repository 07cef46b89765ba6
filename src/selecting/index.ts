/**
 * `cladenet/selecting`: which features add to others: importance of groups of correlated features, and forward selection.
 *
 * @module
 */
export { type CorrelatedGroup, correlatedGroups } from './correlated-groups.js';
export {
  type CandidateImportance,
  type FeatureImportance,
  featureImportance,
  type Importance,
  type KindImportance,
} from './feature-importance.js';
export type { SelectionMetric } from './gain.js';
export { type FeatureKind, kindsOf } from './kinds.js';
export type { SelectingOptions } from './options.js';
export type { MeanOverSeeds } from './over-seeds.js';
export { type FeatureSelection, type SelectionRound, type SelectOptions, selectFeatures } from './select-features.js';
export type { SelectionData } from './selection-data.js';

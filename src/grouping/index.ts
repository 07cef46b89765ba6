/**
 * `cladenet/grouping`: groups of classes that a classifier confuses, and taxonomies of them.
 *
 * @module
 */
export { adjustedRandIndex } from './adjusted-rand.js';
export type { Linkage } from './agglomerative.js';
export { type AnalyseOptions, analyseConfusion, type ConfusionAnalysis } from './analyse-confusion.js';
export type { ConfusionUnit } from './check-confusion.js';
export { compareMethods, type MethodsComparison } from './compare-methods.js';
export {
  type Confusion,
  type CountOptions,
  confusionFromCounts,
  confusionFromPredictions,
  confusionFromShares,
  type SharesTable,
} from './confusion.js';
export { type ConfusionCsvOptions, confusionToCsv, readConfusion, writeConfusion } from './confusion-csv.js';
export { type GroupingMethod, type GroupingOptions, groupClasses } from './group-classes.js';
export { type GroupTaxonomyOptions, groupTaxonomy, type TaxonomyForm } from './group-taxonomy.js';
export type { Grouping, Merge } from './grouping.js';
export { type GroupMistakes, mistakesInGroup } from './mistakes.js';
export { type NamedGroup, namedGroups } from './named-groups.js';
export { confusionFromPredictionFile, type PredictionCsvOptions, type PredictionTable } from './prediction-csv.js';
export type { Recommendation, SweepPoint } from './recommend.js';
export { type Sweep, type SweepOptions, sweepBeta } from './sweep.js';
export { type SymmetricMatrix, type Symmetrization, type SymmetrizeOptions, symmetrize } from './symmetrize.js';

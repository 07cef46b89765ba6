/**
 * cladenet: hierarchical, taxonomy-aware image classification.
 *
 * The way through the library: `listImages` and `loadImages` give an `ImageSet`; `prepareData` splits it; `trainFlat` and
 * `trainTree` give classifiers; `evaluate` and `compareClassifiers` judge their leaf probabilities. Importing it loads
 * nothing native: TensorFlow is loaded by the first training or prediction.
 */

// Calibration on validation images: temperatures, and thresholds that keep a promise
export { type ConformalQuantile, calibrateSets } from './calibration/conformal-quantile.js';
export { fitMixture } from './calibration/mixture.js';
export { fitNodeTemperatures, scaleNodeTemperatures } from './calibration/node-temperatures.js';
export {
  calibrateStop,
  type StopScores,
  type StopScoresOptions,
  type StopThreshold,
  type StopThresholdOptions,
  stopScores,
  thresholdFor,
} from './calibration/stop-threshold.js';
export { type FittedTemperature, fitTemperature, scaleTemperature } from './calibration/temperature.js';
export type { Classification, ClassifyOptions } from './classifier/classification.js';
export type { Classifier, PredictOptions } from './classifier/classifier.js';
// Classifiers
export { type BalanceOptions, balanceByAugmentation } from './classifier/data/balance.js';
export { type PrepareOptions, prepareData, type TrainingData } from './classifier/data/training-data.js';
export type { LabelGroup, Truth } from './classifier/data/truth.js';
export type { FlatClassifier } from './classifier/flat.js';
export { type JudgedImages, type JudgedOn, judgedImages } from './classifier/judging/judged-images.js';
export { testImages } from './classifier/judging/test-images.js';
export type { WeightsByModule } from './classifier/modules.js';
export {
  type FoldNews,
  type OutOfFoldHooks,
  type OutOfFoldOptions,
  type OutOfFoldPredictions,
  outOfFoldPredictions,
} from './classifier/out-of-fold/out-of-fold.js';
export { composeProduct, type NodeDecision } from './classifier/predict/compose.js';
export { preprocessingFor } from './classifier/preprocessing.js';
export type {
  Description,
  FlatDescription,
  Measure,
  NodeAttempt,
  NodeDescription,
  Routing,
  SpecialistVerdict,
  TestScore,
  TreeDecision,
  TreeDescription,
  Trunks,
} from './classifier/schema.js';
export {
  type ScoreSpecialistsOptions,
  type SpecialistsScore,
  type SpecialistsScores,
  scoreSpecialists,
} from './classifier/specialists/score-specialists.js';
export { type SpecialistOptions, trainSpecialists } from './classifier/specialists/train-specialists.js';
export { type LoadClassifierOptions, loadClassifier } from './classifier/store/load.js';
export type { SeenImages } from './classifier/store/seen.js';
export type { HistoryLine } from './classifier/store/store.js';
export { type FlatOptions, trainFlat } from './classifier/train/train-flat.js';
export { trainTree } from './classifier/train/train-tree.js';
export type { TreeHooks, TreeOptions } from './classifier/train/tree-options.js';
export type { TreeClassifier } from './classifier/tree.js';
// Images
export { type GeneratedOrganisms, type GenerateOptions, generateOrganisms } from './dataset/generate.js';
export { type ImageSet, selectImages } from './dataset/images.js';
export { type ListOptions, listImages } from './dataset/list.js';
export type { ImageListing, ImageRecord } from './dataset/listing.js';
export { type LoadedImages, type LoadOptions, loadImages } from './dataset/load.js';
export { type OpenedImages, type OpenOptions, openImages } from './dataset/open.js';
export type { Preprocessing } from './dataset/preprocessing.js';
export { limitPerClass, selectClasses } from './dataset/select.js';
export { type Fractions, kFolds, type Split, splitImages } from './dataset/split.js';
// Decisions from leaf probabilities
export { conformalSets } from './decision/conformal-sets.js';
export { type DecideOptions, decideLeaves } from './decision/decide-leaves.js';
export { greedyDescent } from './decision/greedy-descent.js';
export { minimumExpectedHeight } from './decision/minimum-expected-height.js';
export { mostProbableLeaf } from './decision/most-probable-leaf.js';
export { nodeProbabilities } from './decision/node-probabilities.js';
export { type Subtree, smallestSubtrees } from './decision/smallest-subtree.js';
export {
  type NodeChance,
  type StopOptions,
  type StoppedDecision,
  stopAtAncestor,
} from './decision/stop-at-ancestor.js';
export { topK } from './decision/top-k.js';
// Errors
export { CladenetError, type ErrorCode, type Problem } from './errors.js';
// Evaluation
export {
  type Attribution,
  type AttributionOptions,
  attributeMistakes,
  type NodeAttribution,
} from './evaluation/attribution/attribute.js';
export type { ChildScore, ConfusedPair } from './evaluation/attribution/children.js';
export type { Routing as AttributionRouting } from './evaluation/attribution/routing.js';
export type { NodeFit, Suggestion, SuggestionKind } from './evaluation/attribution/suggest.js';
export {
  findWeakSubtrees,
  type WeakSubtree,
  type WeakSubtreeOptions,
  type WeakSubtrees,
} from './evaluation/attribution/weak-subtrees.js';
export { type Comparison, type ComparisonOptions, compareClassifiers, type Difference } from './evaluation/compare.js';
export type { ConfusionMatrix } from './evaluation/confusion-matrix.js';
export { type Evaluation, type EvaluationOptions, evaluate } from './evaluation/evaluate.js';
export { type DepthScore, evaluateNodes, type NodeEvaluation, nodeLogLosses } from './evaluation/evaluate-nodes.js';
export { nodePredictions } from './evaluation/node-predictions.js';
export type { NamedPredictions, Predictions } from './evaluation/predictions.js';
export {
  binReliability,
  type NodeReliability,
  nodeReliability,
  type Reliability,
  type ReliabilityBin,
  type ReliabilityOptions,
  reliability,
} from './evaluation/reliability.js';
export { judgeStudy, type StudyOptions } from './evaluation/study.js';
export { excludesLoss, pairsAgainst } from './evaluation/study-claims.js';
export type { StudyMetric } from './evaluation/study-metrics.js';
export type {
  ArmSummary,
  MetricVerdict,
  OverSeeds,
  PairVerdict,
  RunSeconds,
  Study,
  StudyArm,
  StudyRun,
} from './evaluation/study-types.js';
// Groups of classes that are confused with each other
export { adjustedRandIndex } from './grouping/adjusted-rand.js';
export type { Linkage } from './grouping/agglomerative.js';
export { compareMethods, type MethodsComparison } from './grouping/compare-methods.js';
export {
  type Confusion,
  type CountOptions,
  confusionFromCounts,
  confusionFromPredictions,
  confusionFromShares,
  type SharesTable,
} from './grouping/confusion.js';
export { type ConfusionCsvOptions, confusionToCsv, readConfusion, writeConfusion } from './grouping/confusion-csv.js';
export { type GroupingMethod, type GroupingOptions, groupClasses } from './grouping/group-classes.js';
export { type GroupTaxonomyOptions, groupTaxonomy, type TaxonomyForm } from './grouping/group-taxonomy.js';
export type { Grouping, Merge } from './grouping/grouping.js';
export { type GroupMistakes, mistakesInGroup } from './grouping/mistakes.js';
export { type NamedGroup, namedGroups } from './grouping/named-groups.js';
export { confusionFromPredictionFile, type PredictionCsvOptions } from './grouping/prediction-csv.js';
export type { Recommendation, SweepPoint } from './grouping/recommend.js';
export { type Sweep, type SweepOptions, sweepBeta } from './grouping/sweep.js';
export {
  type SymmetricMatrix,
  type Symmetrization,
  type SymmetrizeOptions,
  symmetrize,
} from './grouping/symmetrize.js';
// Growing: a tree by another taxonomy, of which only what decides otherwise is trained
export { growTree } from './growing/grow.js';
export { type ChangedNode, type GrowthPlan, type KeptNode, planGrowth } from './growing/growth-plan.js';
export type { GrowHooks, Grown, GrowOptions, KnownClasses } from './growing/options.js';
// Networks and their training
export { type PresetName, presets } from './network/presets.js';
export type { HeadSpec, NetworkSpec, TrunkSpec } from './network/spec.js';
export type { Weights } from './network/weights.js';
export { assembleReport, type ReportOptions, writeReport } from './report/assemble.js';
export { confusionMatrixFigure } from './report/figures/confusion-figure.js';
export { type DendrogramOptions, dendrogramFigure } from './report/figures/dendrogram-figure.js';
export { learningCurves } from './report/figures/learning-curves.js';
export { reliabilityDiagram } from './report/figures/reliability-diagram.js';
export { type StudyFigureOptions, studyFigure } from './report/figures/study-figure.js';
export { type SweepFigureOptions, sweepFigure } from './report/figures/sweep-figure.js';
export { taxonomyFigure } from './report/figures/taxonomy-figure.js';
export { writeFigure } from './report/figures/write-figure.js';
export { htmlReport } from './report/html/html-report.js';
export type { ReportInput, ReportModel, ReportTuning, ReportWeak } from './report/html/input.js';
// Figures and tables
export { comparisonTable } from './report/tables/comparison-table.js';
export { agreementTable, groupsText, sweepTable } from './report/tables/group-tables.js';
export { type StudyTableOptions, studyTable } from './report/tables/study-table.js';
// The machine
export { diagnose, formatDiagnosis } from './setup/diagnose.js';
export type { Device } from './setup/locate.js';
export { runSetup } from './setup/setup.js';
// Studies: arms trained over several seeds, and judged
export type {
  ErrorGroups,
  FlatArm,
  SpecialistsArm,
  StudyArmConfig,
  StudyConfig,
  StudyConfigInput,
  TreeArm,
} from './study/config.js';
export type { OpenImages } from './study/data.js';
export type { SettingDifference } from './study/differences.js';
export type { ModelNews, PredictionNews, RunStudyOptions, StudyHooks } from './study/hooks.js';
export { runStudy, type StudiedArm, type StudyResult } from './study/run-study.js';
// Taxonomies
export { flatTaxonomy, randomTaxonomy } from './taxonomy/control-taxonomies.js';
export { type DrawOptions, drawTree } from './taxonomy/draw-tree.js';
export { editTaxonomy, type TaxonomyEdit } from './taxonomy/edit.js';
export { lcaHeights } from './taxonomy/lca-heights.js';
export { type MatchOptions, matchClasses } from './taxonomy/match-classes.js';
export { type ParseOptions, parseTaxonomy } from './taxonomy/parse.js';
export { readTaxonomy } from './taxonomy/read.js';
export { type Lineage, Taxonomy, type TaxonomyNode } from './taxonomy/taxonomy.js';
export { toCsv, toJson, writeTaxonomy } from './taxonomy/write.js';
export type { NdArray, NumberArray } from './tensorflow/nd-array.js';
export { type Checkpoint, type CheckpointStore, checkpointFolder } from './training/checkpoint.js';
export type { TrainingConfig, TrainingConfigInput } from './training/config.js';
export type { EpochRecord } from './training/epoch-record.js';
export type { FitHooks, FitProgress } from './training/hooks.js';
// Tuning: new versions of a few nodes of a tree
export { fineTune } from './tuning/fine-tune.js';
export type { NodeTuning } from './tuning/node-tuning.js';
export type { NodesToTune, NodeToTune, Tuned, TuneHooks, TuneOptions } from './tuning/options.js';
export type { Weakest } from './tuning/weakest.js';
export { VERSION } from './version.js';

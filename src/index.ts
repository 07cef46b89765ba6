/**
 * cladenet: hierarchical, taxonomy-aware image classification.
 *
 * This is the documented way through, in its order: from images and a taxonomy to classifiers, their comparison, and a
 * report. Each function is here with the types of its arguments and of its result. Everything here but errors and the
 * version is also at the subpath of its room (`cladenet/taxonomy`, `cladenet/evaluation`, ...), beside what fewer people need.
 *
 * Importing it loads nothing native: TensorFlow is loaded by the first training or prediction, sharp by the first image
 * that is no grey JPEG.
 *
 * @module
 */

// Calibration on validation images: temperatures, and thresholds and sets with a guarantee
export {
  type ConformalQuantile,
  calibrateSets,
  calibrateStop,
  type FittedTemperature,
  fitTemperature,
  type StopScores,
  type StopThreshold,
  type StopThresholdOptions,
  scaleTemperature,
  thresholdFor,
} from './calibration/index.js';
// Classifiers: images split into training, validation and test sets; a flat classifier; trees and specialists on it
// Images that a classifier has not learned from: what it may be judged on
// Groups of classes that a classifier confuses, and taxonomies of them
export {
  type BalanceOptions,
  balanceByAugmentation,
  type Classification,
  type Classifier,
  type ClassifyOptions,
  confusionOfModel,
  type Description,
  type FlatClassifier,
  type FlatOptions,
  type HistoryLine,
  type JudgedImages,
  type JudgedOn,
  judgedImages,
  type LoadClassifierOptions,
  loadClassifier,
  type ModelConfusion,
  type ModelConfusionOptions,
  type OutOfFoldOptions,
  type OutOfFoldPredictions,
  outOfFoldPredictions,
  type PredictOptions,
  type PrepareOptions,
  prepareData,
  preprocessingFor,
  type Routing,
  type SeenImages,
  type SpecialistOptions,
  type TestScore,
  type TrainingData,
  type TreeClassifier,
  type TreeOptions,
  testImages,
  trainFlat,
  trainSpecialists,
  trainTree,
  type UnseenOptions,
  unseenImages,
} from './classifier/index.js';
// Images: listed in folders or tables, and decoded to squares of one size
export {
  type GeneratedOrganisms,
  type GenerateOptions,
  generateOrganisms,
  type ImageListing,
  type ImageRecord,
  type ImageSet,
  type ListOptions,
  type LoadedImages,
  type LoadOptions,
  limitPerClass,
  listImages,
  loadImages,
  type OpenedImages,
  type OpenOptions,
  openImages,
  type Preprocessing,
  selectClasses,
} from './dataset/index.js';
// Decisions: from leaf probabilities to classes, to nodes above them, or to sets of classes
export {
  conformalSets,
  type DecideOptions,
  decideLeaves,
  type Probabilities,
  type StopOptions,
  type StoppedDecision,
  type Subtree,
  smallestSubtrees,
  stopAtAncestor,
  topK,
} from './decision/index.js';
// Errors and the version
export { CladenetError, type ErrorCode, type Problem } from './errors.js';
// Evaluation: metrics and comparisons of predictions, and the sub-trees that mistakes come from
// Studies: arms trained over several seeds, and judged together
export {
  type Attribution,
  type AttributionOptions,
  attributeMistakes,
  type Comparison,
  type ComparisonOptions,
  type ConfusionMatrix,
  compareClassifiers,
  type Evaluation,
  type EvaluationOptions,
  evaluate,
  evaluateNodes,
  findWeakSubtrees,
  judgeStudy,
  type NamedPredictions,
  type NodeEvaluation,
  type Predictions,
  type Reliability,
  type ReliabilityOptions,
  reliability,
  type Study,
  type StudyArm,
  type StudyOptions,
  type StudyRun,
  type WeakSubtreeOptions,
  type WeakSubtrees,
} from './evaluation/index.js';
export {
  type Confusion,
  type ConfusionCsvOptions,
  type ConfusionUnit,
  type CountOptions,
  compareMethods,
  confusionFromCounts,
  confusionFromPredictions,
  type Grouping,
  type GroupingOptions,
  type GroupTaxonomyOptions,
  groupClasses,
  groupTaxonomy,
  type MethodsComparison,
  readConfusion,
  type Sweep,
  type SweepOptions,
  sweepBeta,
  writeConfusion,
} from './grouping/index.js';
// Trees that change: nodes that decide better, and classes added, moved or merged
export { type Grown, type GrowOptions, growTree } from './growing/index.js';
export { type NetworkSpec, type PresetName, presets } from './network/index.js';
// Tables, figures, and the report as one HTML page
export {
  type ComparisonTableOptions,
  type ConfusionCounts,
  type ConfusionFigureOptions,
  type CurveHistory,
  comparisonTable,
  confusionMatrixFigure,
  type DendrogramOptions,
  type DiagramSeries,
  dendrogramFigure,
  learningCurves,
  type ReportedClassifiers,
  type ReportOptions,
  reliabilityDiagram,
  type StudyFigureOptions,
  type StudyTableOptions,
  type SweepFigureOptions,
  studyFigure,
  studyTable,
  sweepFigure,
  type TaxonomyFigureNode,
  type TaxonomyFigureOptions,
  taxonomyFigure,
  writeFigure,
  writeReport,
} from './report/index.js';
// The machine: TensorFlow set up, and what is wrong
export {
  type DiagnoseOptions,
  type Diagnosis,
  diagnose,
  runSetup,
  type SetupOptions,
  type SetupResult,
} from './setup/index.js';
export { type RunStudyOptions, runStudy, type StudyConfigInput, type StudyResult } from './study/index.js';
// Taxonomies: the tree of the classes
export {
  type CheckOptions,
  type DrawOptions,
  drawTree,
  editTaxonomy,
  flatTaxonomy,
  type Lineage,
  type ParseOptions,
  randomTaxonomy,
  readTaxonomy,
  Taxonomy,
  type TaxonomyEdit,
  type TaxonomyNode,
  writeTaxonomy,
} from './taxonomy/index.js';
export {
  type CheckpointStore,
  checkpointFolder,
  type EpochRecord,
  type TrainingConfigInput,
} from './training/index.js';
export { fineTune, type NodesToTune, type Tuned, type TuneOptions } from './tuning/index.js';
export { VERSION } from './version.js';

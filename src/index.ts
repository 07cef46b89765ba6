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

// Taxonomies: the tree of the classes
export {
  readTaxonomy,
  Taxonomy,
  drawTree,
  editTaxonomy,
  writeTaxonomy,
  flatTaxonomy,
  randomTaxonomy,
} from './taxonomy/index.js';
export type {
  CheckOptions,
  DrawOptions,
  Lineage,
  ParseOptions,
  Taxon,
  TaxonomyEdit,
  TaxonomyFormat,
  TaxonomyNode,
} from './taxonomy/index.js';

// Images: listed in folders or tables, and decoded to squares of one size
export {
  openImages,
  listImages,
  loadImages,
  selectClasses,
  limitPerClass,
  generateOrganisms,
} from './dataset/index.js';
export type {
  GeneratedOrganisms,
  GenerateOptions,
  ImageListing,
  ImageRecord,
  ImageSet,
  ListOptions,
  LoadedImages,
  LoadOptions,
  OpenedImages,
  OpenOptions,
  Preprocessing,
} from './dataset/index.js';

// Networks by name, and the images that they take
export { presets } from './network/index.js';
export type { NetworkSpec, PresetName } from './network/index.js';
export { preprocessingFor } from './classifier/index.js';

// Training data: images split into training, validation and test sets
export { prepareData, balanceByAugmentation, testImages } from './classifier/index.js';
export type { BalanceOptions, PrepareOptions, TrainingData } from './classifier/index.js';

// Classifiers: a flat one, trees and specialists on it; trained, resumed, loaded, and predicted with
export { trainFlat, trainTree, trainSpecialists, loadClassifier } from './classifier/index.js';
export type {
  Classification,
  Classifier,
  ClassifyOptions,
  Description,
  FeatureClassifier,
  FlatClassifier,
  FlatOptions,
  HistoryLine,
  LoadClassifierOptions,
  PredictOptions,
  Routing,
  SeenImages,
  SpecialistOptions,
  TestScore,
  TreeClassifier,
  TreeOptions,
} from './classifier/index.js';
export { checkpointFolder } from './training/index.js';
export type {
  CheckpointStore,
  EpochRecord,
  LoadedCheckpoint,
  TrainingConfigInput,
  UnfinishedEpoch,
} from './training/index.js';

// Images that a classifier may be judged on, because it has not learned from them
export { judgedImages, unseenImages, outOfFoldPredictions } from './classifier/index.js';
export type {
  JudgedImages,
  JudgedOn,
  OutOfFoldOptions,
  OutOfFoldPredictions,
  UnseenOptions,
} from './classifier/index.js';

// Evaluation of predictions: metrics, comparisons, calibration, and the sub-trees that mistakes come from
export {
  evaluate,
  evaluateNodes,
  compareClassifiers,
  reliability,
  attributeMistakes,
  findWeakSubtrees,
} from './evaluation/index.js';
export type {
  Attribution,
  AttributionOptions,
  Comparison,
  ComparisonOptions,
  ConfusionMatrix,
  Evaluation,
  EvaluationOptions,
  NamedPredictions,
  NodeEvaluation,
  Predictions,
  Reliability,
  ReliabilityOptions,
  WeakSubtreeOptions,
  WeakSubtrees,
} from './evaluation/index.js';

// Decisions: from leaf probabilities to classes, to nodes above them, or to sets of classes
export { decideLeaves, topK, stopAtAncestor, conformalSets, smallestSubtrees } from './decision/index.js';
export type { DecideOptions, Probabilities, StoppedDecision, StopOptions, Subtree } from './decision/index.js';

// Calibration on validation images: thresholds and sets with a guarantee, and temperatures
export { calibrateStop, thresholdFor, calibrateSets, fitTemperature, scaleTemperature } from './calibration/index.js';
export type {
  ConformalQuantile,
  FittedTemperature,
  StopScores,
  StopThreshold,
  StopThresholdOptions,
} from './calibration/index.js';

// Trees that change: nodes that decide better, and classes added, moved or merged
export { fineTune } from './tuning/index.js';
export type { NodesToTune, Tuned, TuneOptions } from './tuning/index.js';
export { growTree } from './growing/index.js';
export type { Grown, GrowOptions } from './growing/index.js';

// Groups of classes that a classifier confuses, and taxonomies of them
export { confusionOfModel } from './classifier/index.js';
export type { ModelConfusion, ModelConfusionOptions } from './classifier/index.js';
export {
  confusionFromPredictions,
  confusionFromCounts,
  readConfusion,
  writeConfusion,
  groupClasses,
  sweepBeta,
  compareMethods,
  groupTaxonomy,
} from './grouping/index.js';
export type {
  Confusion,
  ConfusionCsvOptions,
  ConfusionUnit,
  CountOptions,
  Grouping,
  GroupingOptions,
  GroupTaxonomyOptions,
  MethodsComparison,
  Sweep,
  SweepOptions,
} from './grouping/index.js';

// Studies: arms trained over several seeds, and judged together
export { runStudy } from './study/index.js';
export type { RunStudyOptions, StudyConfigInput, StudyResult } from './study/index.js';
export { judgeStudy } from './evaluation/index.js';
export type { Study, StudyArm, StudyOptions, StudyRun } from './evaluation/index.js';

// Tables, figures, and the report as one HTML page
export {
  comparisonTable,
  studyTable,
  writeReport,
  learningCurves,
  confusionMatrixFigure,
  taxonomyFigure,
  reliabilityDiagram,
  dendrogramFigure,
  sweepFigure,
  studyFigure,
  writeFigure,
} from './report/index.js';
export type {
  ComparisonTableOptions,
  ConfusionCounts,
  ConfusionFigureOptions,
  CurveHistory,
  DendrogramOptions,
  DiagramSeries,
  ReportedClassifiers,
  ReportOptions,
  StudyFigureOptions,
  StudyTableOptions,
  SweepFigureOptions,
  TaxonomyFigureNode,
  TaxonomyFigureOptions,
} from './report/index.js';

// The machine: TensorFlow set up, and what is wrong
export { runSetup, diagnose } from './setup/index.js';
export type { DiagnoseOptions, Diagnosis, SetupOptions, SetupResult } from './setup/index.js';

// Errors and the version
export { CladenetError } from './errors.js';
export type { ErrorCode, Problem } from './errors.js';
export { VERSION } from './version.js';

/**
 * `cladenet/classifier`: flat classifiers, trees and specialists: trained, kept, loaded, and judged on images that they have
 * not seen.
 *
 * @module
 */
// Classifiers and what they return
export type { Classification, ClassifyOptions } from './classification.js';
export type { Classifier, PredictOptions } from './classifier.js';
// Training data
export { type BalanceOptions, balanceByAugmentation } from './data/balance.js';
export { type PrepareOptions, prepareData, type TrainingData } from './data/training-data.js';
export type { LabelGroup, Truth } from './data/truth.js';
export type { FlatClassifier } from './flat.js';
// Images that a classifier may be judged on, their labels and their taxonomy
export { type SeparatedImages, separateInnerLabels } from './judging/inner-labels.js';
export { type JudgedImages, type JudgedOn, judgedImages } from './judging/judged-images.js';
export { judgingTaxonomy } from './judging/judging-taxonomy.js';
export { type ClassifierLabels, labelsFor, requireLabelsFor } from './judging/labels.js';
export {
  confusionOfModel,
  type ImagesForConfusion,
  imagesForConfusion,
  type ModelConfusion,
  type ModelConfusionOptions,
} from './judging/model-confusion.js';
export { type NodeFits, nodeFits } from './judging/node-fits.js';
export { keptStopScores } from './judging/stop-scores.js';
export { testImages } from './judging/test-images.js';
export { type UnseenOptions, unseenByAll, unseenImages } from './judging/unseen-images.js';
export type { WeightsByModule } from './modules.js';
export {
  type FoldNews,
  type OutOfFoldHooks,
  type OutOfFoldOptions,
  type OutOfFoldPredictions,
  outOfFoldPredictions,
} from './out-of-fold/out-of-fold.js';
export { composeProduct, type NodeDecision } from './predict/compose.js';
export { preprocessingFor } from './preprocessing.js';
// What a classifier says of itself, as in `classifier.json`
export type {
  Decider,
  Description,
  FlatDescription,
  Measure,
  NodeAttempt,
  NodeDescription,
  Routing,
  SpecialistVerdict,
  TestScore,
  TrainingSummary,
  TreeDecision,
  TreeDescription,
  Trunks,
} from './schema.js';
// Specialists within groups of classes
export {
  type ScoreSpecialistsOptions,
  type SpecialistsScore,
  type SpecialistsScores,
  scoreSpecialists,
} from './specialists/score-specialists.js';
export { gentleTraining, type SpecialistOptions, trainSpecialists } from './specialists/train-specialists.js';
// Training, and what is kept of it
export { type LoadClassifierOptions, loadClassifier } from './store/load.js';
export type { SeenImages } from './store/seen.js';
export type { HistoryLine } from './store/store.js';
export { type FlatOptions, trainFlat } from './train/train-flat.js';
export {
  type IntoOptions,
  type ResumeOptions,
  type Stores,
  sameFlatIn,
  trainFlatInto,
  trainInto,
} from './train/train-into.js';
export { trainTree } from './train/train-tree.js';
export type { TreeHooks, TreeOptions } from './train/tree-options.js';
export type { TreeClassifier } from './tree.js';

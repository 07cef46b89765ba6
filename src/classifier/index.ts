/**
 * `cladenet/classifier`: flat classifiers, trees and specialists: trained, kept, loaded, and judged on images that they have
 * not seen.
 *
 * @module
 */
// Training data
export { preprocessingFor } from './preprocessing.js';
export { type PrepareOptions, prepareData, type SplitOrigin, type TrainingData } from './data/training-data.js';
export { type BalanceOptions, balanceByAugmentation } from './data/balance.js';
export type { LabelGroup, Truth } from './data/truth.js';
export { type ThinOptions, thinLabels } from './data/thin-labels.js';
export { type PseudoLabelOptions, type PseudoLabelled, withPseudoLabels } from './data/pseudo-labels.js';
export { withUnlabelled } from './data/unlabelled.js';

// Classifiers, what they predict, and what is known of them, as in `classifier.json`
export type { Classifier } from './classifier.js';
export type { Amending, Among, Classification, ClassifyOptions, PredictOptions } from './classification.js';
export type { FeatureClassifier } from './feature-classifier.js';
export type { FeatureDecider, FeatureSource } from './feature-schema.js';
export type { FlatClassifier } from './flat.js';
export type { TreeClassifier } from './tree.js';
export type {
  Decider,
  Description,
  FeatureDescription,
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
export type { HistoryLine } from './store/store.js';
export type { SeenImages } from './store/seen.js';
export type { WeightsByModule } from './modules.js';
export type { InputKind, InputPath } from '../outputs/output-path.js';

// Training, resuming and loading
export type { TeacherOptions, TeachingClassifier } from './train/teacher-options.js';
export { type FlatOptions, trainFlat } from './train/train-flat.js';
export { trainTree } from './train/train-tree.js';
export type { FeatureOptions, Measuring, TableChoice } from './train/feature-options.js';
export { type FuseOptions, fuse } from './train/fuse.js';
export { type TrainFeatureHeadOptions, trainFeatureHead } from './train/train-feature-head.js';
export { type TrainForestOptions, trainForest } from './train/train-forest.js';
export type { NodeForestOptions, TreeHooks, TreeOptions } from './train/tree-options.js';
export {
  type IntoOptions,
  type ResumeOptions,
  type Stores,
  sameFlatIn,
  trainFlatInto,
  trainInto,
} from './train/train-into.js';
export {
  trainSomeSpecialistsInto,
  trainSpecialistsInto,
  trainTreeInto,
  trainTreeNodesInto,
} from './train/trees-into.js';
export { type LoadClassifierOptions, loadClassifier } from './store/load.js';

// Specialists within groups of classes
export { gentleTraining, type SpecialistOptions, trainSpecialists } from './specialists/train-specialists.js';
export {
  type ScoreSpecialistsOptions,
  type SpecialistsScore,
  type SpecialistsScores,
  scoreSpecialists,
} from './specialists/score-specialists.js';
export { type ScoreThresholdsOptions, scoreThresholds } from './specialists/score-thresholds.js';

// Predictions of training images by classifiers that have not seen them; leaf probabilities from decisions of nodes
export {
  type FoldNews,
  type OutOfFoldHooks,
  type OutOfFoldOptions,
  type OutOfFoldPredictions,
  outOfFoldPredictions,
} from './out-of-fold/out-of-fold.js';
export { type FoldedData, type OutOfFoldOfOptions, outOfFoldOf, someFoldsOf } from './out-of-fold/out-of-fold-of.js';
export { composeProduct, type NodeDecision } from './predict/compose.js';

// Deep features, and the tables that features are selected on
export { selectionDataOf } from './train/selection-data-of.js';
export { type EmbedOptions, embed } from './predict/embed.js';

// Images that a classifier may be judged on
export { testImages } from './judging/test-images.js';
export { type JudgedImages, type JudgedOn, judgedImages } from './judging/judged-images.js';
export { type UnseenOptions, unseenByAll, unseenImages } from './judging/unseen-images.js';
export { type ComparableImages, comparableImages, type LeftOut } from './judging/comparable-images.js';
export { openSets } from './judging/map-sets.js';

// What they are judged by: labels, a taxonomy, confusions, and what the training has kept
export { type ClassifierLabels, labelsFor, requireLabelsFor } from './judging/labels.js';
export { type SeparatedImages, separateInnerLabels } from './judging/inner-labels.js';
export { judgingTaxonomy } from './judging/judging-taxonomy.js';
export {
  confusionOfModel,
  type ImagesForConfusion,
  imagesForConfusion,
  type ModelConfusion,
  type ModelConfusionOptions,
} from './judging/model-confusion.js';
export { type NodeFits, nodeFits } from './judging/node-fits.js';
export { keptStopScores } from './judging/stop-scores.js';

// Judging in one call: finds the images, classifies them, and evaluates
export {
  type ClassifierEvaluation,
  type EvaluateClassifierOptions,
  evaluateClassifier,
} from './judging/evaluate-classifier.js';
export { type JudgedWeakSubtrees, type WeakSubtreesOfOptions, weakSubtreesOf } from './judging/weak-subtrees-of.js';
export {
  balanceOnValidation,
  type ChosenBalance,
  chooseBalanceOf,
  trainingCounts,
  type ValidationBalance,
  type ValidationBalanceOptions,
} from './judging/choose-balance.js';
export {
  type ChosenClassThresholds,
  type ClassThresholdsOptions,
  classThresholdsOf,
} from './judging/choose-class-thresholds.js';
export { type ChosenSets, type ChooseSetsOptions, chooseSets } from './judging/choose-sets.js';
export { type ImagesAmong, imagesAmong } from './judging/images-among.js';
export { type ChooseStopOptions, type ChosenStop, chooseStopThreshold } from './judging/choose-stop-threshold.js';
export {
  type ChooseNoveltyRuleOptions,
  type ChosenNoveltyRule,
  chooseNoveltyRule,
  type MethodOutcome,
} from './judging/choose-novelty-rule.js';
export {
  type EvaluateNoveltyOptions,
  evaluateNovelty,
  type NoveltyEvaluation,
  type NoveltyScores,
} from './judging/evaluate-novelty.js';
export type { NoveltyImagesOptions } from './judging/novelty-images.js';
export { type NoveltyChoice, type NoveltyRule, readNoveltyRule, writeNoveltyRule } from './judging/novelty-rule.js';

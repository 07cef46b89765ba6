/**
 * `cladenet/evaluation`: metrics, comparisons, studies over seeds and the origin of mistakes, from predictions of any
 * classifier.
 *
 * @module
 */
export {
  type Attribution,
  type AttributionOptions,
  attributeMistakes,
  type NodeAttribution,
} from './attribution/attribute.js';
export type { ChildScore, ConfusedPair } from './attribution/children.js';
export type { Routing as AttributionRouting } from './attribution/routing.js';
export type { NodeFit, Suggestion, SuggestionKind } from './attribution/suggest.js';
export {
  findWeakSubtrees,
  type WeakSubtree,
  type WeakSubtreeOptions,
  type WeakSubtrees,
} from './attribution/weak-subtrees.js';
export type { Averages } from './averages.js';
export type { BiologicalAverages } from './biological.js';
export { type Comparison, type ComparisonOptions, compareClassifiers, type Difference } from './compare.js';
export { accuracyAtRank, type RankAccuracy } from './by-rank.js';
export type { ComparedMetric } from './compared-metrics.js';
export type { ConfusionMatrix } from './confusion-matrix.js';
export {
  type CompareStoppingOptions,
  compareStopping,
  type StoppingArm,
  type StoppingDifference,
} from './curves/compare-stopping.js';
export { riskCoverage } from './curves/risk-coverage.js';
export { coverageAt, type StopCurve, type StopCurveOptions, type StopPoint, stopCurve } from './curves/stop-curve.js';
export { type AdjustedCounts, type AdjustOptions, adjustCounts } from './counting/adjust-counts.js';
export type { ClassBias } from './counting/class-bias.js';
export type { KnownConfidences } from './counting/confidences.js';
export { countScores, type KnownScores, knownScores, type ScoredSample } from './counting/count-scores.js';
export type { AdjustedCount, ClassCount, NodeCount } from './counting/summarise-draws.js';
export type { Doubt } from './counting/doubts.js';
export { type SamplesOptions, samplesOf } from './counting/read-predictions.js';
export { type ReadScoresOptions, readScores, type ScoresTable, scoredSamples } from './counting/read-scores.js';
export { evaluateSets, type SetEvaluation } from './set-evaluation.js';
export { type Evaluation, type EvaluationOptions, evaluate } from './evaluate.js';
export { type DepthScore, evaluateNodes, type NodeEvaluation, nodeLogLosses } from './evaluate-nodes.js';
export type { HierarchicalScore } from './hierarchical.js';
export { nodePredictions } from './node-predictions.js';
export { type ChooseNoveltyOptions, chooseNovelty } from './novelty/choose-novelty.js';
export { type HeldOut, holdOut, lonelyProblems } from './novelty/held-out.js';
export {
  atKnownAccuracy,
  atThreshold,
  type KnownImages,
  type NoveltyCurve,
  type NoveltyCurveOptions,
  type NoveltyPoint,
  noveltyCurve,
  type UnseenImages,
} from './novelty/novelty-curve.js';
export type { ClassScore } from './per-class.js';
export type { NodeScore } from './per-node.js';
export type { NamedPredictions, Predictions } from './predictions.js';
export {
  binReliability,
  type NodeReliability,
  nodeReliability,
  type Reliability,
  type ReliabilityBin,
  type ReliabilityOptions,
  reliability,
} from './reliability.js';
export { judgeStudy, type StudyOptions } from './study.js';
export { excludesLoss, pairsAgainst } from './study-claims.js';
export type { StudyMetric } from './study-metrics.js';
export type {
  ArmSummary,
  MetricVerdict,
  OverSeeds,
  PairVerdict,
  RunSeconds,
  Study,
  StudyArm,
  StudyRun,
} from './study-types.js';

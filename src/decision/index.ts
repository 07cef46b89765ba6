/**
 * `cladenet/decision`: decisions from leaf probabilities: classes, nodes and sets of classes.
 *
 * @module
 */
export { columnsAmong, type ProbabilitiesAmong, probabilitiesAmong } from './among.js';
export { type ClassThresholdTable, readClassThresholds, writeClassThresholds } from './class-threshold-table.js';
export {
  type ClassThreshold,
  type ClassThresholdRule,
  chooseClassThresholds,
  type ThresholdPredictions,
} from './class-thresholds.js';
export { conformalSets } from './conformal-sets.js';
export { type DecideOptions, decideLeaves } from './decide-leaves.js';
export { greedyDescent } from './greedy-descent.js';
export { hierarchicalEnsemble } from './hierarchical-ensemble.js';
export { adjustLogits, adjustNodeLogits, type Balance } from './logit-adjustment.js';
export { minimumExpectedHeight } from './minimum-expected-height.js';
export { mostProbableLeaf } from './most-probable-leaf.js';
export { type NodeProbabilities, nodeProbabilities } from './node-probabilities.js';
export { type NodeSet, type NodeSetOptions, nodeSets } from './node-sets.js';
export {
  decideNovelty,
  type NoveltyDecision,
  type NoveltyOptions,
  newChildProbabilities,
} from './novelty/decide-novelty.js';
export type { NoveltyEvidence, NoveltyMethod } from './novelty/method.js';
export { type NewChildProbabilities, NOVELTY_METHODS, type NoveltyMethodName } from './novelty/methods.js';
export { type PredictionSetOptions, predictionSets } from './prediction-sets.js';
export type { Probabilities } from './probabilities.js';
export { type Subtree, smallestSubtrees } from './smallest-subtree.js';
export { type NodeChance, type StopOptions, type StoppedDecision, stopAtAncestor } from './stop-at-ancestor.js';
export type { Descent, StopRule } from './stop-rules.js';
export { topK } from './top-k.js';
export type { TreeIndex } from './tree-index.js';

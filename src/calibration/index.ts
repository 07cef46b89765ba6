/**
 * `cladenet/calibration`: probabilities that mean what they say, and thresholds and sets with a guarantee, from
 * labelled images.
 *
 * @module
 */
export { type BalanceCurveOptions, type BalancePoint, balanceCurve, chooseBalance } from './balance.js';
export { type ConformalQuantile, calibrateSets } from './conformal-quantile.js';
export { fitMixture } from './mixture.js';
export { calibrateNodeSets, type NodeSetCalibration } from './node-set-quantile.js';
export { fitNoveltyProbability, type NoveltyProbability, noveltyProbability } from './novelty-probability.js';
export { fitNodeTemperatures, scaleNodeTemperatures } from './node-temperatures.js';
export {
  calibrateStop,
  type StopScores,
  type StopScoresOptions,
  type StopThreshold,
  type StopThresholdOptions,
  stopScores,
  thresholdFor,
} from './stop-threshold.js';
export { type FittedTemperature, fitTemperature, scaleTemperature } from './temperature.js';

/** The CNN block of a classifier, as a source of deep features. */
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { TrunkSpec } from '../network/spec.js';
import type { Weights } from '../network/weights.js';

/** A trained CNN block, and how the images that it takes are prepared. */
export interface TrainedTrunk {
  readonly spec: TrunkSpec;
  readonly weights: Weights;
  readonly preprocessing: Preprocessing;
}

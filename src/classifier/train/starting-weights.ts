/** What a CNN block that no classifier trained before starts from. */
import type { TrunkSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import { type LoadTrunkOptions, loadTrunk } from '../../pretrained/load-trunk.js';
import { RANDOM, type TrainingConfig } from '../../training/config.js';

/** Weights that replace random ones, and what they were read from. */
export interface StartingWeights {
  /** None where the training starts from random ones. */
  readonly weights: Weights;
  /** SHA-256 of the file that they were read from. */
  readonly sha256: string | undefined;
}

/** The weights that replace random ones. @throws CladenetError as `loadTrunk` */
export async function startingWeights(
  { trunkWeights }: Pick<TrainingConfig, 'trunkWeights'>,
  trunk: TrunkSpec,
  options: LoadTrunkOptions = {},
): Promise<StartingWeights> {
  if (trunkWeights === RANDOM) return { weights: {}, sha256: undefined };
  return loadTrunk(trunkWeights, trunk, options);
}

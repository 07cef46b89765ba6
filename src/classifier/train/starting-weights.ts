/** What a CNN block that no classifier trained before starts from. */
import type { TrunkSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import { type LoadTrunkOptions, loadTrunk } from '../../pretrained/load-trunk.js';
import { RANDOM, type TrainingConfig } from '../../training/config.js';

/** The weights that replace random ones; none where the training starts from random ones. @throws CladenetError as `loadTrunk` */
export async function startingWeights(
  { trunkWeights }: Pick<TrainingConfig, 'trunkWeights'>,
  trunk: TrunkSpec,
  options: LoadTrunkOptions = {},
): Promise<Weights> {
  if (trunkWeights === RANDOM) return {};
  return (await loadTrunk(trunkWeights, trunk, options)).weights;
}

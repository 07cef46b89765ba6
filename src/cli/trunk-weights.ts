/** The weights that a training starts from, looked at before any image is decoded. */
import type { z } from 'zod';
import type { fineTuningOptions, trainingOptions } from '../options/training.js';
import { networkOf, presetTrainingOf } from '../options/training-config.js';
import type { networkOptions } from '../options/training-run.js';
import { loadTrunk } from '../pretrained/load-trunk.js';
import { log } from '../progress.js';
import { licensedName } from '../setup/trunks.js';
import { RANDOM } from '../training/config.js';

type Command = z.output<z.ZodObject<typeof networkOptions & typeof trainingOptions & typeof fineTuningOptions>> & {
  readonly seed: number;
};

/**
 * Fetches the weights that the command names unless they are in the cache, and checks that they fit the network.
 *
 * @throws CladenetError as `loadTrunk`
 */
export async function checkTrunkWeights(command: Command, signal: AbortSignal): Promise<void> {
  const { trunkWeights = RANDOM } = presetTrainingOf(command);
  if (trunkWeights === RANDOM) return;
  const { trunk } = networkOf(command);
  const { file, licence, ignored } = await loadTrunk(trunkWeights, trunk, { signal, output: process.stderr });
  log(`the CNN block starts from ${licence === undefined ? file : licensedName(licence)}`);
  if (ignored.length > 0) log(`not used of these weights: ${ignored.join(', ')} (the classifier is trained anew)`);
}

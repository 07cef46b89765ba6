/** The weights that a CNN block starts from: fetched, or read from a file. */
import { access } from 'node:fs/promises';
import { CladenetError } from '../errors.js';
import { sha256OfFile } from '../hash.js';
import type { TrunkSpec } from '../network/spec.js';
import type { Output } from '../progress.js';
import { isTrunkName } from '../setup/trunk-packages.js';
import { type CachedTrunk, getTrunk } from '../setup/trunks.js';
import { readWeightsFile } from '../weights/read.js';
import { type MappedWeights, mapWeights } from './map-weights.js';

/** A CNN block as it was trained elsewhere. */
export interface PretrainedTrunk extends MappedWeights {
  /** The file that it was read from. */
  readonly file: string;
  /** SHA-256 of that file. */
  readonly sha256: string;
  /** Its licence, if cladenet fetched it. */
  readonly licence: CachedTrunk | undefined;
}

/** How weights are fetched. */
export interface LoadTrunkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where the progress of a download is written. Default: nowhere. */
  readonly output?: Output | undefined;
}

/**
 * The weights of the CNN block `spec`.
 *
 * @param source a name of `trunk list`, whose weights are fetched unless they are in the cache, or a file
 * @throws CladenetError RUNTIME when they cannot be fetched; MODEL when the file cannot be read, or does not fit; ABORTED
 */
export async function loadTrunk(
  source: string,
  spec: TrunkSpec,
  { signal, output = { write: () => undefined } }: LoadTrunkOptions = {},
): Promise<PretrainedTrunk> {
  const licence = isTrunkName(source) ? await getTrunk(source, { signal, output }) : undefined;
  if (licence === undefined) await requireThere(source);
  const file = licence?.file ?? source;
  const arrays = await readWeightsFile(file);
  return { ...mapWeights(file, arrays, spec), file, sha256: await sha256OfFile(file), licence };
}

async function requireThere(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  throw new CladenetError('MODEL', 'There are no such weights', [
    {
      where: 'trunkWeights',
      expected: 'a .safetensors or .pth file, or a network whose weights can be fetched',
      received: path,
      remedy: 'npx cladenet trunk list',
    },
  ]);
}

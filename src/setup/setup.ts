/** Sets TensorFlow up: downloads or compiles into the user's cache what is missing or damaged, and keeps the rest. */
import { dirname } from 'node:path';
import { CladenetError } from '../errors.js';
import type { Output } from '../progress.js';
import { addonPath, compileAddon, requireCompiler } from './addon.js';
import { fetchTensorflow } from './fetch.js';
import { freeBytesFor, GPU_NEEDED, GPU_REMEDY, type Host, thisMachine } from './host.js';
import { cacheFolder, type Layout, layoutOf, type Variant } from './layout.js';
import { type Device, requireDriver, serves, wantedVariant } from './locate.js';
import { withLock } from './lock.js';
import { nodeProblem, reportUntestedNode } from './node-version.js';
import { tryOfficialAddon } from './official.js';
import type { Probe } from './probe.js';
import { diskFull, notSetUp, setupError } from './setup-error.js';
import { fetchTfjs, findTfjs } from './tfjs.js';
import { discard, flawOfContents, NOTHING, removeAbandonedWork } from './verified-folder.js';

/** Options of {@link runSetup}. */
export interface SetupOptions {
  /**
   * `gpu`: the CUDA build, and an error where no GPU can be used; `cpu`: the CPU build. Default: the CUDA build where an
   * NVIDIA driver is loaded, else the CPU build.
   */
  readonly device?: Device | undefined;
  /** Whether to download and compile everything again. Default: false. */
  readonly force?: boolean | undefined;
  /** Where progress is written. Default: standard error. */
  readonly output?: Output | undefined;
  /** Aborts the set-up; nothing unfinished is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link runSetup} set up. */
export interface SetupResult {
  /** The cache folder. */
  readonly cache: string;
  /** The native addon that will be loaded. */
  readonly addon: string;
  /** The build; `official`: the addon that TensorFlow.js's own installation downloaded. */
  readonly build: Variant | 'official';
  /** Where it computes on this machine. */
  readonly device: Device;
  /** TensorFlow's version. */
  readonly tensorflow: string;
  /** Whether anything was fetched or compiled. */
  readonly changed: boolean;
}

/**
 * Sets TensorFlow up for this user, once: downloads the library (about 260 MB; 3.4 GB with CUDA) with pip and compiles the
 * addon (about 15 s) into the cache folder (`CLADENET_CACHE`, else `$XDG_CACHE_HOME/cladenet`, else `~/.cache/cladenet`).
 * What is there already is checked by size and SHA-256 and kept.
 *
 * @throws CladenetError RUNTIME when something is missing: states what was found, what is needed and the command that fixes
 *   it. ABORTED when `signal` aborts.
 */
export async function runSetup(options: SetupOptions = {}): Promise<SetupResult> {
  return setUp(thisMachine(), options);
}

/** {@link runSetup} on a given machine. */
export async function setUp(host: Host, options: SetupOptions): Promise<SetupResult> {
  const layout = layoutOf(cacheFolder(host.env), host.platform);
  const node = nodeProblem(host.nodeVersion);
  if (node !== undefined) throw notSetUp(node);
  reportUntestedNode(host.nodeVersion, host.env, options.output ?? process.stderr);
  requireDriver(host, options.device);
  try {
    const ready = options.force ? undefined : await readyRuntime(host, layout, options.device);
    if (ready !== undefined) return { ...ready, changed: false };
    const output = options.output ?? process.stderr;
    return await withLock(
      layout.lock,
      (pid) => output.write(`cladenet: waiting for another set-up (process ${pid}) ...\n`),
      async () => {
        // The other set-up, which this one waited for, may have done everything.
        const meanwhile = options.force ? undefined : await readyRuntime(host, layout, options.device);
        if (meanwhile !== undefined) return { ...meanwhile, changed: false };
        await removeAbandonedWork(layout);
        return { ...(await makeReady(host, layout, options, output)), changed: true };
      },
    );
  } catch (error) {
    throw await explained(error, host, layout);
  }
}

type Ready = Omit<SetupResult, 'changed'>;

/** What is set up already, everything checked, or undefined. */
async function readyRuntime(host: Host, layout: Layout, device: Device | undefined): Promise<Ready | undefined> {
  const tfjs = await undamagedTfjs(host, layout);
  if (tfjs === undefined) return undefined;
  const official = tryOfficialAddon(layout, tfjs, host);
  if (official !== undefined && serves(official, host, device)) {
    return summary(layout, official.addon, 'official', official.probe);
  }
  const variant = wantedVariant(host, device);
  if ((await flawOfContents(layout.libtensorflow(variant))) !== undefined) return undefined;
  const addon = addonPath(layout, tfjs, variant);
  if ((await flawOfContents(dirname(addon))) !== undefined) return undefined;
  const tried = host.probe(addon);
  return tried.works ? summary(layout, addon, variant, requireGpu(tried, device)) : undefined;
}

/** Downloads and compiles what is missing or damaged. */
async function makeReady(host: Host, layout: Layout, options: SetupOptions, output: Output): Promise<Ready> {
  const { device, force, signal } = options;
  if (force) await discard(layout, layout.tfjs);
  if ((await undamagedTfjs(host, layout)) === undefined) {
    await discard(layout, layout.tfjs);
    await fetchTfjs(host, layout, output, signal);
  }
  const tfjs = findTfjs(layout, host.origin);
  if (tfjs === undefined) throw new Error(`${layout.tfjs} was just made, but is not found`);
  const variant = wantedVariant(host, device);
  const official = tryOfficialAddon(layout, tfjs, host);
  if (official !== undefined && serves(official, host, device)) {
    return summary(layout, official.addon, 'official', official.probe);
  }
  requirePlatform(host);

  const library = layout.libtensorflow(variant);
  const flaw = await flawOfContents(library);
  if (force || flaw !== undefined) {
    if (!force && flaw !== NOTHING) output.write(`cladenet: ${library} is damaged (${flaw}), downloading it again\n`);
    await requireCompiler(host, signal);
    await discard(layout, library);
    await fetchTensorflow(host, layout, variant, output, signal);
  }
  const addon = addonPath(layout, tfjs, variant);
  if (force || (await flawOfContents(dirname(addon))) !== undefined || !host.probe(addon).works) {
    await discard(layout, dirname(addon));
    await compileAddon(host, layout, tfjs, variant, output, signal);
  }
  const tried = host.probe(addon);
  if (!tried.works) {
    throw setupError(
      addon,
      'an addon that loads',
      tried.messages,
      'npx cladenet doctor shows what this machine has; npx cladenet setup --force makes the addon again',
    );
  }
  return summary(layout, addon, variant, requireGpu(tried, device));
}

/** The package's folder. The one in the cache only where it is undamaged; node_modules is npm's responsibility. */
async function undamagedTfjs(host: Host, layout: Layout): Promise<string | undefined> {
  const folder = findTfjs(layout, host.origin);
  if (!folder?.startsWith(layout.tfjs)) return folder;
  return (await flawOfContents(layout.tfjs)) === undefined ? folder : undefined;
}

function summary(layout: Layout, addon: string, build: Ready['build'], { gpu, tensorflow }: Probe): Ready {
  return { cache: layout.root, addon, build, device: gpu ? 'gpu' : 'cpu', tensorflow: tensorflow ?? 'unknown' };
}

function requireGpu(tried: Probe, device: Device | undefined): Probe {
  if (device !== 'gpu' || tried.gpu) return tried;
  throw setupError(
    'GPU',
    GPU_NEEDED,
    `none. TensorFlow reports:\n      ${tried.messages.split('\n').join('\n      ')}`,
    GPU_REMEDY,
  );
}

function requirePlatform(host: Host): void {
  if (host.platform === 'linux-x64') return;
  throw setupError(
    'platform',
    'linux-x64, for which TensorFlow can be downloaded and the addon compiled, or an official addon that works',
    host.platform,
    'npm install @tensorflow/tfjs-node-gpu@4.22.0   (with access to the internet it downloads the official addon, where there is one)',
  );
}

/** The error that explains a failure to write to the cache; other errors unchanged. */
async function explained(error: unknown, host: Host, layout: Layout): Promise<unknown> {
  if (error instanceof CladenetError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return diskFull(layout.root, undefined, await freeBytesFor(host, layout.root));
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR') {
    const remedy = 'choose another folder: CLADENET_CACHE=/a/folder/of/yours npx cladenet setup';
    const { message: received } = error as Error;
    return notSetUp({ where: `cache ${layout.root}`, expected: 'a writable folder', received, remedy }, error);
  }
  if ((error as Error).name === 'AbortError')
    return new CladenetError('ABORTED', 'The set-up was aborted.', [], { cause: error });
  return error;
}

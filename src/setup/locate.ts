/** What a process would load: which TensorFlow.js package, which addon, which build. Looks only, and quickly. */
import { dirname } from 'node:path';
import { CladenetError, type Problem } from '../errors.js';
import { addonPath } from './addon.js';
import { DRIVER_SIGNS, type Host } from './host.js';
import type { Layout, Variant } from './layout.js';
import { type OfficialAddon, officialAddon } from './official.js';
import { findTfjs } from './tfjs.js';
import { flawOfSizes } from './verified-folder.js';

/** Where TensorFlow computes. */
export type Device = 'cpu' | 'gpu';

export interface Located {
  /** Folder of `@tensorflow/tfjs-node-gpu`. */
  readonly tfjs: string;
  /** The native addon to load. */
  readonly addon: string;
  /** `official`: it came with the package; else set-up made it, for this build. */
  readonly build: Variant | 'official';
}

/** The build that set-up makes for a device. */
export function wantedVariant(host: Host, device: Device | undefined): Variant {
  return device !== 'cpu' && (device === 'gpu' || host.hasNvidiaDriver()) ? 'cuda' : 'cpu';
}

/** Whether the official addon makes a build of our own needless: it works, on the GPU where that is wanted. */
export function serves(official: OfficialAddon | undefined, host: Host, device: Device | undefined): boolean {
  if (!official?.probe.works) return false;
  return wantedVariant(host, device) === 'cpu' || official.probe.gpu === true;
}

/**
 * Finds what to load for a device (by default the GPU where an NVIDIA driver and the CUDA build are).
 *
 * @throws CladenetError RUNTIME where nothing whole is set up, or a GPU is asked for and no driver is there.
 */
export function locateRuntime(host: Host, layout: Layout, device?: Device): Located {
  requireDriver(host, device);
  const tfjs = findTfjs(layout, host.origin);
  if (tfjs === undefined) {
    throw notSetUp({
      where: '@tensorflow/tfjs-node-gpu',
      expected: `the package in node_modules or in the cache ${layout.root}`,
      received: 'neither',
    });
  }
  const official = officialAddon(layout, tfjs, host);
  if (official !== undefined && serves(official, host, device)) return officialIn(tfjs, official);
  // The CUDA build serves the CPU too, with its GPU hidden; a GPU that was asked for is never exchanged for a CPU.
  const wanted = wantedVariant(host, device);
  const others: readonly Variant[] = device === 'gpu' ? [] : [wanted === 'cpu' ? 'cuda' : 'cpu'];
  const flaw = flawOfBuild(layout, tfjs, wanted);
  for (const variant of [wanted, ...others]) {
    if (flawOfBuild(layout, tfjs, variant) === undefined) {
      return { tfjs, addon: addonPath(layout, tfjs, variant), build: variant };
    }
  }
  if (official?.probe.works && device !== 'gpu') return officialIn(tfjs, official);
  throw notSetUp(flaw);
}

/** Throws where a GPU is asked for and no NVIDIA driver is there. */
export function requireDriver(host: Host, device: Device | undefined): void {
  if (device !== 'gpu' || host.hasNvidiaDriver()) return;
  throw new CladenetError('RUNTIME', 'A GPU was asked for, and none can be used.', [
    {
      where: 'NVIDIA driver',
      expected: 'a loaded driver, version 525.60 or later',
      received: `none (looked for ${DRIVER_SIGNS.join(', ')})`,
      remedy: 'install the driver and check it with nvidia-smi, or leave the GPU out of the call to compute on the CPU',
    },
  ]);
}

function flawOfBuild(layout: Layout, tfjs: string, variant: Variant): Problem | undefined {
  const library = layout.libtensorflow(variant);
  const libraryFlaw = flawOfSizes(library);
  if (libraryFlaw !== undefined) {
    return { where: library, expected: `libtensorflow, the ${variant} build`, received: libraryFlaw };
  }
  const addon = dirname(addonPath(layout, tfjs, variant));
  const addonFlaw = flawOfSizes(addon);
  return addonFlaw === undefined ? undefined : { where: addon, expected: 'the compiled addon', received: addonFlaw };
}

function officialIn(tfjs: string, { addon }: OfficialAddon): Located {
  return { tfjs, addon, build: 'official' };
}

function notSetUp(problem: Problem | undefined): CladenetError {
  const remedy = 'npx cladenet setup   (once per machine; npx cladenet doctor shows more)';
  const problems = problem === undefined ? [] : [{ ...problem, remedy }];
  return new CladenetError('RUNTIME', 'TensorFlow is not set up on this machine.', problems);
}

/** Finds what a process would load: which TensorFlow.js package, addon and build. Reads only sizes, so that it is quick. */
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
  /** `official`: the addon came with the package; else the set-up compiled it for this build. */
  readonly build: Variant | 'official';
}

/** The build that the set-up makes for a device. */
export function wantedVariant(host: Host, device: Device | undefined): Variant {
  return device !== 'cpu' && (device === 'gpu' || host.hasNvidiaDriver()) ? 'cuda' : 'cpu';
}

/** Whether the official addon suffices: it works, on the GPU where that is wanted. */
export function serves(official: OfficialAddon | undefined, host: Host, device: Device | undefined): boolean {
  if (!official?.probe.works) return false;
  return wantedVariant(host, device) === 'cpu' || official.probe.gpu === true;
}

/**
 * Finds what to load for a device. Default: the GPU where an NVIDIA driver is loaded and the CUDA build is set up, else the
 * CPU.
 *
 * @throws CladenetError RUNTIME when TensorFlow is not set up or incomplete, or a GPU is requested without a driver.
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
  // The CUDA build also computes on the CPU. Where a GPU is requested, the CPU build is no substitute.
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

/** Throws where a GPU is requested and no NVIDIA driver is loaded. */
export function requireDriver(host: Host, device: Device | undefined): void {
  if (device !== 'gpu' || host.hasNvidiaDriver()) return;
  throw new CladenetError('RUNTIME', 'A GPU was requested, but none can be used.', [
    {
      where: 'NVIDIA driver',
      expected: 'a loaded driver, version 525.60 or later',
      received: `none (looked for ${DRIVER_SIGNS.join(', ')})`,
      remedy: 'install the driver and check it with nvidia-smi, or omit the device to compute on the CPU',
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

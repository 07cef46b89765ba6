/** What a process would load: which TensorFlow.js package, which addon, which build. Looks only, and quickly. */
import { dirname } from 'node:path';
import { CladenetError, type Problem } from '../errors.js';
import { addonPath } from './addon.js';
import { DRIVER_SIGNS, type Host } from './host.js';
import type { Layout, Variant } from './layout.js';
import { officialAddon } from './official.js';
import { flawOfSizes } from './sealed.js';
import { findTfjs } from './tfjs.js';

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

/**
 * The builds to look for, best first. A device that was asked for is never exchanged for another one: the CUDA build
 * serves `cpu` too, with its GPU hidden.
 */
export function variantsFor(host: Host, device: Device | undefined): readonly Variant[] {
  if (device === 'gpu') return ['cuda'];
  return device === undefined && host.hasNvidiaDriver() ? ['cuda', 'cpu'] : ['cpu', 'cuda'];
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
  const official = officialAddon(layout, tfjs, host.env);
  if (official?.probe.works && (device !== 'gpu' || official.probe.gpu)) {
    return { tfjs, addon: official.addon, build: 'official' };
  }
  const problems: Problem[] = [];
  for (const variant of variantsFor(host, device)) {
    const flaw = flawOfBuild(layout, tfjs, variant);
    if (flaw === undefined) return { tfjs, addon: addonPath(layout, tfjs, variant), build: variant };
    problems.push(flaw);
  }
  throw notSetUp(...problems.slice(0, 1));
}

/** Throws where a GPU is asked for and no NVIDIA driver is there. */
export function requireDriver(host: Host, device: Device | undefined): void {
  if (device !== 'gpu' || host.hasNvidiaDriver()) return;
  throw new CladenetError('RUNTIME', 'A GPU was asked for, and none can be used.', [
    {
      where: 'NVIDIA driver',
      expected: 'a loaded driver, version 525 or later',
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

function notSetUp(...problems: Problem[]): CladenetError {
  const remedy = 'npx cladenet setup   (once per machine; npx cladenet doctor shows more)';
  return new CladenetError(
    'RUNTIME',
    'TensorFlow is not set up on this machine.',
    problems.map((problem) => ({ ...problem, remedy })),
  );
}

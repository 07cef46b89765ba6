/** What the set-up asks of its machine. Tests answer instead: a full disk, no compiler, a small wheel. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Variant } from './layout.js';
import { type Probe, probe } from './probe.js';
import { multipliesBfloat16 } from './processor.js';
import { TRUNK_PACKAGES, type TrunkName, type TrunkPackage } from './trunk-packages.js';
import { WHEELS, type Wheel } from './wheels.js';

export interface Host {
  /** Environment of every program that is started; its PATH determines which python3, g++ and npm are used. */
  readonly env: NodeJS.ProcessEnv;
  /** Operating system and architecture, such as `linux-x64`. */
  readonly platform: string;
  readonly nodeVersion: string;
  readonly wheels: Readonly<Record<Variant, readonly Wheel[]>>;
  readonly trunks: Readonly<Record<TrunkName, TrunkPackage>>;
  /** A file of the package that depends on `@tensorflow/tfjs-node-gpu`, which is searched for from there. */
  readonly origin: string;
  hasNvidiaDriver(): boolean;
  multipliesBfloat16(): boolean;
  /** Loads an addon in a separate process and computes with it. */
  probe(addon: string): Probe;
  /** Bytes that this user can still write at `path`, which exists. */
  freeBytes(path: string): Promise<number>;
}

export function thisMachine(): Host {
  return {
    env: process.env,
    platform: `${process.platform}-${process.arch}`,
    nodeVersion: process.versions.node,
    wheels: WHEELS,
    trunks: TRUNK_PACKAGES,
    origin: import.meta.url,
    hasNvidiaDriver,
    multipliesBfloat16,
    probe: (addon) => probe(addon, process.env),
    freeBytes: async (path) => {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
  };
}

/** Files that exist where an NVIDIA driver is loaded on Linux (the last: inside WSL). Looking for them starts no process. */
export const DRIVER_SIGNS = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1'];

/** What TensorFlow's CUDA build needs: a driver for CUDA 12 (minor-version compatibility), a GPU that it has kernels for. */
export const GPU_NEEDED = 'a GPU that TensorFlow can use (driver 525.60 or later, compute capability 6.0 or later)';
export const GPU_REMEDY = 'nvidia-smi shows the driver and the GPU; CUDA_VISIBLE_DEVICES must not hide it';

function hasNvidiaDriver(): boolean {
  return DRIVER_SIGNS.some((path) => existsSync(path));
}

/** Bytes free on the disk that will hold `folder`, which need not exist yet. */
export async function freeBytesFor(host: Host, folder: string): Promise<number> {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  return host.freeBytes(existing);
}

/** What set-up asks of the machine it runs on. Tests answer in its place: a full disk, no compiler, a small wheel. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Variant } from './layout.js';
import { type Probe, probe } from './probe.js';
import { multipliesBfloat16 } from './processor.js';
import { WHEELS, type Wheel } from './wheels.js';

export interface Host {
  /** Environment of every program that is started; its PATH says which python3, g++ and npm. */
  readonly env: NodeJS.ProcessEnv;
  /** `linux-x64` and the like. */
  readonly platform: string;
  readonly nodeVersion: string;
  readonly wheels: Readonly<Record<Variant, readonly Wheel[]>>;
  /** Where to look for `@tensorflow/tfjs-node-gpu` first: a file of the package that depends on it. */
  readonly origin: string;
  hasNvidiaDriver(): boolean;
  multipliesBfloat16(): boolean;
  /** Tries an addon, in a process of its own. */
  probe(addon: string): Probe;
  /** Bytes this user can still write at `path`, which exists. */
  freeBytes(path: string): Promise<number>;
}

export function thisMachine(): Host {
  return {
    env: process.env,
    platform: `${process.platform}-${process.arch}`,
    nodeVersion: process.versions.node,
    wheels: WHEELS,
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

/** What a loaded NVIDIA driver shows on Linux (the last: inside WSL). Reading files starts no process on every load. */
export const DRIVER_SIGNS = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1'];

/** What TensorFlow's CUDA build asks of a machine: CUDA 12 by minor-version compatibility, and its compiled kernels. */
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

/**
 * The addon that an ordinary install of TensorFlow.js's Node package brings, where it could reach the open internet.
 * A working one is used as it is. Whether it works is tried once in a child process, and remembered.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.js';
import type { Layout } from './layout.js';
import type { Probe } from './probe.js';

export interface OfficialAddon {
  readonly addon: string;
  readonly probe: Probe;
}

/** The package's own addon, the one for the newest N-API, with what a trial of it showed; undefined where there is none. */
export function officialAddon(layout: Layout, tfjsFolder: string, host: Host): OfficialAddon | undefined {
  const addon = addonFileIn(join(tfjsFolder, 'lib'));
  if (addon === undefined) return undefined;
  const { size, mtimeMs } = statSync(addon);
  const identity = JSON.stringify([addon, size, mtimeMs, host.nodeVersion]);
  const memory = join(layout.official, `${createHash('sha256').update(identity).digest('hex').slice(0, 16)}.json`);
  const known = remembered(memory);
  if (known !== undefined) return { addon, probe: known };
  const tried = host.probe(addon);
  try {
    mkdirSync(layout.official, { recursive: true });
    writeFileSync(`${memory}.${process.pid}`, JSON.stringify(tried));
    renameSync(`${memory}.${process.pid}`, memory);
  } catch {
    // A cache that cannot be written only means that the next run tries again.
  }
  return { addon, probe: tried };
}

function addonFileIn(lib: string): string | undefined {
  try {
    const version = (folder: string) => Number(/^napi-v(\d+)$/.exec(folder)?.[1] ?? 0);
    const folders = readdirSync(lib).sort((a, b) => version(b) - version(a));
    return folders
      .map((folder) => join(lib, folder, 'tfjs_binding.node'))
      .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  } catch {
    return undefined;
  }
}

function remembered(file: string): Probe | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Probe;
  } catch {
    return undefined;
  }
}

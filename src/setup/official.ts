/**
 * The addon that an ordinary install of TensorFlow.js's Node package brings, where it could reach the open internet.
 * A working one is used as it is. Whether it works is tried in a child process by the set-up, and remembered.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfJson } from '../hash.js';
import type { Host } from './host.js';
import type { Layout } from './layout.js';
import type { Probe } from './probe.js';

export interface OfficialAddon {
  readonly addon: string;
  readonly probe: Probe;
}

/** The package's own addon, tried now; undefined where there is none. What the trial showed is remembered for loading. */
export function tryOfficialAddon(layout: Layout, tfjsFolder: string, host: Host): OfficialAddon | undefined {
  const addon = addonFileIn(join(tfjsFolder, 'lib'));
  if (addon === undefined) return undefined;
  const tried = host.probe(addon);
  const memory = memoryOf(layout, addon, host);
  try {
    mkdirSync(layout.official, { recursive: true });
    writeFileSync(`${memory}.${process.pid}`, JSON.stringify(tried));
    renameSync(`${memory}.${process.pid}`, memory);
  } catch {
    // A cache that cannot be written only means that the next load tries again.
  }
  return { addon, probe: tried };
}

/** As {@link tryOfficialAddon}, but believes what an earlier trial of the same file showed. */
export function officialAddon(layout: Layout, tfjsFolder: string, host: Host): OfficialAddon | undefined {
  const addon = addonFileIn(join(tfjsFolder, 'lib'));
  if (addon === undefined) return undefined;
  try {
    return { addon, probe: JSON.parse(readFileSync(memoryOf(layout, addon, host), 'utf8')) as Probe };
  } catch {
    return tryOfficialAddon(layout, tfjsFolder, host);
  }
}

function memoryOf(layout: Layout, addon: string, host: Host): string {
  const { size, mtimeMs } = statSync(addon);
  const identity = [addon, size, mtimeMs, host.nodeVersion];
  return join(layout.official, `${sha256OfJson(identity).slice(0, 16)}.json`);
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

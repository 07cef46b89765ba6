/**
 * The addon that TensorFlow.js's Node package downloads when it is installed with access to the internet. One that works is
 * used unchanged. The set-up tries it in a child process and remembers the outcome.
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

/** Tries the package's own addon and remembers the outcome; undefined where there is none. */
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
    // Where the cache is not writable, the next load tries again.
  }
  return { addon, probe: tried };
}

/** As {@link tryOfficialAddon}, but takes the remembered outcome for the same file, where there is one. */
export function officialAddon(layout: Layout, tfjsFolder: string, host: Host): OfficialAddon | undefined {
  const addon = addonFileIn(join(tfjsFolder, 'lib'));
  if (addon === undefined) return undefined;
  try {
    const remembered = JSON.parse(readFileSync(memoryOf(layout, addon, host), 'utf8')) as Partial<Probe>;
    // Earlier versions remembered the messages under another name.
    if (remembered.works !== undefined && remembered.messages !== undefined) {
      return { addon, probe: { ...remembered, works: remembered.works, messages: remembered.messages } };
    }
  } catch {
    // Not tried yet.
  }
  return tryOfficialAddon(layout, tfjsFolder, host);
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

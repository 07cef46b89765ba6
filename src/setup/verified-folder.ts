/**
 * Verified folders: each has a manifest of its files with sizes and SHA-256, is made in the cache's work folder and renamed
 * into place when it is complete. A folder without a manifest, or one that differs from its manifest, is not used.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../files.js';
import { sha256OfFile } from '../hash.js';
import { isAlive } from '../temporaries.js';
import type { Layout } from './layout.js';

/** What is wrong with a folder that does not exist. */
export const NOTHING = 'nothing there';

const MANIFEST = 'manifest.json';
/** Beside the manifest: inodes, times and sizes of the files when their hashes were last verified. */
const HASHED = 'hashed.json';
/** Unfinished folders of other machines (on a shared home folder) are kept for this long. */
const FOREIGN_WORK_MS = 24 * 3600 * 1000;

export interface ManifestFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export interface Manifest {
  /** What the folder contains, for people who look at it. */
  readonly title: string;
  readonly files: readonly ManifestFile[];
}

/** The manifest's text of a verified folder, or undefined where there is none. */
export function manifestText(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, MANIFEST), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Why a folder must not be used: it has no manifest, or a file is missing or of another size. Undefined where it is complete.
 * Reads no contents: this is the check on every load.
 */
export function flawOfSizes(folder: string): string | undefined {
  const files = readManifest(folder)?.files;
  if (files === undefined) return existsSync(folder) ? 'its manifest is missing or damaged' : NOTHING;
  for (const { path, size } of files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
    if (found !== size)
      return `${path} ${found === undefined ? 'is missing' : `has ${found} bytes instead of ${size}`}`;
  }
  return undefined;
}

/**
 * As {@link flawOfSizes}, and compares the SHA-256 of every file: this is the check at every set-up. Files that have not been
 * touched since they were last hashed (same inode, times and size) are not read again: the CUDA build is 5.5 GB.
 */
export async function flawOfContents(folder: string): Promise<string | undefined> {
  const flaw = flawOfSizes(folder);
  if (flaw !== undefined) return flaw;
  const files = readManifest(folder)?.files ?? [];
  const states = await statesOf(folder, files);
  if (states === (await readFile(join(folder, HASHED), 'utf8').catch(() => ''))) return undefined;
  for (const { path, sha256 } of files) {
    if ((await sha256OfFile(join(folder, path))) !== sha256) return `the contents of ${path} have changed`;
  }
  // Another user's cache, which is not writable, is hashed every time.
  await writeFileAtomic(join(folder, HASHED), states, { durable: false }).catch(() => undefined);
  return undefined;
}

/** What changes whenever a file is written, whatever is written. */
async function statesOf(folder: string, files: readonly ManifestFile[]): Promise<string> {
  const states: unknown[] = [];
  for (const { path, size, sha256 } of files) {
    const { ino, mtimeMs, ctimeMs } = await stat(join(folder, path));
    states.push([path, size, sha256, ino, mtimeMs, ctimeMs]);
  }
  return JSON.stringify(states);
}

/**
 * Makes a verified folder at `target`: `fill` writes into a folder under the cache's `work`, a manifest lists its files, and
 * the folder is renamed into place. Where `fill` throws, nothing is kept. Where another process has made the same folder
 * meanwhile, that one stays.
 *
 * @param fill gets the folder to fill and a scratch folder on the same disk
 */
export async function makeVerifiedFolder(
  layout: Layout,
  target: string,
  title: string,
  fill: (folder: string, scratch: string) => Promise<void>,
): Promise<void> {
  const work = ownWork(layout);
  const folder = join(work, 'made');
  const scratch = join(work, 'scratch');
  try {
    await mkdir(folder, { recursive: true });
    await mkdir(scratch);
    await fill(folder, scratch);
    const files: ManifestFile[] = [];
    for (const path of await filesBelow(folder)) {
      const { size } = await stat(join(folder, path));
      files.push({ path, size, sha256: await sha256OfFile(join(folder, path)) });
    }
    const manifest: Manifest = { title, files };
    await writeFile(join(folder, HASHED), await statesOf(folder, files));
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    await mkdir(dirname(target), { recursive: true });
    await rename(folder, target).catch((error: unknown) => {
      if (flawOfSizes(target) !== undefined) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Removes a folder in one step: no other process sees it half removed. */
export async function discard(layout: Layout, folder: string): Promise<void> {
  const work = ownWork(layout);
  await mkdir(layout.work, { recursive: true });
  await rename(folder, work).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(work, { recursive: true, force: true });
}

/** Removes the unfinished folders of interrupted set-ups; those of running processes stay. */
export async function removeAbandonedWork(layout: Layout): Promise<void> {
  for (const name of await readdir(layout.work).catch(() => [])) {
    const path = join(layout.work, name);
    const own = name.startsWith(`${hostname()}-`);
    const pid = Number.parseInt(name.slice(hostname().length + 1), 10);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
    if (own && Number.isInteger(pid) ? !isAlive(pid) : age > FOREIGN_WORK_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

function ownWork(layout: Layout): string {
  return join(layout.work, `${hostname()}-${process.pid}-${randomUUID()}`);
}

function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(manifestText(folder) ?? '') as Manifest;
    return Array.isArray(manifest.files) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

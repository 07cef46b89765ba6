/** Reads taxonomies from nested folders: a folder with folders in it is an inner node, one without is a class. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, isPassedOver, notUtf8 } from '../folder-names.js';
import type { Finding } from './findings.js';
import type { PlacedLineage, PlacedName, Reading } from './reading.js';

/**
 * Reads the folders inside `folder`, which is not a node itself. Hidden folders (`.cache`) are skipped; links are followed.
 */
export async function readFolders(folder: string): Promise<Reading> {
  const lineages: PlacedLineage[] = [];
  const findings: Finding[] = [];
  const pending: { path: string; name?: string; above: readonly PlacedName[]; around: readonly string[] }[] = [
    { path: folder, above: [], around: [] },
  ];
  let order = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, name, above, around } = next;
    const at = { where: path, order: order++ };
    const names = name === undefined ? above : [...above, { name, at }];
    if (name?.includes('\uFFFD') && (await isMissing(path))) {
      findings.push({ at, ...notUtf8 });
      continue;
    }
    const target = await realpath(path);
    if (around.includes(target)) {
      findings.push({ at, expected: 'a tree', received: `a link back up to ${target}, a cycle` });
      lineages.push({ label: undefined, names });
      continue;
    }
    const folders = await foldersIn(path);
    if (folders.length === 0 && name !== undefined) lineages.push({ label: name, names });
    for (const below of folders.reverse()) {
      pending.push({ path: join(path, below), name: below, above: names, around: [...around, target] });
    }
  }
  return { lineages, findings };
}

/** The sorted names of the folders in a folder, links to folders included. */
async function foldersIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (isPassedOver(entry.name)) continue;
    const isFolder = entry.isSymbolicLink()
      ? await stat(join(path, entry.name)).then(
          (target) => target.isDirectory(),
          () => false,
        )
      : entry.isDirectory();
    if (isFolder) names.push(entry.name);
  }
  return names.sort();
}

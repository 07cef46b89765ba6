/** Taxonomies from nested folders: a folder with folders in it is an inner node, one without is a class. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reading } from './check.js';
import type { Finding } from './findings.js';
import type { Entry, Step } from './tree-graph.js';

/**
 * Reads the folders inside `folder`, which is not a node itself. Hidden ones (`.cache`) are left out; links are followed.
 */
export async function readFolders(folder: string): Promise<Reading> {
  const entries: Entry[] = [];
  const findings: Finding[] = [];
  const pending: { path: string; name?: string; above: readonly Step[]; around: readonly string[] }[] = [
    { path: folder, above: [], around: [] },
  ];
  let order = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, name, above, around } = next;
    const at = { where: path, order: order++ };
    const lineage = name === undefined ? above : [...above, { name, at }];
    const target = await realpath(path);
    if (around.includes(target)) {
      findings.push({ at, expected: 'a tree', received: `a link back up to ${target}, a cycle` });
      entries.push({ label: undefined, lineage });
      continue;
    }
    const names = await foldersIn(path);
    if (names.length === 0 && name !== undefined) entries.push({ label: name, lineage });
    for (const below of names.reverse()) {
      pending.push({ path: join(path, below), name: below, above: lineage, around: [...around, target] });
    }
  }
  return { entries, findings };
}

/** The names of the folders in a folder, those behind links included, in order. */
async function foldersIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
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

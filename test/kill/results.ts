/** What a run left, so that two runs can be compared: every file, without the times that it took. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Path of each file below a folder, and a digest of its content. Folders end with a slash. */
export async function resultsIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (entry.isDirectory()) found.set(`${path}/`, '');
    else found.set(path, digest(path, await readFile(join(folder, path))));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names and contents in which two runs differ. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
}

function digest(path: string, content: Buffer): string {
  const hash = createHash('sha256');
  if (path.endsWith('.json')) hash.update(JSON.stringify(withoutTimes(JSON.parse(content.toString()))));
  else if (path.endsWith('.jsonl')) {
    const lines = content.toString().trim().split('\n');
    hash.update(JSON.stringify(lines.map((line) => withoutTimes(JSON.parse(line)))));
  } else if (path.endsWith('.tsv')) {
    // EcoTaxa's date and time of an annotation.
    hash.update(content.toString().replaceAll(/\t\d{8}\t\d{6}\t/g, '\t\t'));
  } else hash.update(content);
  return hash.digest('hex');
}

function withoutTimes(value: unknown, of?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTimes(item, of));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !isOfTime(key, inner, of));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutTimes(inner, key)]));
}

/** A time, or the hash of a part of a model that holds times, or of a whole description, as a detector's has it. */
const isOfTime = (key: string, value: unknown, of: string | undefined) =>
  /seconds|^costRatio$/i.test(key) ||
  (of === 'sha256' && ['history', 'description'].includes(key)) ||
  (of === undefined && key === 'sha256' && typeof value === 'string');

/** Syncs files and folders to disk: what is only in memory is lost in a power cut. */
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Makes a folder and those above it, so that they survive a power cut.
 *
 * @returns the topmost one that was made
 */
export async function makeFolder(folder: string, durable: boolean): Promise<string | undefined> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined || !durable) return first;
  const top = dirname(resolve(first));
  for (let made = resolve(folder); made !== top; made = dirname(made)) await syncFolder(dirname(made));
  return first;
}

/** Files synced at once: a disk writes several in hardly more time than one. */
const AT_ONCE = 16;

/** The content of files. */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const left = [...paths];
  const work = async () => {
    for (let file = left.pop(); file !== undefined; file = left.pop()) await sync(file);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Everything below a folder, and the folder itself. */
export async function syncContent(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  await syncFiles(entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name)));
  for (const entry of entries) if (entry.isDirectory()) await syncContent(join(folder, entry.name));
  await syncFolder(folder);
}

/** A file's content, or a folder's list of names. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Some systems cannot sync folders, or not ones that may be written but not listed: there is nothing more to be done. */
const CANNOT_SYNC = new Set(['EACCES', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM']);

export async function syncFolder(folder: string): Promise<void> {
  try {
    await sync(folder);
  } catch (error) {
    if (!CANNOT_SYNC.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

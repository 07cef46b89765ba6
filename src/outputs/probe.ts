/** Finds out whether something can be written, by writing: no permission, read-only disk, full quota. */
import { constants } from 'node:fs';
import { access, lstat, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isNotFound, reasonOf } from '../files.js';
import { temporaryBeside } from '../temporaries.js';

export interface Probe {
  /** Why nothing can be written there. */
  readonly reason?: string | undefined;
  /** Whether the disk takes `Run` and `run` for the same name. */
  readonly ignoresCase: boolean;
}

/** Makes and removes a file in an existing folder. */
export async function probe(folder: string): Promise<Probe> {
  const file = temporaryBeside(join(folder, 'x'), 'tmp');
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(Buffer.alloc(4096, 1));
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { ignoresCase: await exists(join(folder, basename(file).toUpperCase())) };
  } catch (error) {
    return { reason: `${shown(folder)}: ${reasonOf(error)}`, ignoresCase: false };
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Why what is there cannot be replaced, although other files can be made beside it. */
export async function whyProtected(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    return isNotFound(error) ? undefined : `${shown(path)}: write-protected`;
  }
  const [own, parent] = await Promise.all([stat(path), stat(dirname(path))]);
  const user = process.getuid?.() ?? 0;
  const isSticky = (parent.mode & 0o1000) !== 0;
  if (isSticky && ![0, own.uid, parent.uid].includes(user))
    return `${shown(path)}: it is another user's, in a shared folder`;
  return undefined;
}

/** The nearest folder above that exists; what is not a folder is `obstacle`. */
export async function deepestFolder(path: string): Promise<{ readonly folder: string; readonly obstacle?: string }> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      if ((await stat(folder)).isDirectory()) return { folder };
      return { folder: dirname(folder), obstacle: `${shown(folder)} is a file` };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!['ENOENT', 'ENOTDIR'].includes(code)) return { folder, obstacle: reasonOf(error) };
    }
  }
}

/** As one would name it here. */
function shown(path: string): string {
  const named = relative(process.cwd(), path);
  return named === '' || named.startsWith('..') ? path : named;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** What an output or an input is on the disk. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNotFound, reasonOf } from '../files.js';
import { placeOf } from '../real-path.js';
import { isSpecial } from '../special-files.js';

export interface Found {
  /** With links followed. */
  readonly path: string;
  readonly is: 'nothing' | 'file' | 'folder' | 'special';
  /** The same for every path to a thing: device and inode. Undefined where there is nothing, or the disk has no numbers. */
  readonly identity?: string | undefined;
  /** Why it cannot be looked at. */
  readonly reason?: string;
}

export async function look(path: string): Promise<Found> {
  const place = placeOf(path);
  if (await isSpecial(place)) return { path: place.path, is: 'special' };
  try {
    const status = await stat(place.path, { bigint: true });
    const is = status.isDirectory() ? 'folder' : 'file';
    return { path: place.path, is, identity: status.ino === 0n ? undefined : `${status.dev}:${status.ino}` };
  } catch (error) {
    if (isNotFound(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return { path: place.path, is: 'nothing' };
    return { path: place.path, is: 'nothing', reason: reasonOf(error) };
  }
}

/** Whether two paths lead to one thing. */
export function isSame(a: Found, b: Found): boolean {
  if (a.is === 'special' || b.is === 'special') return false;
  return a.path === b.path || (a.identity !== undefined && a.identity === b.identity);
}

/** Looks at the folders above a path, each only once. */
export function ancestry(): (path: string) => Promise<readonly Found[]> {
  const known = new Map<string, Promise<Found>>();
  return async (path) => {
    const above: Promise<Found>[] = [];
    for (let at = path; at !== dirname(at); ) {
      at = dirname(at);
      const found = known.get(at) ?? look(at);
      known.set(at, found);
      above.push(found);
    }
    return Promise.all(above);
  };
}

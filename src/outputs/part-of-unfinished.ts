/** A part of unfinished work that one process at a time works on, until one puts the parts together and removes the folder. */
import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively } from './exclusively.js';
import { claim, MARK } from './unfinished.js';

/** Another process has put the parts together while this one waited: there is nothing left to do. */
class PutTogether extends Error {}

/** Works on a part of the unfinished work in `folder` once no other process does. @param path of the part, in the folder */
export async function alone<T>(
  folder: string,
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await claim(folder);
  return exclusively(path, { signal }, () => {
    // The lock makes the folder anew, without its mark.
    if (!existsSync(join(folder, MARK))) throw new PutTogether();
    return work();
  });
}

/** Work on parts of `folder`, which ends where another process has put them together meanwhile. */
export async function untilPutTogether(folder: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PutTogether)) throw error;
    await rmdir(folder).catch(() => undefined);
  }
}

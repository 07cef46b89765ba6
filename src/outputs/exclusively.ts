/** A part of an output that one run at a time works on, while others work on other parts of it. */
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../abort.js';
import { isNotFound } from '../files.js';
import { sha256 } from '../hash.js';
import { makeFolder } from '../sync.js';
import { type Held, lockHolder, releaseLock, takeLock } from './lock.js';

/** How a run waits for another one. */
export interface ExclusiveOptions {
  readonly signal?: AbortSignal | undefined;
  /** Is called once, with who holds the part, where the call has to wait. */
  readonly onWait?: ((held: Held) => void) | undefined;
}

/** How often a run that waits looks again. */
const LOOK_MS = 1000;

/** Whether no run has a part in work, as far as can be seen. */
export const isFree = async (path: string): Promise<boolean> => (await lockHolder(lockOfPart(path))) === undefined;

async function take(lock: string): Promise<Held | undefined> {
  for (;;) {
    await makeFolder(dirname(lock), true);
    try {
      return await takeLock(lock);
    } catch (error) {
      // The run that has ended meanwhile removed the folder.
      if (!isNotFound(error)) throw error;
    }
  }
}

/** The lock of a part, beside it. */
export const lockOfPart = (path: string): string =>
  join(dirname(path), `.cladenet-lock-${sha256(basename(path)).slice(0, 16)}`);

/**
 * Works on a part alone. Where another run has it in work, waits until that has ended: `work` then finds what it left.
 *
 * @param path of the part, whether it is there or not
 * @throws CladenetError ABORTED when `signal` fires while it waits; as `work`
 */
export async function exclusively<T>(
  path: string,
  { signal, onWait }: ExclusiveOptions,
  work: () => Promise<T>,
): Promise<T> {
  const lock = lockOfPart(path);
  let held = await take(lock);
  if (held !== undefined) onWait?.(held);
  while (held !== undefined) {
    throwIfAborted(signal, 'Waiting for another run');
    await sleep(LOOK_MS, undefined, signal && { signal }).catch(() => undefined);
    held = await take(lock);
  }
  try {
    return await work();
  } finally {
    await releaseLock(lock);
  }
}

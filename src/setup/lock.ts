/**
 * One set-up at a time per cache, so that two processes do not download the same 250 MB. The lock only saves work: every
 * result is renamed into place when it is complete, so even a broken lock does no harm.
 */
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../temporaries.js';

/** The holder touches the lock this often; a lock that is not touched for `STALE_MS` is abandoned. */
const BEAT_MS = 5_000;
const STALE_MS = 60_000;
const LOOK_MS = 300;

interface Holder {
  readonly host: string;
  readonly pid: number;
}

/**
 * Runs `work` while holding the lock file at `path`. While another living process holds it, waits; `onWait` is called
 * once with that process's id.
 */
export async function withLock<T>(path: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  await acquire(path, onWait);
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

async function acquire(path: string, onWait: (pid: number) => void): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const holder: Holder = { host: hostname(), pid: process.pid };
  for (let waited = false; ; ) {
    try {
      await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = await livingHolder(path);
    if (other === undefined) {
      await rm(path, { force: true });
      continue;
    }
    if (!waited) onWait(other.pid);
    waited = true;
    await sleep(LOOK_MS);
  }
}

async function livingHolder(path: string): Promise<Holder | undefined> {
  const touched = (await stat(path).catch(() => undefined))?.mtimeMs;
  if (touched === undefined || Date.now() - touched > STALE_MS) return undefined;
  const text = await readFile(path, 'utf8').catch(() => '');
  // Empty between its creation and the first write: another process is taking it.
  if (text === '') return { host: hostname(), pid: 0 };
  try {
    const holder = JSON.parse(text) as Holder;
    return holder.host === hostname() && !isAlive(holder.pid) ? undefined : holder;
  } catch {
    return undefined;
  }
}

/**
 * Names of files and folders that are being written or removed. A name tells the process that made it, so that what a
 * killed process left is recognised and removed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

const NAME = /^\.cladenet-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f-]{36}\.(?:tmp|old)$/;

/** What another machine left on a shared disk is removed when it is older than this. */
const FOREIGN_MS = 24 * 3600 * 1000;

/** A new name beside `path`: `tmp` for what is being written, `old` for what is being removed. */
export function temporaryBeside(path: string, kind: 'tmp' | 'old'): string {
  const start = startOf(process.pid) ?? '0';
  return join(dirname(path), `.cladenet-${host()}-${process.pid}-${start}-${randomUUID()}.${kind}`);
}

/**
 * Removes from a folder what processes that have ended left there under a name of {@link temporaryBeside}. Tidying fails
 * silently: it must not stop the writing that it precedes.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const [, machine, pid, start] = NAME.exec(name) ?? [];
      if (machine === undefined) continue;
      const path = join(folder, name);
      const isAbandoned = machine === host() ? hasEnded(Number(pid), start) : await isOld(path);
      if (isAbandoned) await rm(path, { recursive: true, force: true });
    }
  } catch {
    // A folder that cannot be listed, or that another process is tidying.
  }
}

/** Whether a name is one that this module, `pendingOf` or a lock made. */
export const isTemporary = (name: string): boolean => /^\.cladenet-(?:[0-9a-f]{8}-\d+-|new-|lock)/.test(name);

/** Whether a process with this id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** An id is given again to later processes, and a container often gives each of its processes the same one. */
export function hasEnded(pid: number, start: string | undefined): boolean {
  if (!isAlive(pid)) return true;
  const running = startOf(pid);
  return running !== undefined && running !== start;
}

/** When a process started, in clock ticks since the machine did: field 22 of `proc_pid_stat(5)`. Undefined without `/proc`. */
export function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

async function isOld(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > FOREIGN_MS;
}

/** The machine, and on Linux the container: process ids are compared only within one. */
export function host(): string {
  return createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 8);
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

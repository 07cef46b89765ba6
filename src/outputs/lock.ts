/**
 * A lock on an output: one process at a time writes it. The lock is a file beside the output that names its owner. One whose
 * owner has ended is taken over; on another machine, where that cannot be seen, once it has given no sign of life for
 * {@link STALE_MS}, or at once by a later run of the same job of a scheduler.
 *
 * The file appears with its content by `link(2)`, which fails where there is one. Only who holds the lock on the removal of one
 * stale lock removes it, and only if it still is that one: of several processes that find it, one wins.
 */
import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { link, open, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { allocationOf } from '../allocation.js';
import { isNotFound } from '../files.js';
import { sha256 } from '../hash.js';
import { readRegularFile, readRegularFileSync } from '../regular-file.js';
import { hasEnded, host, startOf, temporaryBeside } from '../temporaries.js';

const ownerSchema = z.object({
  id: z.string(),
  pid: z.int().positive(),
  /** When the process started, as {@link startOf} says. */
  start: z.string(),
  /** Digest of the machine and the container: process ids are compared only within one. */
  machine: z.string(),
  host: z.string(),
  /** When the lock was taken, ISO 8601. */
  since: z.string(),
  /** The job of a scheduler that the process runs in. */
  allocation: z.object({ job: z.string(), run: z.number() }).optional(),
});

/** Who holds a lock. */
export type Owner = z.output<typeof ownerSchema>;

/** The lock of another process. */
export interface Held {
  /** Undefined for a lock that cannot be read. */
  readonly owner: Owner | undefined;
  readonly file: string;
}

/** How often an owner gives a sign of life: a newer modification time of the file. */
const BEAT_MS = 60_000;
export const STALE_MS = 10 * 60_000;
/** A disk without hard links shows a new lock before it has content. */
const EMPTY_MS = 60_000;
/** Another process removes a stale lock meanwhile: it takes milliseconds. */
const REMOVAL_MS = 5_000;

const BOUNDS = { maxBytes: 4096 };

const held = new Map<string, string>();
let beating: NodeJS.Timeout | undefined;

/**
 * Takes the lock in `file`, whose folder exists.
 *
 * @returns who holds it, if another does; undefined once it is taken
 */
export async function takeLock(file: string): Promise<Held | undefined> {
  const owner: Owner = {
    id: randomUUID(),
    pid: process.pid,
    start: startOf(process.pid) ?? '0',
    machine: host(),
    host: hostname(),
    since: new Date().toISOString(),
    allocation: allocationOf(process.env),
  };
  const other = await take(file, owner);
  if (other !== undefined) return other;
  if (held.size === 0) process.once('exit', dropAll);
  held.set(file, owner.id);
  beating ??= setInterval(() => void beatAll(), BEAT_MS).unref();
  return undefined;
}

/** Who holds a lock that seems to be alive, without taking it; undefined if nobody does. */
export async function lockHolder(file: string): Promise<Held | undefined> {
  const found = await read(file);
  if (found === undefined) return undefined;
  const { owner } = found;
  if (owner?.machine === host()) return hasEnded(owner.pid, owner.start) ? undefined : { owner, file };
  const status = await stat(file).catch(() => undefined);
  return status === undefined || Date.now() - status.mtimeMs > STALE_MS ? undefined : { owner, file };
}

/** Gives back what {@link takeLock} took. */
export async function releaseLock(file: string): Promise<void> {
  const id = held.get(file);
  if (id === undefined) return;
  held.delete(file);
  if (held.size === 0) {
    process.off('exit', dropAll);
    clearInterval(beating);
    beating = undefined;
  }
  if ((await read(file))?.id === id) await rm(file, { force: true });
}

async function take(file: string, owner: Owner): Promise<Held | undefined> {
  const draft = temporaryBeside(file, 'tmp');
  await writeFile(draft, JSON.stringify(owner), { flag: 'wx' });
  try {
    const started = performance.now();
    for (;;) {
      if (await publish(draft, file, owner)) return undefined;
      const found = await read(file);
      if (found === undefined) continue;
      const isStuck = performance.now() - started > REMOVAL_MS;
      if (isStuck || !(await isStale(file, found, draft))) return { owner: found.owner, file };
      if (!(await removeStale(file, found.id, owner))) await sleep(20);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether the lock is now this owner's. */
async function publish(draft: string, file: string, owner: Owner): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    // The answer of a network disk may be lost, and the call repeated.
    if (isThere(error)) return (await stat(draft)).nlink > 1;
    if (isNotFound(error)) throw error;
  }
  try {
    await writeFile(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  }
}

/** False where another process is about to. */
async function removeStale(file: string, id: string, owner: Owner): Promise<boolean> {
  const guard = join(dirname(file), `.cladenet-lock-${sha256(`${file}\0${id}`).slice(0, 16)}`);
  if ((await take(guard, owner)) !== undefined) return false;
  try {
    if ((await read(file))?.id === id) await rm(file, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

interface Found {
  readonly id: string;
  readonly owner: Owner | undefined;
}

/** Undefined where there is none. */
async function read(file: string): Promise<Found | undefined> {
  try {
    const owner = parsed(await readRegularFile(file, BOUNDS));
    if (owner !== undefined) return { id: owner.id, owner };
    const { ino, mtimeMs } = await stat(file);
    return { id: `${ino} ${mtimeMs}`, owner };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function parsed(text: Buffer): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text.toString())).data;
  } catch {
    return undefined;
  }
}

/** @param draft a file that was made just now: its time is that of the disk's clock, not of this machine's */
async function isStale(file: string, { owner }: Found, draft: string): Promise<boolean> {
  if (owner?.machine === host()) return hasEnded(owner.pid, owner.start);
  if (isEarlierRun(owner)) return true;
  const [{ mtimeMs: now }, lock] = await Promise.all([stat(draft), stat(file).catch(() => undefined)]);
  return lock !== undefined && now - lock.mtimeMs > (owner === undefined ? EMPTY_MS : STALE_MS);
}

/** Of the job of a scheduler that this process runs in. */
function isEarlierRun(owner: Owner | undefined): boolean {
  const own = allocationOf(process.env);
  const { allocation } = owner ?? {};
  return allocation !== undefined && allocation.job === own?.job && allocation.run < own.run;
}

async function beatAll(): Promise<void> {
  for (const [file, id] of held) {
    try {
      if ((await read(file))?.id !== id) continue;
      // Writing lets the disk set the time.
      const handle = await open(file, 'r+');
      await handle.write('{', 0).finally(() => handle.close());
    } catch {
      // The disk is away for a moment: the next beat comes in a minute.
    }
  }
}

/** A process that exits with work unfinished leaves no lock. */
function dropAll(): void {
  for (const [file, id] of held) {
    try {
      if (parsed(readRegularFileSync(file, BOUNDS))?.id === id) unlinkSync(file);
    } catch {
      // It is gone.
    }
  }
}

const isThere = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EEXIST';

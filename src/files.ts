/**
 * Writes files and folders atomically and durably: a kill or a power cut at any moment leaves the old content or the new
 * one, whole, and no reader ever sees half of one. Links are followed.
 *
 * A file is replaced by one rename. A folder cannot be: `rename(2)` does not replace a folder that has content. So the new
 * folder is first renamed to the pending name of its path ({@link pendingOf}); that rename commits it. Then the old one
 * moves away and the new one takes its place. Whoever is killed in between leaves the pending folder: readers
 * ({@link currentFolder}) and the next writer complete the replacement.
 */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CladenetError, type ErrorCode } from './errors.js';
import { placeOf, realPath } from './real-path.js';
import { MAX_TABLE_BYTES, readProblem, readRegularFile, UnsuitableFileError } from './regular-file.js';
import { isSpecial, writeSpecial } from './special-files.js';
import { makeFolder, syncContent, syncFolder } from './sync.js';
import { removeAbandoned, temporaryBeside } from './temporaries.js';
import { uninterrupted } from './writes.js';

/** How something is written. */
export interface WriteOptions {
  /**
   * Whether it survives a power cut once the call has returned. `false` is for what can be made again, and whose readers
   * detect damage. Default true.
   */
  readonly durable?: boolean | undefined;
}

/**
 * Writes `data` to a temporary name beside `path`, then renames it into place. Makes missing folders. Where the write
 * fails, the temporary file is removed and `path` is unchanged. A link stays and its target is replaced; devices and pipes
 * are written into.
 *
 * @throws CladenetError OUTPUT when the system refuses
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const place = placeOf(path);
  // Who reads a pipe may take any time: a signal ends that.
  if (await isSpecial(place)) await writing(path, () => writeSpecial(place, data));
  else await writing(path, () => uninterrupted(() => replaceFile(place.path, data, options)));
}

async function replaceFile(path: string, data: string | Uint8Array, { durable = true }: WriteOptions): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder, durable);
  await removeAbandoned(folder);
  const temporary = temporaryBeside(path, 'tmp');
  try {
    await writeFile(temporary, data, { flush: durable });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (durable) await syncFolder(folder);
}

/** Writes a value as indented JSON, atomically; nothing where there is no `path`. */
export async function writeJson(path: string | undefined, value: unknown): Promise<void> {
  if (path !== undefined) await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Fills a temporary folder beside `path` with `fill`, then puts it into place, replacing the folder that was there. Where
 * `fill` throws, the temporary folder is removed and `path` is unchanged. A link stays and its target is replaced.
 *
 * @throws CladenetError OUTPUT when the system refuses, or there is a file; as `fill`
 */
export function writeFolderAtomic(
  path: string,
  fill: (folder: string) => Promise<void>,
  options: WriteOptions = {},
): Promise<void> {
  return writing(path, () => uninterrupted(() => replaceFolder(realPath(path), fill, options)));
}

async function replaceFolder(
  path: string,
  fill: (folder: string) => Promise<void>,
  { durable = true }: WriteOptions,
): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder, durable);
  await removeAbandoned(folder);
  const temporary = temporaryBeside(path, 'tmp');
  await mkdir(temporary);
  try {
    await fill(temporary);
    if (durable) await syncContent(temporary);
    await requireNoFile(path);
    await commit(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  if (durable) await syncFolder(folder);
  await complete(path, durable);
}

/** @internal Errors of the system often do not say what was written, and so become ones that do. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const problem = { where: path, expected: 'a place that can be written', received: reasonOf(error) };
    throw new CladenetError('OUTPUT', 'A result could not be written', [problem], { cause: error });
  }
}

async function requireNoFile(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined);
  if (status === undefined || status.isDirectory()) return;
  const problem = { where: path, expected: 'a folder, or nothing yet', received: 'a file' };
  throw new CladenetError('OUTPUT', 'A result could not be written', [problem]);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota on the disk is used up',
};

/** Why the system refused: in words, or as it says it. */
export const reasonOf = (error: unknown): string => REASONS[codeOf(error) ?? ''] ?? (error as Error).message;

/** Removes a folder that {@link writeFolderAtomic} wrote: no reader ever sees a part of it. */
export function removeFolder(given: string): Promise<void> {
  const path = realPath(given);
  return uninterrupted(async () => {
    for (const existing of [pendingOf(path), path]) {
      const old = temporaryBeside(path, 'old');
      if (await moved(existing, old)) await rm(old, { recursive: true, force: true });
    }
  });
}

/**
 * Where to read a folder that {@link writeFolderAtomic} wrote: `path`, after a replacement that was interrupted has been
 * completed; or the pending folder, where it cannot be moved because the disk is read-only.
 */
export async function currentFolder(path: string): Promise<string> {
  const real = realPath(path);
  const pending = pendingOf(real);
  if ((await exists(real)) || !(await exists(pending))) return path;
  try {
    await rename(pending, real);
    return path;
  } catch {
    return (await exists(real)) || !(await exists(pending)) ? path : pending;
  }
}

/** Whether there is a folder for {@link currentFolder} to read. */
export function hasFolder(path: string): boolean {
  const real = realPath(path);
  return [real, pendingOf(real)].some((name) => lstatSync(name, { throwIfNoEntry: false }) !== undefined);
}

/**
 * The text of a file; undefined where there is none.
 *
 * @throws CladenetError `code` where there is one that cannot be read, or that is larger than a string can hold
 */
export async function readIfThere(path: string, code: ErrorCode): Promise<Buffer | undefined> {
  return readRegularFile(path, { maxBytes: MAX_TABLE_BYTES }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw unreadable(path, code, error);
  });
}

/**
 * The content of a file that was saved with this size; where it is missing or has another size, that in words.
 *
 * @throws CladenetError `code` where there is one that cannot be read
 */
export async function readSaved(path: string, code: ErrorCode, exactBytes: number): Promise<Buffer | string> {
  return readRegularFile(path, { maxBytes: exactBytes, exactBytes }).catch((error: unknown) => {
    if (isNotFound(error)) return 'no such file';
    if (error instanceof UnsuitableFileError && error.isOtherSize) return error.received;
    throw unreadable(path, code, error);
  });
}

function unreadable(path: string, code: ErrorCode, cause: unknown): CladenetError {
  return new CladenetError(code, `${basename(path)} exists, but cannot be read`, [readProblem(path, cause)], { cause });
}

/** Only this means that there is nothing: a file that cannot be read may hold what was saved. */
export function isNotFound(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** @internal The committed content of a folder that is not in place yet. The name depends on the folder's, and has a fixed length. */
export function pendingOf(path: string): string {
  const own = createHash('sha256')
    .update(basename(resolve(path)))
    .digest('hex')
    .slice(0, 16);
  return join(dirname(resolve(path)), `.cladenet-new-${own}`);
}

/** Commits a folder: from here on `path` has this content, or will have it. */
async function commit(temporary: string, path: string): Promise<void> {
  for (;;) {
    await complete(path, true);
    try {
      return await rename(temporary, (await exists(path)) ? pendingOf(path) : path);
    } catch (error) {
      // Another writer was faster.
      if (!isOccupied(error)) throw error;
    }
  }
}

/** Puts the pending folder, if there is one, into place. */
async function complete(path: string, durable: boolean): Promise<void> {
  const pending = pendingOf(path);
  while (await exists(pending)) {
    const old = temporaryBeside(path, 'old');
    const replaced = await moved(path, old);
    const placed = await moved(pending, path);
    // Another writer has put it into place, and what was moved away is that.
    if (replaced && !placed) await moved(old, path);
    if (durable) await syncFolder(dirname(path));
    await rm(old, { recursive: true, force: true });
  }
}

/** Renames; false where there is nothing to rename, or something in the way. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isNotFound(error) || isOccupied(error)) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

const isOccupied = (error: unknown) => ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '');

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

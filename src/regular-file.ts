/**
 * Reads regular files of bounded size. What else can have a name (a pipe, a device, a folder) is refused without waiting for
 * it, and a file's size is checked before anything of it is read, so that a link to `/dev/zero` or a sparse file cannot fill
 * the memory. Links to regular files are followed.
 */
import { constants as bufferConstants } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Problem } from './errors.js';

/** Configurations, taxonomies, descriptions: 64 MiB, a hundred times what a tree of 1,000 classes takes. */
export const MAX_DOCUMENT_BYTES = 2 ** 26;
/** Tables, matrices and histories: what fits into one string, 512 MiB. */
export const MAX_TABLE_BYTES = bufferConstants.MAX_STRING_LENGTH;

/** What a file may hold. */
export interface FileBounds {
  readonly maxBytes: number;
  /** Where the size is known, it must be this one. */
  readonly exactBytes?: number | undefined;
}

/** The file is there but is not one that is read. Has a `code`, as the errors of the system have. */
export class UnsuitableFileError extends Error {
  readonly code = 'UNSUITABLE';

  constructor(
    readonly expected: string,
    readonly received: string,
    /** Whether it is a regular file of another size. */
    readonly isOtherSize: boolean,
  ) {
    super(`${received} instead of ${expected}`);
  }
}

/** Opening a pipe would otherwise wait for its writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file to read from it.
 *
 * @throws UnsuitableFileError for what is not a regular file, or not of an allowed size; Error of the system
 */
export async function openRegularFile(path: string, bounds: FileBounds): Promise<FileHandle> {
  const file = await open(path, FLAGS);
  try {
    requireSuitable(await file.stat(), bounds);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads a regular file. @throws as {@link openRegularFile} */
export async function readRegularFile(path: string, bounds: FileBounds): Promise<Buffer> {
  const file = await openRegularFile(path, bounds);
  try {
    const bytes = Buffer.allocUnsafe((await file.stat()).size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** Reads a regular file, or the bytes from `start` up to `end`, in pieces. @throws as {@link openRegularFile} */
export async function* piecesOfRegularFile(
  path: string,
  { pieceBytes = 2 ** 20, start = 0, end = Number.POSITIVE_INFINITY }: PieceOptions = {},
): AsyncGenerator<Buffer, void> {
  const file = await openRegularFile(path, { maxBytes: Number.POSITIVE_INFINITY });
  try {
    const { size } = await file.stat();
    for (let at = start; at < end; ) {
      // Small files get small buffers. Behind the end that the file had, a little is read to see whether it grew.
      const wanted = Math.min(pieceBytes, end - at, Math.max(size - at, SMALLEST_PIECE));
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Bytes. */
const SMALLEST_PIECE = 4096;

interface PieceOptions {
  /** Default 1 MiB. */
  readonly pieceBytes?: number | undefined;
  /** Default 0. */
  readonly start?: number | undefined;
  /** Not read any more. Default: the end of the file. */
  readonly end?: number | undefined;
}

/** As {@link openRegularFile}. @returns the file's descriptor */
export function openRegularFileSync(path: string, bounds: FileBounds): number {
  const file = openSync(path, FLAGS);
  try {
    requireSuitable(fstatSync(file), bounds);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Reads a regular file without giving way to other work. @throws as {@link openRegularFile} */
export function readRegularFileSync(path: string, bounds: FileBounds): Buffer {
  const file = openRegularFileSync(path, bounds);
  try {
    const bytes = Buffer.allocUnsafe(fstatSync(file).size);
    let length = 0;
    while (length < bytes.length) {
      const bytesRead = readSync(file, bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Why a file could not be read: a problem for each error of the functions above. @param expected of a file that is missing or locked */
export function readProblem(where: string, error: unknown, expected = 'a file that can be read'): Problem {
  if (error instanceof UnsuitableFileError) return { where, expected: error.expected, received: error.received };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return { where, expected, received: 'no such file' };
  if (code === 'EACCES' || code === 'EPERM') return { where, expected, received: 'no permission to read it' };
  return { where, expected, received: message };
}

/** What has a name but is not a regular file; undefined for one that is. */
export function otherKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function requireSuitable(stats: Stats, { maxBytes, exactBytes }: FileBounds): void {
  const kind = otherKind(stats);
  if (kind !== undefined) throw new UnsuitableFileError('a regular file', kind, false);
  const received = `${stats.size} bytes`;
  if (exactBytes !== undefined && stats.size !== exactBytes) {
    const what = `${received}: the file was truncated or replaced`;
    throw new UnsuitableFileError(`a file of ${exactBytes} bytes`, what, true);
  }
  if (stats.size > maxBytes) throw new UnsuitableFileError(`a file of at most ${maxBytes} bytes`, received, true);
}

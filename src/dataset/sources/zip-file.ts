/** A zip file as a source of images and tables. Nothing is unpacked to disk. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { CladenetError, type Problem } from '../../errors.js';
import { LOCAL_HEADER_BYTES, localHeaderLength, readZipDirectory, type ZipEntry } from '../../formats/zip.js';
import { openRegularFileSync, piecesOfRegularFile, readProblem } from '../../regular-file.js';
import type { ZippedImage } from '../stored-image.js';

export interface ZipFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Entries that cannot be read. */
  readonly problems: readonly Problem[];
}

/** @throws CladenetError DATASET when it is no zip file, or is damaged */
export function openZip(path: string): ZipFile {
  const { entries, problems } = withFile(path, (descriptor) =>
    readZipDirectory(fstatSync(descriptor).size, (position, length) => readAt(descriptor, position, length)),
  );
  const [whole, own] = [problems.filter(({ where }) => where === ''), problems.filter(({ where }) => where !== '')];
  const located = (problem: Problem) => ({
    ...problem,
    where: problem.where === '' ? path : `${path}/${problem.where}`,
  });
  if (whole.length > 0) throw new CladenetError('DATASET', `The zip file ${path} cannot be read.`, whole.map(located));
  return { path, entries: new Map(entries.map((entry) => [entry.name, entry])), problems: own.map(located) };
}

export function zippedImage(zip: ZipFile, { name: _, ...entry }: ZipEntry): ZippedImage {
  return { kind: 'zip', file: zip.path, ...entry };
}

/** The bytes of a file in a zip file, piece by piece. @throws CladenetError DATASET when they are damaged */
export async function* bytesInZip({ path }: ZipFile, entry: ZipEntry): AsyncGenerator<Uint8Array, void> {
  const where = `${path}/${entry.name}`;
  const damaged = (received: string) =>
    new CladenetError('DATASET', `A file in the zip file ${path} cannot be read.`, [
      { where, expected: 'what the directory of the zip file says', received, remedy: 'Download or copy it again.' },
    ]);
  const header = withFile(path, (descriptor) =>
    localHeaderLength(readAt(descriptor, entry.offset, LOCAL_HEADER_BYTES)),
  );
  if (header === undefined) throw damaged('a zip file that has changed or is damaged');
  if (entry.size === 0) return;
  const start = entry.offset + header;
  const pieces = piecesOfRegularFile(path, { start, end: start + entry.size, pieceBytes: 2 ** 18 });
  const packed = Readable.from(pieces, { objectMode: false });
  const inflate = createInflateRaw({ chunkSize: 2 ** 18 });
  // An error while reading ends the inflation too, which is what is read here.
  packed.on('error', (error) => inflate.destroy(error));
  const unpacked: AsyncIterable<Uint8Array> = entry.isDeflated ? packed.pipe(inflate) : packed;
  let [bytes, crc] = [0, 0];
  try {
    for await (const piece of unpacked) {
      bytes += piece.length;
      if (bytes > entry.bytes) throw damaged(`more than ${entry.bytes} bytes`);
      crc = crc32(piece, crc);
      yield piece;
    }
  } catch (error) {
    throw error instanceof CladenetError ? error : damaged((error as Error).message);
  } finally {
    packed.destroy();
    inflate.destroy();
  }
  if (bytes !== entry.bytes || crc !== entry.crc) throw damaged(`${bytes} bytes with another checksum`);
}

function withFile<T>(path: string, work: (descriptor: number) => T): T {
  let descriptor: number;
  try {
    descriptor = openRegularFileSync(path, { maxBytes: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new CladenetError('DATASET', `The zip file ${path} cannot be read.`, [readProblem(path, error)]);
  }
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  let done = 0;
  for (let count = -1; count !== 0 && done < length; done += count) {
    count = readSync(descriptor, bytes, done, length - done, position + done);
  }
  return bytes.subarray(0, done);
}

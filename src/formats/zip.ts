/**
 * The directory of a zip file: which files are in it, and where. Nothing is unpacked to disk, and nothing that the directory
 * says is trusted: sizes are bounded, and an entry is inflated to at most the size that it states.
 *
 * @see APPNOTE.TXT, the .ZIP File Format Specification 6.3.10 (PKWARE)
 */
import { crc32, inflateRawSync } from 'node:zlib';
import type { Problem } from '../errors.js';

/** A file in a zip file. */
export interface ZipEntry {
  /** With `/` between folders, without `..`, not beginning with `/`. */
  readonly name: string;
  /** Where its local header begins. */
  readonly offset: number;
  /** Bytes that it takes in the zip file. */
  readonly size: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Whether it is compressed (deflate); otherwise it is stored as it is. */
  readonly isDeflated: boolean;
  /** CRC-32 of the file. */
  readonly crc: number;
}

/** The files in a zip file, in the order of its directory, and the entries that cannot be read, by name. */
export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** `where` is the name of the entry, empty for the zip file itself. */
  readonly problems: readonly Problem[];
}

/** Reads `length` bytes of the zip file from `position` on; fewer where it ends before. */
export type ReadBytes = (position: number, length: number) => Uint8Array;

/** Entries of a zip file: four times the images of a very large project. */
const MOST_ENTRIES = 2 ** 22;
/** Bytes of a directory, 128 for each entry. */
const LARGEST_DIRECTORY = 2 ** 29;
/** Deflate cannot compress more than by this factor. */
const STRONGEST = 1032;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** The end of the directory without its comment, and the longest comment. */
const END_BYTES = 22;
const END_64_BYTES = 56;
const LONGEST_COMMENT = 0xffff;
/** Bytes of a local header without its name and its extra field. */
export const LOCAL_HEADER_BYTES = 30;

/** Reads the directory of a zip file. @param length of the file in bytes */
export function readZipDirectory(length: number, read: ReadBytes): ZipDirectory {
  const end = findEnd(length, read);
  if ('received' in end) return { entries: [], problems: [{ where: '', ...end }] };
  const entries = new Map<string, ZipEntry>();
  const problems: Problem[] = [];
  const bytes = buffer(read(end.offset, end.size));
  let at = 0;
  for (let i = 0; i < end.count; i++) {
    const header = at + 46 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL ? entryAt(bytes, at) : undefined;
    if (header === undefined) {
      const received = `a directory that is damaged after ${i} of ${end.count} entries`;
      return { entries: [...entries.values()], problems: [...problems, { where: '', ...whole, received }] };
    }
    at = header.next;
    if (header.entry.name.endsWith('/')) continue;
    const problem = problemOf(header, length) ?? (entries.has(header.entry.name) ? TWICE : undefined);
    if (problem === undefined) entries.set(header.entry.name, header.entry);
    else problems.push({ where: header.entry.name, ...problem });
  }
  return { entries: [...entries.values()], problems };
}

const whole = { expected: 'a whole zip file', remedy: 'Download or copy it again.' };
const TWICE = { expected: 'each file once', received: 'a second file of this name, which is left out' };

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

type Fault = Omit<Problem, 'where'>;

function findEnd(length: number, read: ReadBytes): End | Fault {
  const start = Math.max(0, length - END_BYTES - LONGEST_COMMENT);
  const tail = buffer(read(start, length - start));
  let at = tail.length - END_BYTES;
  while (at >= 0 && !(tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) <= tail.length))
    at--;
  if (at < 0) return { ...whole, received: length < END_BYTES ? `${length} bytes` : 'no directory at its end' };
  const disk = tail.readUInt16LE(at + 4);
  if (disk !== 0 && disk !== 0xffff) return { ...whole, received: 'the last of several parts of a zip file' };
  let end: End = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (at >= 20 && tail.readUInt32LE(at - 20) === LOCATOR_64) {
    const position = number64(tail, at - 12);
    // Beyond the end of the file may be beyond what can be asked for.
    const record = buffer(position < length ? read(position, END_64_BYTES) : new Uint8Array());
    const isWhole = record.length === END_64_BYTES && record.readUInt32LE(0) === END_64;
    if (!isWhole) return { ...whole, received: 'a damaged directory' };
    end = { count: number64(record, 32), size: number64(record, 40), offset: number64(record, 48) };
  }
  if (end.offset + end.size > length) return { ...whole, received: 'a directory beyond the end of the file' };
  if (end.count > MOST_ENTRIES || end.size > LARGEST_DIRECTORY) {
    return { expected: `at most ${MOST_ENTRIES} files in a zip file`, received: `${end.count}` };
  }
  return end;
}

interface Header {
  readonly entry: ZipEntry;
  readonly flags: number;
  readonly method: number;
  readonly next: number;
}

function entryAt(bytes: Buffer, at: number): Header | undefined {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const next = extraEnd + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) return undefined;
  const sizes = [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
  const [inflated = 0, size = 0, offset = 0] = sizes64(bytes, nameEnd, extraEnd, sizes);
  const name = nameOf(bytes.subarray(at + 46, nameEnd), (flags & 0x800) !== 0);
  const crc = bytes.readUInt32LE(at + 16);
  return { entry: { name, offset, size, bytes: inflated, isDeflated: method === 8, crc }, flags, method, next };
}

/** Sizes that do not fit into 32 bits are in the extra field 1, in this order. */
function sizes64(bytes: Buffer, from: number, end: number, sizes: readonly number[]): readonly number[] {
  if (!sizes.includes(0xffffffff)) return sizes;
  for (let at = from; at + 4 <= end; at += 4 + bytes.readUInt16LE(at + 2)) {
    if (bytes.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    return sizes.map((size) => {
      if (size !== 0xffffffff || next + 8 > end) return size;
      next += 8;
      return number64(bytes, next - 8);
    });
  }
  return sizes;
}

function problemOf({ entry, flags, method }: Header, length: number): Fault | undefined {
  const { name, offset, size, bytes, isDeflated } = entry;
  const fault = (expected: string, received: string) => ({ expected, received: `${received}; it is left out` });
  const parts = name.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (parts.includes('..') || parts[0] === '' || /^[a-z]:/i.test(name) || /[\0-\x1f]/.test(name)) {
    return fault('a name inside the zip file', 'a name that leads out of it');
  }
  if ((flags & 1) !== 0) return fault('a file that is not encrypted', 'an encrypted one');
  if (method !== 0 && method !== 8) return fault('a file that is stored or deflated', `compression method ${method}`);
  const fits = isDeflated ? bytes <= size * STRONGEST : bytes === size;
  if (!fits) return fault('a size that its compressed bytes can have', `${bytes} bytes from ${size}`);
  if (offset + LOCAL_HEADER_BYTES + size > length) return fault('a file inside the zip file', 'one beyond its end');
  return undefined;
}

/** How many bytes of header lie before the bytes of an entry. @param header the first {@link LOCAL_HEADER_BYTES} of them */
export function localHeaderLength(header: Uint8Array): number | undefined {
  const bytes = buffer(header);
  if (bytes.length < LOCAL_HEADER_BYTES || bytes.readUInt32LE(0) !== LOCAL) return undefined;
  return LOCAL_HEADER_BYTES + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
}

/** The file of an entry. @param packed its bytes in the zip file. @throws Error when they are not what the directory says */
export function unpackEntry({ bytes, isDeflated, crc }: Omit<ZipEntry, 'name'>, packed: Uint8Array): Uint8Array {
  const file = isDeflated ? inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) }) : packed;
  if (file.length !== bytes || crc32(file) !== crc) throw new Error('other bytes than its checksum says');
  return file;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** In UTF-8 where the entry says so or its bytes are; otherwise in the code page of DOS, as the format has it. */
function nameOf(bytes: Buffer, isUtf8: boolean): string {
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch {
    name = isUtf8
      ? bytes.toString('latin1')
      : Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CODE_PAGE_437[byte - 128])).join('');
  }
  return name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

const CODE_PAGE_437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An integer of 64 bits. One that is not exact is beyond the end of every file. */
const number64 = (bytes: Buffer, at: number) => Number(bytes.readBigUInt64LE(at));

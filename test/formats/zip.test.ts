import { describe, expect, test } from 'vitest';
import {
  LOCAL_HEADER_BYTES,
  localHeaderLength,
  readZipDirectory,
  unpackEntry,
  type ZipEntry,
} from '../../src/formats/zip.js';
import { type ZipItem, zipOf } from '../fixtures/zip.js';

const directoryOf = (zip: Buffer) =>
  readZipDirectory(zip.length, (position, length) => zip.subarray(position, position + length));

function unpacked(zip: Buffer, entry: ZipEntry): string {
  const header = localHeaderLength(zip.subarray(entry.offset, entry.offset + LOCAL_HEADER_BYTES)) ?? 0;
  const begin = entry.offset + header;
  return Buffer.from(unpackEntry(entry, zip.subarray(begin, begin + entry.size))).toString();
}

const long = 'copepoda '.repeat(100);

describe('the directory of a zip file', () => {
  test.each([[2n ** 60n], [2n ** 40n], [0n]])('with a place of 64 bits that is wrong, %s, is refused', (place) => {
    const zip = zipOf([{ name: 'a.txt', file: long, is64: true }]);
    zip.writeBigUInt64LE(place, zip.length - 22 - 12);
    expect(directoryOf(zip)).toMatchObject({ entries: [], problems: [{ received: 'a damaged directory' }] });
    const asked: number[] = [];
    readZipDirectory(zip.length, (position, length) => {
      asked.push(position);
      return zip.subarray(position, position + length);
    });
    expect(asked).toAllSatisfy((position: number) => position < zip.length);
  });

  test.each([
    ['stored and deflated files', {}, ''],
    ['sizes of 64 bits', { is64: true }, ''],
    ['a comment that contains the mark of an end', {}, 'PK\x05\x06 is no end'],
  ])('with %s', (_, options, comment) => {
    const zip = zipOf(
      [
        { name: 'images/', file: '', method: 0 },
        { name: 'images/a.txt', file: long, ...options },
        { name: './b.txt', file: 'b', method: 0 },
      ],
      comment,
    );
    const { entries, problems } = directoryOf(zip);
    expect(problems).toEqual([]);
    expect(entries.map(({ name }) => name)).toEqual(['images/a.txt', 'b.txt']);
    expect(entries.map((entry) => unpacked(zip, entry))).toEqual([long, 'b']);
  });

  test('names of DOS, of Windows and in UTF-8 without a mark', () => {
    const names: ZipItem['name'][] = [Uint8Array.of(0x82, 0x2e, 0x6a), 'a\\b.jpg', 'été.jpg'];
    const zip = zipOf(names.map((name) => ({ name, file: '', flags: 0 })));
    expect(directoryOf(zip).entries.map(({ name }) => name)).toEqual(['é.j', 'a/b.jpg', 'été.jpg']);
  });

  test('entries that cannot be read are named, all of them', () => {
    const file = 'x';
    const zip = zipOf([
      { name: '../out.jpg', file },
      { name: '/etc/passwd', file },
      { name: 'c:/a.jpg', file },
      { name: 'secret.jpg', file, flags: 1 },
      { name: 'lzma.jpg', file, method: 14 },
      { name: 'bomb.jpg', file: long, bytes: 1e9 },
      { name: 'a.jpg', file },
      { name: 'a.jpg', file },
    ]);
    const { entries, problems } = directoryOf(zip);
    expect(entries.map(({ name }) => name)).toEqual(['a.jpg']);
    expect(problems.map(({ where, received }) => [where, received.split(';')[0]])).toEqual([
      ['../out.jpg', 'a name that leads out of it'],
      ['/etc/passwd', 'a name that leads out of it'],
      ['c:/a.jpg', 'a name that leads out of it'],
      ['secret.jpg', 'an encrypted one'],
      ['lzma.jpg', 'compression method 14'],
      ['bomb.jpg', expect.stringMatching(/^1000000000 bytes from \d+$/)],
      ['a.jpg', 'a second file of this name, which is left out'],
    ]);
  });

  test('files that are no whole zip files', () => {
    const zip = zipOf([
      { name: 'a.jpg', file: long },
      { name: 'b.jpg', file: long },
    ]);
    const broken = Buffer.from(zip);
    broken.writeUInt32LE(0, zip.lastIndexOf('PK\x01\x02'));
    const received = [zip.subarray(0, 10), zip.subarray(0, -5), zip.subarray(40), broken].map(
      (bytes) => directoryOf(Buffer.from(bytes)).problems[0]?.received,
    );
    expect(received).toEqual([
      '10 bytes',
      'no directory at its end',
      'a directory beyond the end of the file',
      'a directory that is damaged after 1 of 2 entries',
    ]);
  });

  test('a file that inflates to more than it states is refused', () => {
    const zip = zipOf([{ name: 'a.jpg', file: long, bytes: 10 }]);
    const [entry] = directoryOf(zip).entries;
    expect(() => unpacked(zip, entry as ZipEntry)).toThrow(/Cannot create a Buffer larger than 10 bytes/);
    const changed = zipOf([{ name: 'a.jpg', file: long, crc: 1 }]);
    const [other] = directoryOf(changed).entries;
    expect(() => unpacked(changed, other as ZipEntry)).toThrow('other bytes than its checksum says');
  });
});

/** What is said about images that are used though something about them is unusual. */
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pageLinks } from '../../src/dataset/decode/tiff-pages.js';
import { loadImages } from '../../src/dataset/load.js';
import { openImages } from '../../src/dataset/open.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { bytesOf } from '../fixtures/bytes.js';
import { grey, settle, temporaryFolder, uniform, write } from './fixtures.js';

/** 8 x 8 pixels of 16 bits, from 0 to a greatest value. */
const deep = (greatest: number) =>
  sharp(
    Uint16Array.from({ length: 64 }, (_, i) => Math.round((i / 63) * greatest)),
    { raw: { width: 8, height: 8, channels: 1 } },
  ).toColourspace('grey16');

async function notesOf(files: Readonly<Record<string, Buffer>>) {
  const root = temporaryFolder();
  write(root, files);
  await settle();
  const listing = await listImages(root);
  const options = { cacheDir: join(root, '.cache') };
  const first = await loadImages(listing, grey(8), options);
  const again = await loadImages(listing, grey(8), options);
  expect(again.decoded).toBe(0);
  // What is in the cache has the same notes and the same sizes.
  expect(again.notes).toEqual(first.notes);
  expect(again.images).toEqual(first.images);
  expect(first.images.widths).toEqual(new Float32Array(first.images.count).fill(8));
  expect((await openImages(root, grey(8), options)).problems).toEqual(first.notes);
  return { root, notes: first.notes, pixels: bytesOf(first.images) };
}

describe('values far below the range of their type', () => {
  it('are told where they have 16 bits, and read as they are', async () => {
    const { root, notes, pixels } = await notesOf({
      'a.png': await deep(4095).png().toBuffer(),
      'b.tif': await deep(4095).tiff({ compression: 'none' }).toBuffer(),
      'c.png': await deep(65535).png().toBuffer(),
    });
    expect(notes).toEqual([
      {
        where: join(root, 'a.png'),
        expected: 'values that use the range of 16 bits, 0 to 65535',
        received:
          '2 of 3 images that use at most 1/8 of it, as those of a 12-bit camera do (0 to 4095), and look almost black',
        remedy: 'They are read as they are. Scale the files to 16 bits once, for example 12 bits by the factor 16.',
      },
    ]);
    expect([63, 127, 191].map((i) => pixels[i])).toEqual([15, 15, 255]);
  });

  it('are told where they have 8 bits only if most images are like that', async () => {
    const [dark, light] = await Promise.all([31, 32].map((value) => uniform(8, 8, value).png().toBuffer()));
    const files = { 'a.png': dark, 'b.png': light } as Record<string, Buffer>;
    expect((await notesOf(files)).notes).toEqual([]);
    const { notes } = await notesOf({ ...files, 'c.png': dark as Buffer });
    expect(notes).toMatchObject([{ received: '2 of 3 images that use at most 1/8 of it, and look almost black' }]);
  });
});

describe('pages of a TIFF', () => {
  /** A TIFF whose pages are all the first one, but for the links that lead on. */
  async function paged(pages: number): Promise<Buffer> {
    const one = await uniform(8, 8, 200).tiff({ compression: 'none' }).toBuffer();
    const page = one.readUInt32LE(4);
    const entries = one.subarray(page, page + 2 + 12 * one.readUInt16LE(page));
    const at = (i: number) => one.length + i * (entries.length + 4);
    const others = Array.from({ length: pages - 1 }, (_, i) => {
      const next = Buffer.alloc(4);
      next.writeUInt32LE(i === pages - 2 ? 0 : at(i + 1));
      return Buffer.concat([entries, next]);
    });
    const changed = Buffer.from(one);
    if (pages > 1) changed.writeUInt32LE(at(0), page + entries.length);
    return Buffer.concat([changed, ...others]);
  }

  it('are followed by their links', async () => {
    const bytes = await paged(5);
    const followed: boolean[] = [];
    const links = pageLinks((from, length) => bytes.subarray(from, from + length));
    for await (const { next } of links) followed.push(next > 0);
    expect(followed).toEqual([true, true, true, true, false]);
    expect((await sharp(bytes).metadata()).pages).toBe(5);
  });

  it('are told, and only the first is read, however many there are', async () => {
    const { root, notes, pixels } = await notesOf({ 'a.tif': await paged(100_000), 'b.tif': await paged(1) });
    expect(notes).toMatchObject([
      {
        where: join(root, 'a.tif'),
        received: '1 of 2 images that have several pages, of which the first is used',
      },
    ]);
    expect([...new Set(pixels)]).toEqual([200]);
  });

  it('that lead back to the first one end', async () => {
    const bytes = await paged(3);
    const page = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(page, page + 2 + 12 * bytes.readUInt16LE(page));
    const { notes, pixels } = await notesOf({ 'a.tif': bytes });
    expect(notes).toHaveLength(1);
    expect(pixels[0]).toBe(200);
  });
});

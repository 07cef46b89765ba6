import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInMemory, selectImages, squareOf } from '../../src/dataset/images.js';
import { classesOf, type ImageListing, type ImageRecord } from '../../src/dataset/listing.js';
import { loadImages } from '../../src/dataset/load.js';
import { measureCached } from '../../src/features/images/measure-cached.js';
import { readZipDirectory } from '../../src/formats/zip.js';
import { zipOf } from '../fixtures/zip.js';
import { grey, painted, settle, temporaryFolder, write } from './fixtures.js';

const image = (level: number) => painted(24, 16, (x, y) => (x > 6 && x < 18 && y > 4 && y < 12 ? level : 255));

function listingOf(source: string, records: readonly ImageRecord[]): ImageListing {
  return { source, records, classes: classesOf(records), problems: [] };
}

/** Three images in files, and the same in a zip file. */
async function twice() {
  const folder = temporaryFolder();
  const jpeg = await image(10).jpeg({ quality: 100 }).toBuffer();
  const files = {
    '1.jpg': jpeg,
    '2.png': await image(90).png().toBuffer(),
    '3.png': await image(150).png().toBuffer(),
  };
  write(folder, files);
  const zip = join(folder, 'export.zip');
  const bytes = zipOf(
    Object.entries(files).map(([name, file], i) => ({ name: `images/${name}`, file, method: i % 2 ? 0 : 8 })),
  );
  writeFileSync(zip, bytes);
  const { entries } = readZipDirectory(bytes.length, (at, length) => bytes.subarray(at, at + length));
  const records = entries.map(({ name, ...entry }, i): ImageRecord => {
    const stored = { kind: 'zip', file: zip, ...entry } as const;
    return { path: `${zip}/${name}`, label: i < 2 ? 'a' : 'b', stored, fields: { object_id: `o${i}` } };
  });
  return { folder, zip, files: Object.keys(files).map((name) => join(folder, name)), records };
}

describe('images inside a zip file', () => {
  test('are decoded, cached and measured as files are', async () => {
    const { folder, zip, files, records } = await twice();
    await settle();
    const options = { cacheDir: join(folder, 'cache') };
    const plain = await loadImages(
      listingOf(
        folder,
        files.map((path) => ({ path, label: 'a' })),
      ),
      grey(12),
      options,
    );
    const first = await loadImages(listingOf(zip, records), grey(12), options);
    const again = await loadImages(listingOf(zip, records), grey(12), options);
    expect([first.rejected, first.images.count, first.decoded, again.decoded]).toEqual([[], 3, 3, 0]);
    expect(isInMemory(first.images)).toBe(true);
    expect(first.images.pixels).toEqual(plain.images.pixels);
    expect(again.images.pixels).toEqual(plain.images.pixels);

    const measured = { set: 'zooprocess', cacheDir: join(folder, 'features') } as const;
    const expected = await measureCached(files, measured);
    expect((await measureCached(records, measured)).values).toEqual(expected.values);
    expect((await measureCached(records, measured)).values).toEqual(expected.values);

    const [selected] = [selectImages(first.images, [2, 0])];
    expect(selected.fields).toEqual({ object_id: ['o2', 'o0'] });
    expect(selected.stored?.map((stored) => stored?.file)).toEqual([zip, zip]);
  });

  test('stay in the cache while others of the same zip file are loaded, until it changes', async () => {
    const { folder, zip, records } = await twice();
    await settle();
    const options = { cacheDir: join(folder, 'cache') };
    const decoded = async (some: readonly ImageRecord[]) =>
      (await loadImages(listingOf(zip, some), grey(12), options)).decoded;
    expect([await decoded(records.slice(0, 1)), await decoded(records.slice(1)), await decoded(records)]).toEqual([
      1, 2, 0,
    ]);
    appendFileSync(zip, 'more');
    await settle();
    // Nothing of the file before is left.
    expect([await decoded(records.slice(0, 1)), await decoded(records)]).toEqual([1, 2]);
  });

  test('are decoded again when the zip file has changed, and reported when it has no longer what the directory said', async () => {
    const { folder, zip, records } = await twice();
    await settle();
    const options = { cacheDir: join(folder, 'cache') };
    await loadImages(listingOf(zip, records), grey(12), options);
    appendFileSync(zip, 'more');
    await settle();
    expect((await loadImages(listingOf(zip, records), grey(12), options)).decoded).toBe(3);
    writeFileSync(zip, 'PK');
    await expect(loadImages(listingOf(zip, records), grey(12), options)).rejects.toMatchObject({
      problems: records.map(({ path }) => ({ where: path, received: 'a file that ends before this image does' })),
    });
  });
});

describe('raw pixels inside a file', () => {
  test('are an image, also two regions in one', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'bin.roi');
    writeFileSync(file, Uint8Array.from([9, 9, 10, 20, 30, 40, 50, 60, 70]));
    const region = { kind: 'raw', file, offset: 2, width: 2, height: 2 } as const;
    const parts = [
      { offset: 2, width: 2, height: 2, x: 0, y: 0 },
      { offset: 6, width: 2, height: 1, x: 1, y: 2 },
    ];
    const both = { kind: 'stitched', file, width: 3, height: 3, parts } as const;
    const late = { ...region, offset: 7 };
    const records = [region, both, late].map((stored, i) => ({ path: `${file}/${i}`, label: 'a', stored }));
    const { images, rejected } = await loadImages(listingOf(file, records), grey(3), { cacheDir: false });
    expect(images.paths).toEqual([`${file}/0`, `${file}/1`]);
    expect(rejected).toMatchObject([{ where: `${file}/2`, received: 'a file that ends before this image does' }]);
    expect(Array.from(images.widths)).toEqual([2, 3]);
    expect(Array.from(squareOf(images, 1))).toEqual([10, 20, 0, 30, 40, 0, 0, 50, 60]);
  });

  test('stay in the cache while others of the same bin are loaded', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'bin.roi');
    writeFileSync(file, Uint8Array.from([10, 20, 30, 40, 50, 60]));
    const records = [0, 2, 4].map((offset): ImageRecord => {
      return { path: `${file}/${offset}`, label: 'a', stored: { kind: 'raw', file, offset, width: 2, height: 1 } };
    });
    await settle();
    const decoded = async (some: readonly ImageRecord[]) =>
      (await loadImages(listingOf(folder, some), grey(2), { cacheDir: join(folder, 'cache') })).decoded;
    expect([await decoded(records.slice(0, 2)), await decoded(records.slice(2)), await decoded(records)]).toEqual([
      2, 1, 0,
    ]);
  });
});

import { readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selectImages } from '../../src/dataset/images.js';
import type { ImageListing } from '../../src/dataset/listing.js';
import { type LoadOptions, loadImages } from '../../src/dataset/load.js';
import type { Preprocessing } from '../../src/dataset/preprocessing.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { bytesOf } from '../fixtures/bytes.js';
import { backdate, grey, settle, temporaryFolder, uniform, write } from './fixtures.js';

/** A folder of uniform images of different values, with one file that is not an image; and a cache. */
async function sample() {
  const folder = temporaryFolder();
  const root = join(folder, 'images');
  const cacheDir = join(folder, 'cache');
  const jpeg = (value: number) => uniform(10, 10, value).jpeg({ quality: 100 }).toBuffer();
  write(root, {
    'a/1.jpg': await jpeg(10),
    'a/2.jpg': await jpeg(20),
    'b/3.png': await uniform(10, 5, 30).png().toBuffer(),
    'b/4.jpg': 'no image',
    'b/5.jpg': await jpeg(50),
  });
  await settle();
  const load = async (options: LoadOptions = {}, preprocessing: Preprocessing = grey(6)) => {
    const listing = await listImages(root);
    const { images, rejected, decoded, cacheProblem } = await loadImages(listing, preprocessing, {
      cacheDir,
      ...options,
    });
    const middles = images.paths.map((path, i) => [relative(root, path), bytesOf(images)[i * 36 + 21]]);
    return { images, middles: Object.fromEntries(middles), rejected, decoded, cacheProblem };
  };
  const indexFile = () => join(cacheDir, readdirSync(cacheDir)[0] ?? '', 'index');
  const pixelsFile = () => join(cacheDir, readdirSync(cacheDir)[0] ?? '', 'pixels');
  return { root, cacheDir, jpeg, load, indexFile, pixelsFile };
}

const ALL = { 'a/1.jpg': 10, 'a/2.jpg': 20, 'b/3.png': 30, 'b/5.jpg': 50 };

describe('loadImages', () => {
  it('fills an image set in path order', async () => {
    const { load, root } = await sample();
    const { images, rejected } = await load();
    expect(images).toMatchObject({ preprocessing: grey(6), count: 4, classes: ['a', 'b'] });
    expect([...images.labels]).toEqual([0, 0, 1, 1]);
    expect([...images.widths]).toEqual([10, 10, 10, 10]);
    expect([...images.heights]).toEqual([10, 10, 5, 10]);
    expect([...bytesOf(images).subarray(72, 108)]).toEqual(
      [6, 18, 12].flatMap((n, i) => Array(n).fill(i === 1 ? 30 : 255)).slice(0, 36),
    );
    expect(rejected).toMatchObject([{ where: join(root, 'b/4.jpg') }]);
  });

  it('marks images without a class', async () => {
    const { root } = await sample();
    write(root, { '0.jpg': readFileSync(join(root, 'a/1.jpg')) });
    const { images } = await loadImages(await listImages(root), grey(6), { cacheDir: false });
    expect([...images.labels]).toEqual([-1, 0, 0, 1, 1]);
  });

  it('reports progress', async () => {
    const { load } = await sample();
    const seen: { done: number; total: number }[] = [];
    await load({ onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: 5, total: 5 });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
  });

  it('stops when its signal fires', async () => {
    const { load, cacheDir } = await sample();
    await expect(load({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    const stop = new AbortController();
    const stopped = load({ signal: stop.signal, onProgress: () => stop.abort('enough') });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect(() => readdirSync(cacheDir)).toThrow();
  });

  it('refuses a preprocessing that is not valid, and images that fit neither into memory nor on the disk', async () => {
    const { load, root } = await sample();
    await expect(load({}, { ...grey(0), background: 'grey' as never })).rejects.toMatchObject({
      code: 'CONFIG',
      problems: [{ where: 'preprocessing.size' }, { where: 'preprocessing.background' }],
    });
    const { records, ...rest } = await listImages(root);
    const many: ImageListing = { ...rest, records: Array(200_000).fill(records[0]) };
    await expect(loadImages(many, { ...grey(4096), channels: 3 })).rejects.toMatchObject({
      code: 'DATASET',
      message: expect.stringContaining('too many images'),
    });
  });
});

describe('the cache', () => {
  it('decodes nothing in the second run, rejected images included, with the same result', async () => {
    const { load } = await sample();
    const first = await load();
    const second = await load();
    expect(first).toMatchObject({ middles: ALL, decoded: 5, cacheProblem: undefined });
    expect(second).toEqual({ ...first, decoded: 0 });
  });

  it('can be disabled', async () => {
    const { load, cacheDir } = await sample();
    expect(await load({ cacheDir: false })).toMatchObject({ decoded: 5 });
    expect(() => readdirSync(cacheDir)).toThrow();
  });

  it('decodes changed and new files only, and forgets removed ones', async () => {
    const { load, root, jpeg } = await sample();
    await load();
    write(root, { 'a/2.jpg': await jpeg(99), 'a/0.jpg': await jpeg(5), 'b/4.jpg': await jpeg(40) });
    rmSync(join(root, 'a/1.jpg'));
    await settle();
    const changed = { 'a/0.jpg': 5, 'a/2.jpg': 99, 'b/3.png': 30, 'b/4.jpg': 40, 'b/5.jpg': 50 };
    expect(await load()).toMatchObject({ middles: changed, decoded: 3, rejected: [] });
    expect(await load()).toMatchObject({ middles: changed, decoded: 0 });
  });

  it('notices a change that keeps the size and the time of the content', async () => {
    const { load, root, jpeg } = await sample();
    const path = join(root, 'a/1.jpg');
    const other = await jpeg(11);
    expect(other.length).toBe(readFileSync(path).length);
    backdate(path);
    await settle();
    await load();
    writeFileSync(path, other);
    backdate(path);
    expect((await load()).middles).toEqual({ ...ALL, 'a/1.jpg': 11 });
  });

  it('does not rely on files that have only just been written', async () => {
    const { load, root, jpeg } = await sample();
    for (const value of [100, 101, 102, 103]) {
      writeFileSync(join(root, 'a/1.jpg'), await jpeg(value));
      expect((await load()).middles).toMatchObject({ 'a/1.jpg': value });
    }
  });

  it('is separate for every preprocessing', async () => {
    const { load, cacheDir } = await sample();
    await load();
    const median: Preprocessing = { ...grey(6), background: 'border-median' };
    expect(await load({}, median)).toMatchObject({ decoded: 5 });
    expect(await load({}, { ...grey(6), channels: 3 })).toMatchObject({ decoded: 5 });
    expect(await load()).toMatchObject({ decoded: 0 });
    expect(await load({}, median)).toMatchObject({ decoded: 0 });
    expect(readdirSync(cacheDir)).toHaveLength(3);
  });

  it('serves parts of a source, and keeps the rest', async () => {
    const { root, cacheDir, load, jpeg } = await sample();
    await load();
    const listing = await listImages(root);
    const part = { ...listing, records: listing.records.filter(({ path }) => /[25].jpg/.test(path)) };
    expect(await loadImages(part, grey(6), { cacheDir })).toMatchObject({ decoded: 0, images: { count: 2 } });
    write(root, { 'a/2.jpg': await jpeg(99) });
    await settle();
    expect(await loadImages(part, grey(6), { cacheDir })).toMatchObject({ decoded: 1, images: { count: 2 } });
    expect(await load()).toMatchObject({ decoded: 0, middles: { ...ALL, 'a/2.jpg': 99 } });
  });

  it('is found by relative paths too', async () => {
    const { root, cacheDir, load } = await sample();
    await load();
    const listing = await listImages(relative(process.cwd(), root));
    expect(await loadImages(listing, grey(6), { cacheDir })).toMatchObject({ decoded: 0 });
  });

  it('is rebuilt if it is damaged', async () => {
    const { load, indexFile, pixelsFile } = await sample();
    const flip = (path: string, at: number) => {
      const bytes = readFileSync(path);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    };
    await load();
    for (const [damage, decoded] of [
      [() => flip(pixelsFile(), 40), 1],
      [() => truncateSync(pixelsFile(), 100), 2],
      [() => truncateSync(pixelsFile(), 0), 4],
      [() => rmSync(pixelsFile()), 4],
      [() => flip(indexFile(), 60), 5],
      [() => flip(indexFile(), 0), 5],
      [() => truncateSync(indexFile(), 30), 5],
      [() => truncateSync(indexFile(), 0), 5],
      [() => rmSync(indexFile()), 5],
    ] as const) {
      damage();
      expect(await load()).toMatchObject({ middles: ALL, decoded, cacheProblem: undefined });
      expect(await load()).toMatchObject({ middles: ALL, decoded: 0 });
    }
  });

  it('leaves nothing half-written behind, and reports where it cannot be written', async () => {
    const { load, cacheDir } = await sample();
    await load();
    expect(readdirSync(cacheDir).filter((name) => name.startsWith('.'))).toEqual([]);
    const file = join(cacheDir, 'file');
    writeFileSync(file, '');
    const { middles, cacheProblem } = await load({ cacheDir: file });
    expect(middles).toEqual(ALL);
    expect(cacheProblem).toMatchObject({ expected: 'a folder where decoded images can be kept' });
  });

  it('is below CLADENET_CACHE by default', async () => {
    const { root, cacheDir } = await sample();
    const before = process.env.CLADENET_CACHE;
    process.env.CLADENET_CACHE = cacheDir;
    try {
      await loadImages(await listImages(root), grey(6));
    } finally {
      if (before === undefined) delete process.env.CLADENET_CACHE;
      else process.env.CLADENET_CACHE = before;
    }
    expect(readdirSync(join(cacheDir, 'images'))).toEqual([expect.stringMatching(/^images-[0-9a-f]{16}$/)]);
  });

  it('tries a file again if its times were touched', async () => {
    const { load, root } = await sample();
    await load();
    utimesSync(join(root, 'a/1.jpg'), new Date(), new Date());
    await settle();
    expect(await load()).toMatchObject({ middles: ALL, decoded: 1 });
  });
});

describe('selectImages', () => {
  it('selects images in the given order', async () => {
    const { load } = await sample();
    const { images } = await load();
    const chosen = selectImages(images, Int32Array.of(3, 0, 3));
    expect(chosen.count).toBe(3);
    expect([0, 1, 2].map((i) => bytesOf(chosen)[i * 36 + 21])).toEqual([50, 10, 50]);
    expect([...chosen.labels]).toEqual([1, 0, 1]);
    expect(chosen.paths.map((path) => path.slice(-5))).toEqual(['5.jpg', '1.jpg', '5.jpg']);
    expect(() => selectImages(images, [4])).toThrow(/0 to 3/);
  });
});

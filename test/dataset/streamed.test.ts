import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { balanceByAugmentation } from '../../src/classifier/data/balance.js';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { isInMemory, selectImages } from '../../src/dataset/images.js';
import { loadImages } from '../../src/dataset/load.js';
import { memoryForImages } from '../../src/dataset/memory.js';
import { rotateAndMirror } from '../../src/dataset/rotate-and-mirror.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { loadSharp } from '../../src/sharp.js';
import { bytesOf } from '../fixtures/bytes.js';
import { compiled as make } from '../fixtures/device.js';
import { SIDE, shapes, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';
import { settle, temporaryFolder } from './fixtures.js';

const preprocessing = { size: SIDE, channels: 1, background: 'white', fit: 'longer-side' } as const;
const SQUARE = SIDE * SIDE;
/** Room for parts of two images. */
const memory = 8 * SQUARE;

/** 24 images of four classes, and one file that is none. */
async function folder() {
  const root = join(temporaryFolder(), 'images');
  const sharp = await loadSharp();
  const set = shapes(6);
  for (const [i, label] of set.labels.entries()) {
    mkdirSync(join(root, `c${label}`), { recursive: true });
    const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
    await sharp(set.pixels.subarray(i * SQUARE, (i + 1) * SQUARE), { raw })
      .png()
      .toFile(join(root, `c${label}`, `${i}.png`));
  }
  writeFileSync(join(root, 'c1', '99.png'), 'no image');
  await settle();
  return { listing: await listImages(root), cacheDir: join(root, '..', 'cache') };
}

describe('images that do not fit into memory', () => {
  it('are the same, bit for bit: decoded now, from the cache, without a cache, in part from it', async () => {
    const { listing, cacheDir } = await folder();
    const all = await loadImages(listing, preprocessing, { cacheDir: false });
    expect(isInMemory(all.images)).toBe(true);
    const load = async (dir: string | false, of = listing) => {
      const loaded = await loadImages(of, preprocessing, { cacheDir: dir, memory });
      expect(isInMemory(loaded.images)).toBe(false);
      expect(loaded.cacheProblem).toBeUndefined();
      return loaded;
    };
    const same = ({ images, rejected }: Awaited<ReturnType<typeof load>>) => {
      expect(bytesOf(images)).toEqual(bytesOf(all.images));
      expect({ ...images, pixels: 0 }).toEqual({ ...all.images, pixels: 0 });
      expect(rejected).toEqual(all.rejected);
    };
    const some = { ...listing, records: listing.records.filter((_, i) => i % 3 === 0) };
    expect((await load(cacheDir, some)).decoded).toBe(some.records.length);
    const partly = await load(cacheDir);
    expect(partly.decoded).toBe(listing.records.length - some.records.length);
    same(partly);
    const again = await load(cacheDir);
    expect(again.decoded).toBe(0);
    same(again);
    same(await load(false));
    // Nothing but the cache is left.
    expect(readdirSync(cacheDir)).toHaveLength(1);
  });

  it('stay what they were while the cache is replaced, and are an error where it changed', async () => {
    const { listing, cacheDir } = await folder();
    const { images } = await loadImages(listing, preprocessing, { cacheDir, memory });
    const before = bytesOf(images);
    const cache = join(cacheDir, readdirSync(cacheDir)[0] ?? '');
    rmSync(cache, { recursive: true });
    expect(bytesOf(images)).toEqual(before);

    const { images: other } = await loadImages(listing, preprocessing, { cacheDir, memory });
    writeFileSync(join(cache, 'pixels'), new Uint8Array(24 * SQUARE));
    expect(() => bytesOf(other)).toThrowError(/have changed while they were in use.*other bytes/s);
    writeFileSync(join(cache, 'pixels'), '');
    expect(() => bytesOf(other)).toThrowError(/a shorter file/);
  });

  it('are selected, rotated, balanced, split and trained on as those in memory', async () => {
    const { listing, cacheDir } = await folder();
    const here = (await loadImages(listing, preprocessing, { cacheDir })).images;
    const there = (await loadImages(listing, preprocessing, { cacheDir, memory })).images;
    expect([isInMemory(here), isInMemory(there)]).toEqual([true, false]);
    const order = [5, 0, 5, 23];
    const view = { quarterTurns: 1, mirrored: true };
    const [selected, expected] = [there, here].map((set) => rotateAndMirror(selectImages(set, order), view));
    expect(selected && bytesOf(selected)).toEqual(expected && bytesOf(expected));

    const fractions = { train: 0.5, validation: 0.25, test: 0.25 };
    const [data, streamed] = [here, there].map((set) => prepareData(set, { seed: 1, fractions }));
    expect(streamed?.prints).toEqual(data?.prints);
    expect(streamed?.split).toEqual(data?.split);
    if (data === undefined || streamed === undefined) throw new TypeError('two sets of data');
    const balanced = [data, streamed].map((one) => balanceByAugmentation(one, { perClass: 8, seed: 1 }).images);
    const [ofMemory, ofDisk] = balanced.map(bytesOf);
    expect(ofMemory?.length).toBeGreaterThan(24 * SQUARE);
    expect(ofDisk).toEqual(ofMemory);

    const options = { make, network: tinyNetwork, training: { ...tinyTraining, epochs: 2 } };
    const flat = await trainFlat(data, options);
    const ofStream = await trainFlat(streamed, options);
    expect(ofStream.weights).toEqual(flat.weights);
    expect(ofStream.description.test).toEqual(flat.description.test);
    expect(await ofStream.predict(there, { tta: 2 })).toEqual(await flat.predict(here, { tta: 2 }));
    flat.dispose();
    ofStream.dispose();
  });
});

it('may take half of the memory of the machine, or of the control group where that has less', () => {
  expect(memoryForImages(8e9, undefined)).toBe(4e9);
  expect(memoryForImages(8e9, 0)).toBe(4e9);
  expect(memoryForImages(8e9, 2 ** 63)).toBe(4e9);
  expect(memoryForImages(8e9, 6e9)).toBe(3e9);
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { bytesOf } from '../fixtures/bytes.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';
import { grey, painted, settle, temporaryFolder, uniform, write } from './fixtures.js';

const noise = (x: number, y: number) => (x * 7919 + y * 104729) % 251;

/** Loads one image: its size, and the values in the middle and at the corner of its square. */
async function load(name: string, content: Uint8Array | string, more = {}) {
  const root = temporaryFolder();
  write(root, { [name]: content, 'good.jpg': await uniform(4, 4, 0).jpeg().toBuffer() });
  const listing = await listImages(root);
  const { images, rejected } = await loadImages(listing, { ...grey(8), ...more }, { cacheDir: false });
  const i = images.paths.indexOf(join(root, name));
  const square = bytesOf(images).subarray(i * 64, (i + 1) * 64);
  const reason = rejected.find(({ where }) => where === join(root, name))?.received;
  return i < 0
    ? { reason }
    : { width: images.widths[i], height: images.heights[i], corner: square[0], middle: square[28] };
}

/** A black PNG of 1 bit per pixel, which is quick to make at any size. */
function blackPng(side: number, { interlaced = false, height = side } = {}): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const chunk = Buffer.concat([Buffer.alloc(4), body, Buffer.alloc(4)]);
    chunk.writeUInt32BE(data.length, 0);
    chunk.writeUInt32BE(crc32(body), chunk.length - 4);
    return chunk;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  header[12] = interlaced ? 1 : 0;
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(side / 8))), { level: 1 });
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

describe('unusual images are converted', () => {
  const raw16 = (channels: 1 | 2 | 3 | 4, pixel: number[]) =>
    sharp(
      Uint16Array.from({ length: 16 * channels }, (_, i) => pixel[i % channels] ?? 0),
      {
        raw: { width: 4, height: 4, channels },
      },
    );

  it('16 bits are scaled to 8', async () => {
    const half = { width: 4, height: 4, corner: 128, middle: 128 };
    expect(await load('a.png', await raw16(1, [0x8040]).toColourspace('grey16').png().toBuffer())).toEqual(half);
    expect(await load('a.tif', await raw16(1, [0x8040]).toColourspace('grey16').tiff().toBuffer())).toEqual(half);
    const rgb = await raw16(3, [0x8040, 0x8040, 0x8040]).toColourspace('rgb16').png().toBuffer();
    expect(await load('a.png', rgb)).toEqual(half);
  });

  it('transparency is put on white', async () => {
    const clear = { create: { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } } as const;
    expect(await load('a.png', await sharp(clear).png().toBuffer())).toMatchObject({ middle: 255 });
    const half = { create: { ...clear.create, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } };
    const { middle } = await load('a.webp', await sharp(half).webp({ lossless: true }).toBuffer());
    expect(middle).toBeGreaterThan(125);
    expect(middle).toBeLessThan(130);
    const deep = await raw16(4, [0, 0, 0, 0]).toColourspace('rgb16').png().toBuffer();
    expect(await load('a.png', deep)).toMatchObject({ middle: 255 });
  });

  it('CMYK becomes RGB: white stays white, black is dark', async () => {
    const cmyk = async (value: number) => uniform(8, 8, value).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect(await load('a.jpg', await cmyk(255))).toMatchObject({ width: 8, middle: 255 });
    expect((await load('a.jpg', await cmyk(0))).middle).toBeLessThan(20);
    expect(Math.abs(((await load('a.jpg', await cmyk(128))).middle ?? 0) - 128)).toBeLessThan(20);
  });

  it('the first frame of several is used', async () => {
    const frames = await Promise.all(
      ['#282828', '#fff'].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const first = { width: 8, height: 8, corner: 40, middle: 40 };
    expect(
      await load(
        'a.gif',
        await sharp(frames, { join: { animated: true } })
          .gif()
          .toBuffer(),
      ),
    ).toEqual(first);
    const webp = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect(await load('a.webp', webp)).toEqual(first);
  });

  it('EXIF rotates the image, and its sides', async () => {
    const leftBlack = painted(8, 4, (x) => (x < 4 ? 0 : 255));
    const rotated = await leftBlack.withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    // Rotated clockwise, the left half is on top; the image is 4 wide and 8 high, in columns 2 to 5.
    expect(await load('a.jpg', rotated)).toEqual({ width: 4, height: 8, corner: 255, middle: 0 });
    const root = temporaryFolder();
    write(root, { 'a.jpg': rotated });
    const { images } = await loadImages(await listImages(root), grey(8), { cacheDir: false });
    const row = (y: number) =>
      [...bytesOf(images).subarray(y * 8, y * 8 + 8)].map((value) => (value > 128 ? 1 : 0)).join('');
    expect([row(0), row(2), row(5), row(7)]).toEqual(['11000011', '11000011', '11111111', '11111111']);
  });

  it('1 x 1, palettes, single bits, and a format that differs from the extension', async () => {
    expect(await load('a.png', await uniform(1, 1, 9).png().toBuffer())).toEqual({
      width: 1,
      height: 1,
      corner: 9,
      middle: 9,
    });
    const palette = sharp({ create: { width: 5, height: 5, channels: 3, background: '#333' } }).png({
      palette: true,
    });
    expect(await load('a.png', await palette.toBuffer())).toMatchObject({ middle: 0x33 });
    expect(await load('a.png', blackPng(40))).toEqual({ width: 40, height: 40, corner: 0, middle: 0 });
    expect(await load('a.jpg', await uniform(5, 5, 77).png().toBuffer())).toMatchObject({ middle: 77 });
  });

  it('colour becomes luminance, or stays', async () => {
    const red = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    expect(await load('a.png', red)).toMatchObject({ middle: 76 });
    const root = temporaryFolder();
    write(root, { 'a.png': red });
    const { images } = await loadImages(await listImages(root), { ...grey(8), channels: 3 }, { cacheDir: false });
    expect([...bytesOf(images)]).toEqual(Array(64).fill([255, 0, 0]).flat());
  });

  it('an image larger than 2048 x 2048 is shrunk while it is read, and its original size is kept', async () => {
    const large = painted(3000, 2000, (x, y) => (x >= 750 && x < 2250 && y >= 500 && y < 1500 ? 0 : 255));
    const image = await load('a.png', await large.png({ compressionLevel: 1 }).toBuffer());
    expect(image).toEqual({ width: 3000, height: 2000, corner: 255, middle: 0 });
  });
});

describe('30,000 x 30,000', () => {
  it('is rejected by default, and once it may be decoded it is', async () => {
    const root = temporaryFolder();
    write(root, { 'a.png': blackPng(17_000), 'b.png': await uniform(4, 4, 200).png().toBuffer() });
    const listing = await listImages(root);
    const options = { cacheDir: join(root, 'cache') };
    await settle();
    const { rejected } = await loadImages(listing, grey(8), options);
    expect(rejected).toMatchObject([{ received: '17000 x 17000 pixels; the limit is 268435456 pixels' }]);
    const again = await loadImages(listing, grey(8), { ...options, maxPixels: 3e8 });
    expect([again.images.count, again.images.widths[0], again.rejected]).toEqual([2, 17_000, []]);
    const wrong = loadImages(listing, grey(8), { maxPixels: 2 ** 30 });
    await expect(wrong).rejects.toThrow('expected a number from 1 to 1073741823, received 1073741824');
  });

  it('is read row by row, in little memory', async () => {
    const root = temporaryFolder();
    write(root, { 'a.png': blackPng(30_000) });
    const before = process.memoryUsage().rss;
    const { images } = await loadImages(await listImages(root), grey(8), { cacheDir: false, maxPixels: 9e8 });
    expect([images.widths[0], images.heights[0], bytesOf(images)[28]]).toEqual([30_000, 30_000, 0]);
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  it('is not exceeded by one side: shrinking such rows would take gigabytes', async () => {
    expect(await load('a.png', blackPng(8_388_648, { height: 30 }))).toEqual({
      reason: '8388648 x 30 pixels; the limit is 65535 pixels for a side',
    });
  });

  it('is rejected if it has to be decoded whole', async () => {
    expect(await load('a.png', blackPng(30_000, { interlaced: true }))).toEqual({
      reason: '30000 x 30000 pixels; the limit is 67108864 pixels for images that cannot be read row by row',
    });
  });
});

describe('bad images are reported', () => {
  it('each with its path and reason, and the others are loaded', async () => {
    const root = temporaryFolder();
    const jpeg = await painted(60, 60, noise).jpeg().toBuffer();
    const png = await painted(60, 60, noise).png().toBuffer();
    write(root, {
      'a/good.jpg': jpeg,
      'a/empty.jpg': '',
      'a/text.png': 'This is no image.',
      'a/truncated.jpg': jpeg.subarray(0, jpeg.length / 2),
      'a/headless.jpg': jpeg.subarray(0, 30),
      'a/truncated.png': png.subarray(0, png.length / 2),
      'a/bitmap.bmp': Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]),
      'b/good.png': png,
    });
    mkdirSync(join(root, 'a/folder.jpg'));
    symlinkSync(join(root, 'nowhere.jpg'), join(root, 'a/broken.jpg'));
    symlinkSync('loop.jpg', join(root, 'a/loop.jpg'));
    const listed = await listImages(root);
    // A table can name a folder.
    const records = [...listed.records, { path: join(root, 'a/folder.jpg'), label: 'a' }];
    const listing = { ...listed, records };
    const { images, rejected } = await loadImages(listing, grey(16), { cacheDir: false });
    expect(images.paths).toEqual([join(root, 'a/good.jpg'), join(root, 'b/good.png')]);
    expect([...images.labels].map((label) => images.classes[label])).toEqual(['a', 'b']);
    expect(bytesOf(images)).toHaveLength(2 * 16 * 16);
    const reasons = Object.fromEntries(rejected.map(({ where, received }) => [where.slice(root.length + 3), received]));
    expect(reasons).toEqual({
      'bitmap.bmp': 'a BMP image',
      'broken.jpg': 'no file of that name',
      'empty.jpg': 'an empty file',
      'folder.jpg': 'a folder',
      'headless.jpg': expect.stringContaining('corrupt header'),
      'loop.jpg': expect.stringContaining('ELOOP'),
      'text.png': 'a file of another kind',
      'truncated.jpg': 'VipsJpeg: premature end of JPEG image',
      'truncated.png': 'vipspng: libpng read error',
    });
    const failure = loadImages(listing, grey(16), { cacheDir: false, strict: true });
    await expect(failure).rejects.toMatchObject({ code: 'DATASET', problems: rejected });
  });

  it('and an error is thrown if none can be used', async () => {
    const root = temporaryFolder();
    write(root, { 'a.jpg': '', 'b.jpg': 'x' });
    const failure = loadImages(await listImages(root), grey(16), { cacheDir: false });
    await expect(failure).rejects.toMatchObject({ code: 'DATASET', problems: { length: 2 } });
  });

  itWhere(process.getuid?.() !== 0, NEEDS.ordinaryUser)('one without permission', async () => {
    const root = temporaryFolder();
    write(root, {
      'a.jpg': await uniform(4, 4, 0).jpeg().toBuffer(),
      'b.jpg': await uniform(4, 4, 0).jpeg().toBuffer(),
    });
    chmodSync(join(root, 'b.jpg'), 0);
    const { rejected } = await loadImages(await listImages(root), grey(8), { cacheDir: false });
    expect(rejected).toMatchObject([{ where: join(root, 'b.jpg'), received: 'no permission to read it' }]);
  });

  itWhere(process.platform !== 'win32', NEEDS.posix)('a pipe, without waiting for it', async () => {
    const root = temporaryFolder();
    write(root, { 'a.jpg': await uniform(4, 4, 0).jpeg().toBuffer() });
    spawnSync('mkfifo', [join(root, 'b.jpg')]);
    const { rejected } = await loadImages(await listImages(root), grey(8), { cacheDir: false });
    expect(rejected).toMatchObject([{ where: join(root, 'b.jpg'), received: 'something that is not a file' }]);
  });
});

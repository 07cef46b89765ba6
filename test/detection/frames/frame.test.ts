/** Frames of every kind, read piece by piece. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeGrey } from '../../../src/dataset/decode/decode-grey.js';
import { frameOf, type OpenFrame, openFrame } from '../../../src/detection/frames/frame.js';
import { borderOf, levelsOf } from '../../../src/detection/frames/levels.js';
import { medianOfBorder, otsuOf, otsuThreshold } from '../../../src/features/segmentation/background.js';
import { random } from '../../../src/random.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
/** Larger than what these tests keep in memory. */
const [WIDE, HIGH] = [500, 350];
const IN_MEMORY = 20_000;

const box = { x: 301, y: 204, width: 110, height: 130 };
const whole = ({ width, height }: OpenFrame) => ({ x: 0, y: 0, width, height });

function levels(width: number, height: number, channels = 1): Uint8Array {
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 7 + (i >> 9) * 13) & 255;
  return pixels;
}

const image = (pixels: Uint8Array | Uint16Array, width: number, height: number, channels: 1 | 3 = 1) =>
  sharp(pixels, { raw: { width, height, channels } }).toColourspace(
    channels === 3 ? 'srgb' : pixels instanceof Uint16Array ? 'grey16' : 'b-w',
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-frames-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function reading<T>(file: string, work: (frame: OpenFrame) => Promise<T>): Promise<T> {
  const frame = await openFrame(at(file), { scratch: at('scratch'), inMemory: IN_MEMORY });
  try {
    return await work(frame);
  } finally {
    frame.close();
  }
}

describe('openFrame', () => {
  it('reads parts of a large frame as they are, striped or tiled, and leaves nothing behind', async () => {
    const pixels = levels(WIDE, HIGH);
    const expected = await frameOf({ pixels, width: WIDE, height: HIGH }).read(box);
    await image(pixels, WIDE, HIGH).png({ compressionLevel: 1 }).toFile(at('large.png'));
    await image(pixels, WIDE, HIGH).tiff({ compression: 'none' }).toFile(at('striped.tif'));
    await image(pixels, WIDE, HIGH).tiff({ tile: true, compression: 'lzw' }).toFile(at('tiled.tif'));
    for (const file of ['large.png', 'striped.tif', 'tiled.tif']) {
      await reading(file, async (frame) => {
        expect([frame.width, frame.height, frame.bits, frame.readColour], file).toEqual([WIDE, HIGH, 8, undefined]);
        expect((await frame.read(box)).pixels, file).toEqual(expected.pixels);
        const row = { x: 0, y: HIGH - 1, width: WIDE, height: 1 };
        expect((await frame.read(row)).pixels, file).toEqual(pixels.subarray(WIDE * (HIGH - 1)));
      });
    }
    expect(await readdir(at('scratch'))).toEqual([]);
  });

  it.each([
    [2100, 2050],
    [70_000, 64],
  ])('reads frames of a camera, %d x %d, of every pixel', async (width, height) => {
    const pixels = levels(width, height);
    await image(pixels, width, height).png({ compressionLevel: 1 }).toFile(at('camera.png'));
    const frame = await openFrame(at('camera.png'), { scratch: at('scratch') });
    const part = { x: width - 9, y: 3, width: 9, height: 60 };
    expect([frame.width, frame.height]).toEqual([width, height]);
    expect((await frame.read(part)).pixels).toEqual((await frameOf({ pixels, width, height }).read(part)).pixels);
    frame.close();
  });

  it('reads 16 bits as 8, a level apart at most, in small and in large frames', async () => {
    for (const [width, height] of [
      [120, 90],
      [WIDE, HIGH],
    ] as const) {
      const eight = levels(width, height);
      const sixteen = Uint16Array.from(eight, (level) => level * 257);
      await image(sixteen, width, height).png({ compressionLevel: 1 }).toFile(at('16.png'));
      await reading('16.png', async (frame) => {
        expect(frame.bits).toBe(16);
        const { pixels } = await frame.read(whole(frame));
        const apart = pixels.reduce((most, level, i) => Math.max(most, Math.abs(level - (eight[i] ?? 0))), 0);
        expect(apart).toBeLessThanOrEqual(1);
      });
    }
  });

  it('reads colours, and their luminance as images are decoded to grey', async () => {
    const small = levels(60, 40, 3);
    await image(small, 60, 40, 3).png().toFile(at('small.png'));
    const large = levels(WIDE, HIGH, 3);
    await image(large, WIDE, HIGH, 3).tiff({ compression: 'none' }).toFile(at('large.tif'));
    const grey = await decodeGrey({ path: at('small.png') });
    await reading('small.png', async (frame) => {
      expect((await frame.read(whole(frame))).pixels).toEqual(grey.pixels);
      expect((await frame.readColour?.(whole(frame)))?.pixels).toEqual(small);
    });
    await reading('large.tif', async (frame) => {
      const part = await frame.readColour?.({ x: 7, y: 300, width: 2, height: 1 });
      expect(part?.pixels).toEqual(large.subarray((300 * WIDE + 7) * 3, (300 * WIDE + 9) * 3));
      const [r = 0, g = 0, b = 0] = part?.pixels ?? [];
      const [level] = (await frame.read({ x: 7, y: 300, width: 1, height: 1 })).pixels;
      expect(level).toBe(Math.round(0.299 * r + 0.587 * g + 0.114 * b));
    });
  });

  it('says what is wrong with a frame: not there, no image, too large, too large to be read by rows', async () => {
    await writeFile(at('text.png'), 'no image');
    await image(levels(60, 40), 60, 40).png().toFile(at('grey.png'));
    const wide = new Uint8Array(8300 * 8200).fill(255);
    await image(wide, 8300, 8200).png({ progressive: true, compressionLevel: 1 }).toFile(at('interlaced.png'));
    const problemOf = (file: string, maxPixels?: number) =>
      openFrame(at(file), { maxPixels }).then(
        () => undefined,
        (error: { code?: string; problems?: { where: string; received: string }[] }) => [
          error.code,
          error.problems?.[0]?.where,
          error.problems?.[0]?.received,
        ],
      );
    expect(await problemOf('none.png')).toEqual(['DATASET', at('none.png'), 'no file of that name']);
    expect(await problemOf('text.png')).toEqual(['DATASET', at('text.png'), 'a file of another kind']);
    expect(await problemOf('grey.png', 1000)).toEqual([
      'DATASET',
      at('grey.png'),
      '60 x 40 pixels; the limit is 1000 pixels',
    ]);
    const [code, , received] = (await problemOf('interlaced.png')) ?? [];
    expect(code).toBe('DATASET');
    expect(received).toMatch(/^8300 x 8200 pixels; .*read row by row; save it as a baseline JPEG/);
  });
});

describe('levelsOf', () => {
  it('counts what the whole frame has, whatever the strips', async () => {
    const [width, height] = [701, 903];
    const draw = random(3, 'levels');
    const pixels = Uint8Array.from({ length: width * height }, () => draw.integer(256));
    const found = await levelsOf(frameOf({ pixels, width, height }), 200_000);
    expect(found.counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
    expect(found.border).toBe(medianOfBorder({ pixels, width, height }));
    expect(await borderOf(frameOf({ pixels, width, height }))).toBe(found.border);
    expect(otsuOf(found.counts)).toBe(otsuThreshold({ pixels }));
  });
});

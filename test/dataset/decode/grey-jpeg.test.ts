import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeGreyJpeg } from '../../../src/dataset/decode/grey-jpeg.js';
import { painted } from '../fixtures.js';

/** An ellipse and a line, 43 x 29, with a restart marker after every 4 of its 24 blocks and Huffman tables of its own. */
const RESTARTS = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpR' +
    'Uk//wAALCAAdACsBAREA/8QAGQAAAgMBAAAAAAAAAAAAAAAABgcABAUD/8QALRAAAgEDAwMCAwkAAAAAAAAAAQIDBAURABIhBjFBUWGBkfAHEyIjMlJx' +
    '0eH/3QAEAAT/2gAIAQEAAD8AO3paygdpLexnhJy1LI/OT3ZXPPfnB9TrIvPXNDbMRpSVM05UHaw+7VTnBVieQR7A+NZdP9pkLTKKm1SRxc7mjmDsOPAI' +
    'GfnoytN0pLxQJWUUm+NuCDwyN5Vh4I+uNf/QZ2poc67ulRaunWekZkmnkEIkU4KZBJI+CkeMZz40paeqeFTGQHhc/jjPY/0ffX//0RRqVKhTJREscZaE' +
    '/qQe37h/mtToq6VFt6ipUiZjDVSLDLHnAbccA/AnPzHk6cupr//SPr7aYb3apaGc7N+CkgUEow7EZ+R9iR50l7ta6uz170dbHskXkEcq6+GU+QfrnVRS' +
    'VYMpIIOQR40e9K2KulSnv1TRRyyxuGhjchGmXBAY5GBgkEHucZ9M/wD/02LRV1PXIxgY7kOJEYbWQ+hH12OrOprnUQQ1ULQ1MMc0TY3JIoZTznkHX//U' +
    'YVPabZSzLNTW6jhlXO144FVhxjggauap1tviqnWZSYqqMflTr3X+R5HsfU+usN+qZaOR6WemE8kLtG0ofZvwcZxg41//2Q==',
  'base64',
);

async function expectTheSame(file: Buffer): Promise<void> {
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const raster = decodeGreyJpeg(file);
  if (!raster) throw new Error('not decoded');
  expect([raster.width, raster.height, raster.channels]).toEqual([info.width, info.height, info.channels]);
  const rows = Array.from({ length: raster.height }, (_, y) =>
    raster.data.subarray(y * raster.stride, y * raster.stride + raster.width),
  );
  expect(Buffer.concat(rows).equals(data)).toBe(true);
}

describe('decodeGreyJpeg', () => {
  it("gives libjpeg's pixels bit for bit, from noise to flat, at any size and quality", async () => {
    const image = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      quality: fc.integer({ min: 1, max: 100 }),
      optimised: fc.boolean(),
      noise: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(image, async ({ width, height, quality, optimised, noise }) => {
        const paint = (x: number, y: number) => ((x * 7919 + y * 104729) % 256 > noise ? 255 : (x * y) % 256);
        const jpeg = painted(width, height, paint).jpeg({ quality, optimiseCoding: optimised });
        await expectTheSame(await jpeg.toBuffer());
      }),
    );
  });

  it('reads restart markers', () => expectTheSame(RESTARTS));

  it('leaves everything but complete grey baseline JPEGs to sharp', async () => {
    const noise = painted(50, 40, (x, y) => (x * 31 + y * 17) % 256);
    const baseline = await noise.jpeg().toBuffer();
    expect(decodeGreyJpeg(baseline)).toBeDefined();
    const colour = sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } });
    for (const file of [
      await noise.jpeg({ progressive: true }).toBuffer(),
      await noise.withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      await colour.jpeg().toBuffer(),
      await noise.png().toBuffer(),
      await painted(2049, 2048, () => 255)
        .jpeg()
        .toBuffer(),
      baseline.subarray(0, baseline.length - 2),
      baseline.subarray(0, baseline.length / 2),
      baseline.subarray(0, 100),
      Buffer.concat([RESTARTS.subarray(0, 480), RESTARTS.subarray(490)]),
      Buffer.alloc(0),
    ]) {
      expect(decodeGreyJpeg(file)).toBeUndefined();
    }
  });

  it('never throws, whatever the bytes', async () => {
    const baseline = await painted(30, 30, (x, y) => (x * 31 + y * 17) % 256)
      .jpeg()
      .toBuffer();
    const change = fc.tuple(fc.nat(baseline.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.nat(baseline.length), (changes, length) => {
        const file = Buffer.from(baseline.subarray(0, length));
        for (const [at, value] of changes) if (at < length) file[at] = value;
        expect(() => decodeGreyJpeg(file)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

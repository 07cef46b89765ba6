/** Kinds of samples in TIFF: unsigned integers of 8 and 16 bits are converted, all others are refused. */
import { expect, it } from 'vitest';
import { decodeWithSharp } from '../../../src/dataset/decode/decode-with-sharp.js';

/** A grey TIFF of 2 x 2 samples, little-endian, in one strip. @param format 1 unsigned, 2 signed, 3 floating-point */
function tiff(bits: number, format: 1 | 2 | 3, samples: ArrayBufferView): Buffer {
  const strip = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const tags = [
    ...[
      [256, 2],
      [257, 2],
      [258, bits],
      [259, 1],
      [262, 1],
      [273, 8 + 2 + 10 * 12 + 4],
      [277, 1],
      [278, 2],
      [279, strip.length],
    ],
    [339, format],
  ] as const;
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length, 0);
  tags.forEach(([tag = 0, value = 0], i) => {
    const at = 2 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  return Buffer.concat([header, directory, strip]);
}

it.each([
  [8, Uint8Array.of(0, 17, 128, 255)],
  [16, Uint16Array.of(0, 17 * 257, 128 * 257, 65535)],
] as const)('unsigned integers of %i bits', async (bits, samples) => {
  const { raster } = await decodeWithSharp(tiff(bits, 1, samples), 64);
  expect([raster.width, raster.height]).toEqual([2, 2]);
  const values = Array.from({ length: 4 }, (_, i) => raster.data[i * raster.channels]);
  expect(values).toEqual([0, 17, 128, 255]);
});

it.each([
  ['signed integers of 8 bits', 8, 2, Int8Array.of(-3, 0, 5, 100)],
  ['signed integers of 16 bits', 16, 2, Int16Array.of(-3, 0, 5, 1000)],
  ['signed integers of 32 bits', 32, 2, Int32Array.of(-3, 0, 5, 1000)],
  ['unsigned integers of 32 bits', 32, 1, Uint32Array.of(3, 0, 5, 1000)],
  ['floating-point numbers', 32, 3, Float32Array.of(0, 0.25, 0.5, 1)],
] as const)('%s are refused', async (kind, bits, format, samples) => {
  await expect(decodeWithSharp(tiff(bits, format, samples), 64)).rejects.toThrow(`samples that are ${kind};`);
});

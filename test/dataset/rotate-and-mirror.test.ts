import { expect, it } from 'vitest';
import type { ImageSet } from '../../src/dataset/images.js';
import { rotateAndMirror } from '../../src/dataset/rotate-and-mirror.js';
import { bytesOf } from '../fixtures/bytes.js';

/** Two colour images of 3 x 3 whose pixels are all different. */
const images = {
  preprocessing: { size: 3, channels: 3, background: 'white', fit: 'longer-side' },
  count: 2,
  pixels: Uint8Array.from({ length: 54 }, (_, i) => i),
  widths: Float32Array.of(10, 20),
  heights: Float32Array.of(30, 40),
} as unknown as ImageSet;

/** The first channel of the first image, row by row. */
const first = (set: ImageSet) => [0, 1, 2].map((y) => [0, 1, 2].map((x) => (bytesOf(set)[(y * 3 + x) * 3] ?? 0) / 3));

it('rotates clockwise, mirrors before rotating, and keeps channels together', () => {
  expect(first(images)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);
  expect(first(rotateAndMirror(images, { quarterTurns: 1, mirrored: false }))).toEqual([
    [6, 3, 0],
    [7, 4, 1],
    [8, 5, 2],
  ]);
  expect(first(rotateAndMirror(images, { quarterTurns: 2, mirrored: false }))).toEqual([
    [8, 7, 6],
    [5, 4, 3],
    [2, 1, 0],
  ]);
  expect(first(rotateAndMirror(images, { quarterTurns: 0, mirrored: true }))).toEqual([
    [2, 1, 0],
    [5, 4, 3],
    [8, 7, 6],
  ]);
  expect(first(rotateAndMirror(images, { quarterTurns: 1, mirrored: true }))).toEqual([
    [8, 5, 2],
    [7, 4, 1],
    [6, 3, 0],
  ]);
  const pixels = bytesOf(rotateAndMirror(images, { quarterTurns: 3, mirrored: false }));
  for (let p = 0; p < 18; p++) {
    expect([pixels[3 * p + 1], pixels[3 * p + 2]]).toEqual([(pixels[3 * p] ?? 0) + 1, (pixels[3 * p] ?? 0) + 2]);
  }
});

it('rotating back restores everything; sizes stay those of the originals, as in training', () => {
  const quarter = rotateAndMirror(images, { quarterTurns: 1, mirrored: false });
  expect([quarter.widths, quarter.heights]).toEqual([images.widths, images.heights]);
  const back = rotateAndMirror(quarter, { quarterTurns: 3, mirrored: false });
  expect(back.pixels).toEqual(images.pixels);
  const mirrored = { quarterTurns: 0, mirrored: true };
  expect(rotateAndMirror(rotateAndMirror(images, mirrored), mirrored).pixels).toEqual(images.pixels);
});

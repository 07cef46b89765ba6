import { expect, it } from 'vitest';
import { affineWarp } from '../../src/dataset/affine-warp.js';

/** 3 x 3 pixels of two channels. */
const square = Uint8Array.from({ length: 18 }, (_, i) => (i % 2 === 0 ? 10 * (i >> 1) : 100 + (i >> 1)));

/** One channel, row by row. */
function moved(map: number[], channel = 0): number[][] {
  const out = new Float32Array(square.length);
  affineWarp(square, 3, 2, Float32Array.from(map), out);
  return [0, 1, 2].map((y) => [0, 1, 2].map((x) => out[(y * 3 + x) * 2 + channel] ?? Number.NaN));
}

it('leaves a square as it is under the identity', () => {
  const out = new Float32Array(square.length);
  affineWarp(square, 3, 2, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0), out);
  expect(Uint8Array.from(out)).toEqual(square);
});

it('reads where the map points, in every channel', () => {
  // A quarter turn about the centre: the output's (x, y) is the input's (y, 2 - x).
  const turn = [0, 1, 0, -1, 0, 2];
  expect(moved(turn)).toEqual([
    [60, 30, 0],
    [70, 40, 10],
    [80, 50, 20],
  ]);
  expect(moved(turn, 1)).toEqual([
    [106, 103, 100],
    [107, 104, 101],
    [108, 105, 102],
  ]);
});

it('interpolates between pixels, and with white at the border', () => {
  expect(moved([1, 0, 0.5, 0, 1, 0])[1]).toEqual([35, 45, (50 + 255) / 2]);
  expect(moved([1, 0, 0, 0, 1, 0.25])[0]).toEqual([7.5, 17.5, 27.5]);
  expect(moved([1, 0, -0.5, 0, 1, -0.5])[0]?.[0]).toBe((3 * 255 + 0) / 4);
});

it('shows white outside of the input', () => {
  expect(moved([1, 0, 9, 0, 1, 0]).flat()).toEqual(Array(9).fill(255));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { borderMedian, letterbox } from '../../../src/dataset/decode/letterbox.js';
import type { Raster } from '../../../src/dataset/decode/raster.js';
import { greyOf } from '../../../src/dataset/decode/raster.js';
import { grey } from '../fixtures.js';

function raster(width: number, height: number, paint: (x: number, y: number) => number): Raster {
  const stride = width + 3; // Rows may be longer than the image is wide.
  const data = new Uint8Array(stride * height).fill(7);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * stride + x] = paint(x, y);
  return { data, width, height, channels: 1, stride };
}

function letterboxed(image: Raster, size: number, more = {}): number[][] {
  const out = new Uint8Array(size * size + 2).fill(1);
  const square = out.subarray(1, -1);
  letterbox(image, { ...grey(size), ...more }, square);
  expect([out[0], out.at(-1)]).toEqual([1, 1]);
  return Array.from({ length: size }, (_, y) => [...square.subarray(y * size, (y + 1) * size)]);
}

describe('letterbox', () => {
  it('leaves an image of the right size as it is', () => {
    const square = letterboxed(
      raster(8, 8, (x, y) => x * 30 + y),
      8,
    );
    square.forEach((row, y) => {
      row.forEach((value, x) => {
        expect(value).toBe(x * 30 + y);
      });
    });
  });

  it('keeps the aspect ratio and centres the image on white', () => {
    const black = (width: number, height: number) =>
      letterboxed(
        raster(width, height, () => 0),
        10,
      );
    const wide = black(40, 20);
    expect(wide.map((row) => row.filter((value) => value === 0).length)).toEqual([0, 0, 10, 10, 10, 10, 10, 0, 0, 0]);
    const tall = black(1, 3);
    expect(tall).toEqual(Array(10).fill([255, 255, 255, 0, 0, 0, 255, 255, 255, 255]));
    const line = black(1000, 1);
    expect(line.map((row) => row.filter((value) => value === 0).length)).toEqual([0, 0, 0, 0, 10, 0, 0, 0, 0, 0]);
  });

  it('keeps a black square where it was, scaled down and up', () => {
    // Black from 1/4 to 3/4 across and from 1/2 down.
    for (const side of [8, 16, 64, 400]) {
      const square = letterboxed(
        raster(side, side, (x, y) => (x >= side / 4 && x < (3 * side) / 4 && y >= side / 2 ? 0 : 255)),
        32,
      );
      for (const [y, row] of square.entries()) {
        for (const [x, value] of row.entries()) {
          const nearEdge = [8, 24].some((edge) => Math.abs(x + 0.5 - edge) < 3) || Math.abs(y + 0.5 - 16) < 3;
          if (!nearEdge) expect(value).toBe(x >= 8 && x < 24 && y >= 16 ? 0 : 255);
        }
      }
    }
  });

  it('averages all source pixels beneath a pixel', () => {
    const checks = letterboxed(
      raster(64, 64, (x, y) => ((x + y) % 2 === 0 ? 255 : 0)),
      8,
    );
    for (const value of checks.flat()) expect(Math.abs(value - 127.5)).toBeLessThan(2);
  });

  it('never overshoots and keeps a flat image flat', () => {
    const sizes = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        sizes,
        sizes,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 255 }),
        (w, h, size, value) => {
          const values = new Set(
            letterboxed(
              raster(w, h, () => value),
              size,
            ).flat(),
          );
          values.delete(255);
          expect([...values]).toEqual(value === 255 ? [] : [value]);
        },
      ),
    );
  });

  it('fills around the image with the median of its border, for each channel of RGB', () => {
    const image = raster(9, 5, (x, y) => (x === 4 && y === 2 ? 0 : 200));
    expect(letterboxed(image, 9, { background: 'border-median' })[0]).toEqual(Array(9).fill(200));
    const out = new Uint8Array(4 * 4 * 3);
    const data = Uint8Array.from({ length: 2 * 3 }, (_, i) => [10, 20, 30][i % 3] ?? 0);
    const colour: Raster = { data, width: 2, height: 1, channels: 3, stride: 6 };
    letterbox(colour, { ...grey(4), channels: 3, background: 'border-median' }, out);
    expect([...out]).toEqual(Array(16).fill([10, 20, 30]).flat());
    letterbox(
      raster(2, 1, () => 9),
      { ...grey(4), channels: 3 },
      out,
    );
    expect([...out.subarray(0, 3), ...out.subarray(15, 18)]).toEqual([255, 255, 255, 9, 9, 9]);
  });
});

describe('borderMedian', () => {
  it('is the median of the border pixels, each counted once', () => {
    const sides = (width: number, height: number) => {
      const image = raster(width, height, (x, y) => (x * 13 + y * 29) % 256);
      const border = [];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          if (x === 0 || y === 0 || x === width - 1 || y === height - 1) border.push((x * 13 + y * 29) % 256);
      const sorted = border.sort((a, b) => a - b);
      expect(borderMedian(image, 0)).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
    };
    for (const [width, height] of [
      [1, 1],
      [1, 7],
      [7, 1],
      [2, 2],
      [3, 3],
      [20, 31],
    ] as const) {
      sides(width, height);
    }
  });
});

describe('greyOf', () => {
  it('is the luminance, and the value itself if the three are equal', () => {
    const data = Uint8Array.from([
      255,
      0,
      0,
      0,
      255,
      0,
      0,
      0,
      255,
      ...Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3)),
    ]);
    const { data: values } = greyOf({ data, width: 259, height: 1, channels: 3, stride: 777 });
    expect([...values]).toEqual([76, 150, 29, ...Array.from({ length: 256 }, (_, i) => i)]);
  });
});

/** Large frames, tile by tile: each organism once, whole. */
import { describe, expect, it } from 'vitest';
import type { FrameReader } from '../../src/detection/frames/frame.js';
import { thresholdDetector } from '../../src/detection/threshold/threshold-detector.js';
import { detectInTiles } from '../../src/detection/tiles.js';
import { random } from '../../src/random.js';

type Disc = readonly [x: number, y: number, radius: number];

function frameOf(width: number, height: number, discs: readonly Disc[]) {
  const pixels = new Uint8Array(width * height).fill(255);
  for (const [cx, cy, r] of discs) {
    for (let y = Math.max(0, cy - r); y <= Math.min(height - 1, cy + r); y++) {
      for (let x = Math.max(0, cx - r); x <= Math.min(width - 1, cx + r); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 <= r * r) pixels[y * width + x] = 60;
      }
    }
  }
  return { pixels, width, height };
}

/** Reads pieces of a frame, and remembers the largest. */
function readerOf({ pixels, width, height }: ReturnType<typeof frameOf>): FrameReader & { largest: number } {
  const reader = {
    ...{ width, height, largest: 0 },
    read: async (box: { x: number; y: number; width: number; height: number }) => {
      reader.largest = Math.max(reader.largest, box.width * box.height);
      const piece = new Uint8Array(box.width * box.height);
      for (let y = 0; y < box.height; y++) {
        const from = (box.y + y) * width + box.x;
        piece.set(pixels.subarray(from, from + box.width), y * box.width);
      }
      return { pixels: piece, width: box.width, height: box.height };
    },
  };
  return reader;
}

const byPlace = <T extends { box: { x: number; y: number } }>(found: readonly T[]) =>
  [...found].sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);

describe('detectInTiles', () => {
  it('finds in tiles what is found in the whole frame, wherever the seams are', async () => {
    const draw = random(7, 'discs');
    const discs: Disc[] = [];
    while (discs.length < 60) {
      const [x, y, r] = [5 + draw.integer(390), 5 + draw.integer(290), 4 + draw.integer(12)];
      if (discs.every(([ox, oy, or]) => (x - ox) ** 2 + (y - oy) ** 2 > (r + or + 3) ** 2)) discs.push([x, y, r]);
    }
    const frame = frameOf(400, 300, discs);
    const detector = thresholdDetector({ minArea: 5, splitDepth: 0, background: 'light' });
    const expected = byPlace(await detector.detect(frame));
    expect(expected).toHaveLength(60);
    const reader = readerOf(frame);
    const found = byPlace(await detectInTiles(reader, detector, { tile: 100, overlap: 40 }));
    expect(found.map(({ box }) => box)).toEqual(expected.map(({ box }) => box));
    expect(found.map(({ mask }) => mask)).toEqual(expected.map(({ mask }) => mask));
    expect(reader.largest).toBe(100 * 100);
  });

  it('puts an organism together that is larger than the overlap', async () => {
    const frame = frameOf(300, 120, [[150, 60, 50]]);
    const detector = thresholdDetector({ splitDepth: 0, background: 'light' });
    const [found, ...others] = await detectInTiles(readerOf(frame), detector, { tile: 120, overlap: 20 });
    expect(others).toEqual([]);
    expect(found?.box).toEqual({ x: 100, y: 10, width: 101, height: 101 });
    const [whole] = await detector.detect(frame);
    expect(found?.mask).toEqual(whole?.mask);
    expect(found?.alone).toEqual(whole?.alone);
  });

  it('looks at all tiles by the levels of the whole frame, also where these choose the threshold', async () => {
    // Grey paper, on which Otsu's threshold is taken, and an organism that fills one tile.
    const frame = frameOf(300, 200, [
      [60, 60, 40],
      [220, 120, 12],
    ]);
    for (let i = 0; i < frame.pixels.length; i++) {
      const x = i % 300;
      frame.pixels[i] = frame.pixels[i] === 255 ? 200 - Math.floor(x / 15) : 60 + Math.floor(x / 10);
    }
    const detector = thresholdDetector({ splitDepth: 0 });
    const expected = byPlace(await detector.detect(frame));
    expect(expected.map(({ box }) => box)).toEqual([
      { x: 20, y: 20, width: 81, height: 81 },
      { x: 208, y: 108, width: 25, height: 25 },
    ]);
    const found = byPlace(await detectInTiles(readerOf(frame), detector, { tile: 64, overlap: 30 }));
    // Pieces that are put together have the score of the surest one.
    const content = ({ box, mask, alone }: (typeof found)[number]) => ({ box, mask, alone });
    expect(found.map(content)).toEqual(expected.map(content));
  });

  it('reports each tile, and refuses tiles that are mostly overlap', async () => {
    const seen: number[] = [];
    const detector = thresholdDetector();
    const onProgress = ({ done, total }: { done: number; total: number }) => void seen.push(done / total);
    await detectInTiles(readerOf(frameOf(30, 20, [])), detector, { tile: 20, overlap: 4, onProgress });
    expect(seen).toEqual([0.5, 1]);
    await expect(detectInTiles(readerOf(frameOf(9, 9, [])), detector, { tile: 10, overlap: 5 })).rejects.toMatchObject({
      code: 'CONFIG',
    });
  });
});

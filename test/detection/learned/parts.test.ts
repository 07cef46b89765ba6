/** What detectors consist of: decoding, tiles, examples from frames, average precision, the separator's geometry. */
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/box.js';
import { drawnFrames, tiledFrames, turned } from '../../../src/detection/learned/examples/frame-examples.js';
import { separatorExamples } from '../../../src/detection/learned/examples/separator-examples.js';
import { suppressed } from '../../../src/detection/learned/network/candidates.js';
import { decodeCentres } from '../../../src/detection/learned/network/centre-decode.js';
import { aloneIn } from '../../../src/detection/learned/network/separator.js';
import { decodeYolo, GRID } from '../../../src/detection/learned/network/yolo.js';
import { fused } from '../../../src/detection/learned/reading/mirrored.js';
import { onRegionEdges } from '../../../src/detection/learned/reading/region-edges.js';
import { breakEvenScore, precisionOf } from '../../../src/detection/learned/reading/validation-score.js';
import { sampled } from '../../../src/detection/learned/squares/sample.js';
import { lookedAt, SHARE_SIDE } from '../../../src/detection/learned/squares/separator-view.js';
import { startsOf } from '../../../src/detection/learned/squares/tiles.js';
import { composeScenes } from '../../../src/detection/scenes/compose-scenes.js';
import { cutOut } from '../../../src/detection/scenes/cutout.js';
import { disc } from '../shapes.js';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('detections from maps', () => {
  const maps = { side: 4, stride: 4, slots: 2 };
  const rows = (cells: Readonly<Record<number, readonly number[]>>) => {
    const all = new Float32Array(16 * 10);
    for (let i = 0; i < 32; i++) all[i * 5] = -9;
    for (const [cell, values] of Object.entries(cells)) all.set(values, Number(cell) * 10);
    return all;
  };
  const small = Math.log(8 / 32);
  const kept = (all: Float32Array, suppression: number) => suppressed(decodeCentres(all, maps, 0.5), suppression);

  it('are at the maxima of the heat, both slots of a pixel', () => {
    const found = kept(
      rows({
        5: [2, 0.25, 0, small, small, 1, 0, 0, small, small],
        6: [1.5, 0, 0, small, small, -9, 0, 0, 0, 0],
      }),
      0.3,
    );
    // Pixel 6 is beside a hotter one. The two slots of pixel 5 do not suppress each other, though they are alike.
    const rounded = found.map(({ box: { x, y, width, height }, score }) => {
      const [a = 0, b = 0, c = 0, d = 0] = [x, y, width, height].map((value) => +value.toFixed(5));
      return { box: box(a, b, c, d), score };
    });
    expect(rounded).toEqual([
      { box: box(3, 2, 8, 8), score: expect.closeTo(1 / (1 + Math.exp(-2)), 5) },
      { box: box(2, 2, 8, 8), score: expect.closeTo(1 / (1 + Math.exp(-1)), 5) },
    ]);
  });

  it('of different pixels suppress each other where they are alike', () => {
    const two = rows({
      4: [2, 0.5, 0, small, small, -9, 0, 0, 0, 0],
      6: [1, -1, 0, small, small, -9, 0, 0, 0, 0],
    });
    expect(kept(two, 0.5)).toHaveLength(1);
    expect(kept(two, 0.7)).toHaveLength(2);
  });

  it('of YOLO are its confident boxes, in cells of a seventh', () => {
    const row = new Float32Array(GRID * GRID * 10);
    row.set([0.2, 0, 0, 0, 0, 0.9, 0.5, 0.5, Math.sqrt(0.2), Math.sqrt(0.1)], (GRID + 2) * 10);
    expect(decodeYolo(row, 70, 0.3)).toEqual([
      {
        box: {
          x: expect.closeTo(18, 4),
          y: expect.closeTo(11.5, 4),
          width: expect.closeTo(14, 4),
          height: expect.closeTo(7, 4),
        },
        score: expect.closeTo(0.9, 5),
        cell: 2 * (GRID + 2) + 1,
      },
    ]);
  });
});

describe('edges of regions', () => {
  const frame = (...organisms: readonly Box[]) => {
    const pixels = new Uint8Array(60 * 40).fill(250);
    for (const { x, y, width, height } of organisms) {
      for (let row = y; row < y + height; row++) pixels.fill(90, row * 60 + x, row * 60 + x + width);
    }
    return { pixels, width: 60, height: 40 };
  };
  const moved = (of: Box, ...organisms: readonly Box[]) =>
    onRegionEdges([{ box: of, score: 0.5, cell: 7 }], frame(...organisms))[0];
  const pairOf = (first: Box, second: Box, ...organisms: readonly Box[]) =>
    onRegionEdges(
      [first, second].map((of, cell) => ({ box: of, score: 0.5, cell })),
      frame(...organisms),
    ).map((candidate) => candidate.box);

  it('are those of an organism that is alone, if they are near', () => {
    expect(moved(box(12, 8, 15, 14), box(10, 10, 20, 10))).toEqual({ box: box(10, 10, 20, 10), score: 0.5, cell: 7 });
    // Farther than 0.4 of its width.
    expect(moved(box(18, 10, 12, 10), box(10, 10, 20, 10))?.box).toEqual(box(18, 10, 12, 10));
  });

  it('are the outer ones of two that touch, if they are nearer still', () => {
    const organisms = [box(10, 10, 20, 10), box(26, 14, 24, 12)] as const;
    expect(pairOf(box(11, 11, 19, 9), box(27, 14, 22, 11), ...organisms)).toEqual([
      box(10, 10, 20, 10),
      box(27, 14, 23, 12),
    ]);
    // Farther than 0.15 of its width.
    expect(pairOf(box(13, 10, 17, 10), organisms[1], ...organisms)[0]).toEqual(box(13, 10, 17, 10));
  });

  it('are not the border of the frame, beyond which an organism may go on', () => {
    expect(moved(box(2, 10, 20, 10), box(0, 10, 20, 10))?.box).toEqual({ ...box(2, 10, 18, 10) });
  });

  it('are found on noisy paper, whose darker pixels are no organisms', () => {
    const { pixels, ...size } = frame(box(10, 10, 20, 10));
    // Levels from 238 to 262: many are below 243, where organisms usually begin.
    const noisy = pixels.map((level, at) => (level === 250 ? Math.min(255, 238 + ((at * 7919) % 25)) : level));
    const [found] = onRegionEdges([{ box: box(12, 8, 15, 14), score: 0.5, cell: 7 }], { pixels: noisy, ...size });
    expect(found?.box).toEqual(box(10, 10, 20, 10));
  });

  it('are left as they are where nothing is dark', () => {
    expect(moved(box(2, 10, 20, 10), box(40, 10, 15, 10))?.box).toEqual(box(2, 10, 20, 10));
  });
});

describe('what mirrored views found', () => {
  const one = (x: number, score: number, width = 10) => ({ box: box(x, 20, width, 10), score });

  it('is put together: boxes and scores are means, and a view that missed an organism counts as nothing', () => {
    const found = fused([[one(10, 0.8)], [one(12, 0.4)], [], []]);
    expect(found).toEqual([{ box: box(expect.closeTo(10 + 2 / 3, 6), 20, 10, 10), score: expect.closeTo(0.3, 6) }]);
  });

  it('are different organisms where a view has two alike, or boxes are less alike', () => {
    expect(fused([[one(10, 0.8), one(10, 0.6)], [one(10, 0.4)]]).map(({ score }) => score)).toEqual([
      expect.closeTo(0.6, 6),
      expect.closeTo(0.3, 6),
    ]);
    expect(fused([[one(10, 0.8)], [one(14, 0.8)]])).toHaveLength(2);
  });

  it('is that of the likeliest organism, the surest first', () => {
    const found = fused([[one(10, 0.5), one(15, 0.8)], [one(12, 0.4)]]);
    expect(found.map(({ box: { x }, score }) => [+x.toFixed(3), +score.toFixed(3)])).toEqual([
      [10.889, 0.45],
      [15, 0.4],
    ]);
  });
});

describe('tiles', () => {
  it('cover a frame evenly, and share what they have to', () => {
    expect(startsOf(50, 64, 24)).toEqual([0]);
    expect(startsOf(64, 64, 24)).toEqual([0]);
    expect(startsOf(100, 64, 24)).toEqual([0, 36]);
    expect(startsOf(200, 64, 24)).toEqual([0, 34, 68, 102, 136]);
    for (let length = 65; length < 400; length += 7) {
      const starts = startsOf(length, 64, 24);
      expect(starts.at(-1)).toBe(length - 64);
      for (const [i, start] of starts.slice(1).entries()) expect(start - (starts[i] ?? 0)).toBeLessThanOrEqual(40);
    }
  });
});

describe('frames as examples', () => {
  // 4 x 4, with a bright organism of 2 x 1 at (1, 0).
  const pixels = new Uint8Array(16);
  pixels.set([9, 8], 1);
  const example = { pixels, boxes: [box(1, 0, 2, 1)] };

  it('are turned and mirrored with their boxes', () => {
    for (let turns = 0; turns < 4; turns++) {
      for (const mirrored of [false, true]) {
        const made = turned(example, 4, { turns, mirrored });
        const [only] = made.boxes;
        const inside = Array.from(made.pixels).filter((_, at) => {
          const [x, y] = [at % 4, Math.floor(at / 4)];
          return only && x >= only.x && x < only.x + only.width && y >= only.y && y < only.y + only.height;
        });
        expect(inside.sort()).toEqual([8, 9]);
      }
    }
    expect(turned(example, 4, { turns: 1, mirrored: false }).boxes).toEqual([box(3, 1, 1, 2)]);
    expect(turned(example, 4, { turns: 0, mirrored: true }).pixels.slice(0, 4)).toEqual(Uint8Array.of(0, 8, 9, 0));
  });

  const frame = {
    image: {
      width: 40,
      height: 20,
      pixels: Uint8Array.from({ length: 800 }, (_, at) => (at % 40 >= 10 && at % 40 < 14 ? 200 : 0)),
    },
    boxes: [box(10, 5, 4, 10), box(36, 0, 4, 4)],
  };

  it('that judge are the tiles of all frames, with the boxes that are seen in them', () => {
    const tiles = tiledFrames([frame], { side: 20, scale: 1 });
    expect(tiles.count).toBe(2);
    expect(tiles.exampleAt(0, undefined).boxes).toEqual([box(10, 5, 4, 10)]);
    expect(tiles.exampleAt(1, undefined).boxes).toEqual([box(16, 0, 4, 4)]);
    const halved = tiledFrames([frame], { side: 20, scale: 0.5 });
    expect(halved.count).toBe(1);
    expect(halved.exampleAt(0, undefined).boxes).toEqual([box(5, 2.5, 2, 5), box(18, 0, 2, 2)]);
  });

  it('that are trained on depend on the draw alone', () => {
    const drawn = drawnFrames([frame], 3, { side: 16, scale: 1 });
    expect(drawn.exampleAt(0, [1, 2, 3])).toEqual(drawn.exampleAt(1, [1, 2, 3]));
    const many = Array.from({ length: 20 }, (_, i) => drawn.exampleAt(0, [1, 2, i]));
    expect(new Set(many.map((one) => one.pixels.join())).size).toBeGreaterThan(8);
    for (const { boxes } of many) {
      for (const { x, y, width, height } of boxes) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(16);
      }
    }
  });

  it('are averaged where they are shrunk, and continued beyond their border', () => {
    const image = { width: 2, height: 2, pixels: Uint8Array.of(0, 100, 200, 100) };
    expect(Array.from(sampled(image, { x: 0, y: 0, step: 2, width: 1, height: 1 }))).toEqual([100]);
    expect(Array.from(sampled(image, { x: -1, y: 0, step: 1, width: 4, height: 1 }))).toEqual([0, 0, 100, 100]);
    expect(Array.from(sampled(image, { x: -1, y: 0, step: 1, width: 4, height: 1 }, 255))).toEqual([255, 0, 100, 255]);
  });
});

describe('average precision', () => {
  const truth = [box(0, 0, 10, 10), box(20, 0, 10, 10)];

  it('is 1 for all boxes and nothing else, and falls with what is wrong or missing', () => {
    const right = truth.map((one, i) => ({ box: one, score: 0.9 - i / 10 }));
    expect(precisionOf([{ found: right, boxes: truth }]).ap).toBeCloseTo(1, 10);
    // The surest is wrong: precision 1/2 up to a recall of 1/2, then 2/3, which counts for all.
    const wrong = { box: box(50, 50, 10, 10), score: 0.95 };
    expect(precisionOf([{ found: [wrong, ...right], boxes: truth }]).ap).toBeCloseTo(2 / 3, 10);
    // One of two is missing: 51 of 101 recalls.
    expect(precisionOf([{ found: right.slice(0, 1), boxes: truth }]).ap).toBeCloseTo(51 / 101, 10);
    // Overlap 8 of 10: right at 0.5 to 0.8, seven of ten thresholds.
    const near = [{ box: box(0, 0, 10, 8), score: 1 }];
    expect(precisionOf([{ found: near, boxes: truth.slice(0, 1) }]).ap).toBeCloseTo(0.7, 10);
  });

  it('chooses the score at which there are as many detections as organisms', () => {
    const at = (score: number) => ({ box: box(50, 50, 10, 10), score });
    const frames = [
      { found: [at(0.9), at(0.2)], boxes: truth },
      { found: [at(0.6), at(0.4)], boxes: truth.slice(0, 1) },
    ];
    expect(breakEvenScore(frames, 0.3)).toBeCloseTo(0.3, 10);
    expect(breakEvenScore(frames.slice(0, 1), 0.3)).toBeCloseTo(0.1, 10);
    expect(breakEvenScore([{ found: [at(0.9)], boxes: truth }], 0.3)).toBe(0);
    expect(breakEvenScore([{ found: [], boxes: truth }], 0.3)).toBe(0.3);
    expect(breakEvenScore([{ found: [at(0.9)], boxes: [] }], 0.3)).toBe(1);
  });
});

describe('organisms separated', () => {
  const { cutouts } = cutOut([disc(8, 100), disc(10, 60)]);

  it('learn from densities that add up', () => {
    const scenes = composeScenes(cutouts, {
      seed: 1,
      width: 96,
      height: 96,
      layout: 'pairs',
      overlap: 0.4,
      texture: 0,
      noise: 0,
      paper: 255,
    });
    const examples = separatorExamples(scenes, 5);
    for (let i = 0; i < 5; i++) {
      const { total, own, pixels } = examples.exampleAt(i, undefined);
      expect(pixels).toHaveLength(64 * 64 * 3);
      let [all, mine] = [0, 0];
      own.forEach((density, k) => {
        expect(density).toBeLessThanOrEqual((total[k] ?? 0) + 0.05);
        all += total[k] ?? 0;
        mine += density;
      });
      expect(mine).toBeGreaterThan(10);
      expect(mine).toBeLessThan(all);
    }
  });

  it('are looked at with their box and those of others', () => {
    const frame = { width: 100, height: 100, pixels: new Uint8Array(10_000).fill(200) };
    // A window of 48 pixels from 26 on, so that a pixel of it is 0.75 of one of the frame.
    const pixels = lookedAt(frame, box(34, 42, 32, 16), [box(50, 26, 30, 24), box(0, 0, 5, 5)]);
    const at = (x: number, y: number) => [...pixels.subarray(3 * (64 * y + x), 3 * (64 * y + x) + 3)];
    expect(at(5, 32)).toEqual([200, 255, 255]);
    expect(at(15, 32)).toEqual([200, 0, 255]);
    expect(at(40, 24)).toEqual([200, 0, 0]);
    expect(at(40, 4)).toEqual([200, 255, 0]);
    const black = [1, 2].map((channel) => pixels.filter((level, i) => i % 3 === channel && level === 0).length);
    expect(black).toEqual([42 * 22, 32 * 32]);
  });

  it('are left with their share of the density', () => {
    const frame = { width: 40, height: 40, pixels: new Uint8Array(1600).fill(255 / 4) };
    const half = aloneIn(frame, box(10.5, 12, 8, 6), new Float32Array(SHARE_SIDE * SHARE_SIDE).fill(0.5), 255);
    expect([half.width, half.height]).toEqual([9, 6]);
    const expected = Math.round(255 * Math.sqrt(63 / 255));
    expect(new Set(half.pixels)).toEqual(new Set([expected]));
    const none = aloneIn(frame, box(10, 12, 8, 6), new Float32Array(SHARE_SIDE * SHARE_SIDE), 240);
    expect(new Set(none.pixels)).toEqual(new Set([240]));
  });
});

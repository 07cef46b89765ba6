/** Organisms found by grey levels, and told apart where they touch. */
import { describe, expect, it } from 'vitest';
import { frameSeparation } from '../../src/detection/threshold/object-levels.js';
import { thresholdDetector } from '../../src/detection/threshold/threshold-detector.js';
import { splitAtNarrows } from '../../src/features/segmentation/watershed.js';
import { random } from '../../src/random.js';

const [WIDTH, HEIGHT] = [60, 40];

/** Discs on white paper. */
type Disc = readonly [x: number, y: number, radius: number, level: number];

function frame(...discs: readonly Disc[]) {
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      for (const [cx, cy, r, level] of discs) {
        if ((x - cx) ** 2 + (y - cy) ** 2 <= r * r) pixels[y * WIDTH + x] = level;
      }
    }
  }
  return { pixels, width: WIDTH, height: HEIGHT };
}
const maskOf = (...discs: readonly Disc[]) => frame(...discs).pixels.map((level) => (level < 255 ? 1 : 0));
const counts = (labels: Int32Array) => {
  const found: number[] = [];
  for (const label of labels) if (label > 0) found[label - 1] = (found[label - 1] ?? 0) + 1;
  return found;
};

describe('splitAtNarrows', () => {
  it('tells two discs that touch apart at their neck, in equal halves', () => {
    const labels = splitAtNarrows(maskOf([15, 20, 8, 0], [29, 20, 8, 0]), WIDTH, HEIGHT, 2);
    const [left = 0, right = 0, ...others] = counts(labels);
    expect(others).toEqual([]);
    expect(left + right).toBe(maskOf([15, 20, 8, 0], [29, 20, 8, 0]).reduce((sum, one) => sum + one, 0));
    expect(Math.abs(left - right)).toBeLessThanOrEqual(8);
    expect(labels[20 * WIDTH + 15]).toBe(1);
    expect(labels[20 * WIDTH + 29]).toBe(2);
  });

  it('leaves what has no neck of that depth whole', () => {
    expect(counts(splitAtNarrows(maskOf([15, 20, 8, 0], [19, 20, 8, 0]), WIDTH, HEIGHT, 2))).toHaveLength(1);
    expect(counts(splitAtNarrows(maskOf([15, 20, 8, 0], [29, 20, 8, 0]), WIDTH, HEIGHT, 9))).toHaveLength(1);
  });

  it('takes what lies at the border of the image for cut by the background', () => {
    const all = new Uint8Array(6 * 5).fill(1);
    expect(counts(splitAtNarrows(all, 6, 5, 1))).toEqual([30]);
    expect(splitAtNarrows(new Uint8Array(6), 3, 2, 1)).toEqual(new Int32Array(6));
  });
});

describe('thresholdDetector', () => {
  it('finds each organism with its box, mask and contrast, the strongest first', async () => {
    const found = await thresholdDetector().detect(frame([12, 12, 6, 102], [40, 25, 5, 0]));
    expect(found.map(({ box }) => box)).toEqual([
      { x: 35, y: 20, width: 11, height: 11 },
      { x: 6, y: 6, width: 13, height: 13 },
    ]);
    expect(found.map(({ score }) => score)).toEqual([1, 0.6]);
    const [first] = found;
    expect(first?.mask?.[0]).toBe(0);
    expect(first?.mask?.[5 * 11 + 5]).toBe(1);
    expect(first?.alone?.pixels[0]).toBe(255);
    expect(first?.alone?.pixels[5 * 11 + 5]).toBe(0);
  });

  it('gives each of two that touch its own pixels, unless told to leave them whole', async () => {
    const two = frame([15, 20, 8, 50], [29, 20, 8, 50]);
    const found = await thresholdDetector().detect(two);
    expect(found.map(({ box }) => box.width).sort()).toEqual([15, 16]);
    expect((await thresholdDetector({ splitDepth: 0 }).detect(two)).map(({ box }) => box.width)).toEqual([31]);
  });

  it('passes over specks, and finds light organisms on a dark background', async () => {
    const dark = frame([20, 20, 6, 55], [45, 10, 2, 55]);
    for (let i = 0; i < dark.pixels.length; i++) dark.pixels[i] = 255 - (dark.pixels[i] as number);
    const found = await thresholdDetector().detect(dark);
    expect(found.map(({ box }) => box)).toEqual([{ x: 14, y: 14, width: 13, height: 13 }]);
    expect((await thresholdDetector({ minArea: 1 }).detect(dark)).length).toBe(2);
  });

  it.each([
    ['grey paper', 215, -1],
    ['paper whose noise reaches the usual level', 246, -1],
    ['a dark background whose noise reaches the usual level', 20, 1],
    ['a background that is not quite dark', 60, 1],
  ])('finds what is faint beside what is dense, on %s', async (_, background, towards) => {
    const discs = [
      [14, 14, 7, 25],
      [44, 24, 6, towards > 0 ? 250 - background : background],
    ] as const;
    const draws = random(1, 'noise');
    const noise = () => 3 * (draws.uniform() + draws.uniform() + draws.uniform() + draws.uniform() - 2);
    const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
      const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
      const disc = discs.find(([cx, cy, r]) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r);
      return Math.max(0, Math.min(255, Math.round(background + noise() + towards * (disc?.[3] ?? 0))));
    });
    const found = await thresholdDetector().detect({ pixels, width: WIDTH, height: HEIGHT });
    expect(found.map(({ box }) => box)).toEqual([
      { x: 38, y: 18, width: 13, height: 13 },
      { x: 7, y: 7, width: 15, height: 15 },
    ]);
  });

  it('begins where it is told to, and at the usual level where the background is far from it', () => {
    const counts = new Float64Array(256);
    counts.set([10, 80, 10], 249);
    const levels = { border: 250, counts: () => counts };
    expect(frameSeparation(levels, {})).toEqual({ background: 'light', threshold: 243 });
    expect(frameSeparation(levels, { threshold: 200 })).toEqual({ background: 'light', threshold: 200 });
    expect(frameSeparation(levels, { background: 'dark' }).background).toBe('dark');
    // Ten pixels 1 above and half of eighty at it: a deviation of sqrt(10 / 50); at 4 of it, or 4 levels.
    const grey = new Float64Array(256);
    grey.set([10, 80, 10], 199);
    expect(frameSeparation({ border: 200, counts: () => grey }, {})).toEqual({ background: 'light', threshold: 196 });
  });

  it('says all that is wrong with its options', () => {
    expect(() => thresholdDetector({ minArea: 0, splitDepth: -1 })).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        problems: [expect.objectContaining({ where: 'minArea' }), expect.objectContaining({ where: 'splitDepth' })],
      }),
    );
  });
});

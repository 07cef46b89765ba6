import { describe, expect, it } from 'vitest';
import { roundedOutwards } from '../../src/box.js';
import { composeScenes, type Scene } from '../../src/detection/scenes/compose-scenes.js';
import { cutOut } from '../../src/detection/scenes/cutout.js';
import { DENSITY, densityShare } from '../../src/detection/scenes/density.js';
import { bitsOf, sharedPixels } from '../../src/detection/scenes/mask-bits.js';
import type { SceneOptions } from '../../src/detection/scenes/options.js';
import { random } from '../../src/random.js';
import { disc, rectangle } from './shapes.js';

const { cutouts } = cutOut([disc(14), disc(9, 60, 'small'), rectangle(30, 12, 120), rectangle(10, 24, 180, 'tall')]);
/** White paper without noise, organisms as they are. */
const plain = { scale: 1, rotate: false, mirror: false, paper: 255, texture: 0, noise: 0 } as const;
const scenesOf = (options: SceneOptions) => [...composeScenes(cutouts, options)];

/** The grey levels of a frame by its organisms alone. */
function product({ organisms, frame }: Scene): Uint8Array {
  const levels = new Float64Array(frame.pixels.length).fill(255);
  for (const { box, alone } of organisms) {
    alone.pixels.forEach((level, i) => {
      const at = (box.y + Math.floor(i / box.width)) * frame.width + box.x + (i % box.width);
      levels[at] = ((levels[at] ?? 0) * level) / 255;
    });
  }
  return Uint8Array.from(levels, Math.round);
}

/** Shared pixels of two organisms, counted on the frame. */
function sharedBy({ organisms, frame }: Scene, first: number, second: number): number {
  const counts = new Uint8Array(frame.pixels.length);
  for (const { box, mask } of [organisms[first], organisms[second]].flatMap((one) => one ?? [])) {
    mask.forEach((one, i) => {
      const at = (box.y + Math.floor(i / box.width)) * frame.width + box.x + (i % box.width);
      counts[at] = (counts[at] ?? 0) + one;
    });
  }
  return counts.filter((count) => count === 2).length;
}

const areaOf = (mask: Uint8Array) => mask.reduce((sum, one) => sum + one, 0);

describe('organisms cut out of crops', () => {
  it('are as large as their mask, on white paper', () => {
    const { cutouts, problems } = cutOut([rectangle(5, 3, 90)]);
    expect(problems).toEqual([]);
    expect(cutouts).toEqual([
      {
        levels: new Uint8Array(15).fill(90),
        mask: new Uint8Array(15).fill(1),
        width: 5,
        height: 3,
        crop: 0,
        category: 'rectangle',
      },
    ]);
  });

  it('are divided by the level of the paper', () => {
    const crop = rectangle(5, 3, 100);
    const pixels = crop.image.pixels.map((level) => (level === 255 ? 200 : level));
    const [cutout] = cutOut([{ ...crop, image: { ...crop.image, pixels } }]).cutouts;
    expect(cutout?.levels).toEqual(new Uint8Array(15).fill(Math.round((100 * 255) / 200)));
  });

  it('leave out crops without an organism or with a dark background, and say so', () => {
    const blank = {
      image: { pixels: new Uint8Array(20).fill(255), width: 5, height: 4 },
      category: 'a',
      name: 'blank',
    };
    const dark = { image: { pixels: new Uint8Array(20).fill(3), width: 5, height: 4 }, category: 'a', name: 'dark' };
    const { cutouts, problems } = cutOut([blank, dark, disc(4)]);
    expect(cutouts.map(({ crop }) => crop)).toEqual([2]);
    expect(problems.map(({ where }) => where)).toEqual(['blank', 'dark']);
  });
});

describe('scenes', () => {
  it('depend on the seed and the number of the scene alone', () => {
    const size = { width: 64, height: 48 };
    const scenes = composeScenes(cutouts, { ...size, seed: 3, count: 4 });
    const inOrder = [...scenes];
    expect(scenes.sceneAt(2)).toEqual(inOrder[2]);
    expect(composeScenes(cutouts, { ...size, seed: 3 }).sceneAt(1000)).toEqual(scenes.sceneAt(1000));
    expect(composeScenes(cutouts, { ...size, seed: 4 }).sceneAt(2)).not.toEqual(inOrder[2]);
  });

  it('multiply the transmissions of what lies on one place', () => {
    for (const scene of scenesOf({ seed: 1, count: 10, ...plain })) {
      const expected = product(scene);
      // The product is rounded once in both, but in other precision.
      const off = scene.frame.pixels.filter((level, i) => Math.abs(level - (expected[i] ?? 0)) > 1);
      expect(off.length).toBe(0);
    }
  });

  it('have boxes that are tight around the masks', () => {
    for (const { organisms } of scenesOf({ seed: 2, count: 10 })) {
      for (const { box, mask } of organisms) {
        expect(roundedOutwards(box)).toEqual(box);
        expect(mask.length).toBe(box.width * box.height);
        const rows = Array.from({ length: box.height }, (_, y) =>
          areaOf(mask.subarray(y * box.width, (y + 1) * box.width)),
        );
        const columns = Array.from({ length: box.width }, (_, x) => areaOf(mask.filter((_, i) => i % box.width === x)));
        expect(Math.min(rows[0] ?? 0, rows.at(-1) ?? 0, columns[0] ?? 0, columns.at(-1) ?? 0)).toBeGreaterThan(0);
      }
    }
  });

  it('hold as many organisms as wanted, in the frame, no two of which overlap more than allowed', () => {
    const options = { seed: 5, count: 40, width: 200, height: 150, organisms: [2, 6], overlap: [0.2, 0.4] } as const;
    const counts = new Set<number>();
    for (const scene of scenesOf(options)) {
      counts.add(scene.organisms.length);
      for (const { box } of scene.organisms) {
        expect(Math.min(box.x, box.y, 200 - box.x - box.width, 150 - box.y - box.height)).toBeGreaterThanOrEqual(0);
      }
      for (const { overlap } of scene.overlaps) expect(overlap).toBeLessThanOrEqual(0.42);
    }
    expect([...counts].sort()).toEqual([2, 3, 4, 5, 6]);
  });

  it.each([0, 5])(
    'lie apart, with at least %d free pixels between any two boxes, fewer where there is no room',
    (gap) => {
      const options = { seed: 5, count: 40, width: 120, height: 90, organisms: 6, layout: 'apart', gap } as const;
      const scenes = scenesOf({ ...options, laidOnOthers: 1 });
      for (const { organisms, overlaps } of scenes) {
        expect(overlaps).toEqual([]);
        for (const [i, { box: a }] of organisms.entries()) {
          for (const { box: b } of organisms.slice(i + 1)) {
            const [across, down] = [
              Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width),
              Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height),
            ];
            expect(Math.max(across, down)).toBeGreaterThanOrEqual(gap);
          }
        }
      }
      const counts = scenes.map(({ organisms }) => organisms.length);
      expect(Math.max(...counts)).toBe(6);
      expect(scenesOf({ ...options, gap: 90 }).map(({ organisms }) => organisms.length)).toEqual(counts.map(() => 1));
    },
  );

  it('count overlaps as shared pixels over those of the smaller mask', () => {
    for (const scene of scenesOf({ seed: 6, count: 20, organisms: 5, laidOnOthers: 1 })) {
      for (const { first, second, overlap } of scene.overlaps) {
        const areas = [first, second].map((i) => areaOf(scene.organisms[i]?.mask ?? new Uint8Array()));
        expect(overlap).toBeCloseTo(sharedBy(scene, first, second) / Math.min(...areas), 12);
      }
    }
  });

  it.each([0.1, 0.3, 0.5, 0.7, 0.8])('of pairs overlap as wanted: %d', (overlap) => {
    for (const scene of scenesOf({ seed: 7, count: 25, layout: 'pairs', overlap })) {
      expect(scene.organisms.length).toBe(2);
      expect(Math.abs((scene.overlaps[0]?.overlap ?? 0) - overlap)).toBeLessThanOrEqual(0.02);
    }
  });

  it('of pairs that do not overlap touch: one step nearer they would', () => {
    for (const { organisms, overlaps } of scenesOf({ seed: 8, count: 25, layout: 'pairs', overlap: 0 })) {
      expect(overlaps).toEqual([]);
      const [a, b] = organisms;
      if (a === undefined || b === undefined) throw new Error('no pair');
      const filled = new Set<string>();
      const visit = (one: typeof a, grow: number, see: (key: string) => void) => {
        one.mask.forEach((is, i) => {
          if (is === 0) return;
          const [x, y] = [one.box.x + (i % one.box.width), one.box.y + Math.floor(i / one.box.width)];
          for (let dx = -grow; dx <= grow; dx++) for (let dy = -grow; dy <= grow; dy++) see(`${x + dx},${y + dy}`);
        });
      };
      visit(a, 2, (key) => filled.add(key));
      let near = 0;
      visit(b, 0, (key) => {
        near += filled.has(key) ? 1 : 0;
      });
      expect(near).toBeGreaterThan(0);
    }
  });

  it('of pairs have the classes that are wanted', () => {
    const classesOf = (pairOf: 'same class' | 'different classes') =>
      scenesOf({ seed: 9, count: 20, layout: 'pairs', overlap: 0.3, pairOf }).map(
        ({ organisms: [a, b] }) => a?.category === b?.category,
      );
    expect(classesOf('same class')).toEqual(Array.from({ length: 20 }, () => true));
    expect(classesOf('different classes')).toEqual(Array.from({ length: 20 }, () => false));
  });

  it('draw crops or classes as often as each other', () => {
    const many = cutOut([...Array.from({ length: 9 }, () => disc(5)), rectangle(8, 5, 90, 'rare')]).cutouts;
    const shareOfRare = (draw: 'crops' | 'classes') => {
      const scenes = [...composeScenes(many, { seed: 1, count: 300, organisms: 4, draw, width: 128, height: 128 })];
      const found = scenes.flatMap(({ organisms }) => organisms.map(({ category }) => category));
      return found.filter((category) => category === 1).length / found.length;
    };
    expect(shareOfRare('crops')).toBeCloseTo(0.1, 1);
    expect(shareOfRare('classes')).toBeCloseTo(0.5, 1);
  });

  it('scale and turn organisms, and keep them from being larger than allowed', () => {
    const [big] = scenesOf({ seed: 1, count: 1, organisms: 1, ...plain, scale: 2 });
    const [usual] = scenesOf({ seed: 1, count: 1, organisms: 1, ...plain });
    const [one, two] = [usual?.organisms[0], big?.organisms[0]];
    expect(two?.box.width).toBe(2 * (one?.box.width ?? 0));
    expect(areaOf(two?.mask ?? new Uint8Array()) / areaOf(one?.mask ?? new Uint8Array())).toBeCloseTo(4, 0);
    for (const { organisms } of scenesOf({ seed: 1, count: 10, scale: 3, longestSide: 25 })) {
      for (const { box } of organisms) expect(Math.max(box.width, box.height)).toBeLessThanOrEqual(25);
    }
  });

  it('keep the area of what is turned', () => {
    const upright = cutOut([rectangle(20, 8)]).cutouts;
    const areas = [...composeScenes(upright, { seed: 4, count: 20, organisms: 1, scale: 1 })].map(
      ({ organisms: [one] }) => areaOf(one?.mask ?? new Uint8Array()),
    );
    for (const area of areas) expect(Math.abs(area - 160)).toBeLessThanOrEqual(8);
  });

  it('have paper and noise of the wanted level and deviation', () => {
    const [scene] = scenesOf({
      seed: 1,
      count: 1,
      organisms: 0,
      paper: 180,
      texture: 0,
      noise: 4,
      width: 512,
      height: 512,
    });
    const pixels = Array.from(scene?.frame.pixels ?? []);
    const mean = pixels.reduce((sum, level) => sum + level, 0) / pixels.length;
    const deviation = Math.sqrt(pixels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / pixels.length);
    expect(mean).toBeCloseTo(180, 1);
    expect(deviation).toBeCloseTo(4, 1);
    const [uneven] = scenesOf({
      seed: 1,
      count: 1,
      organisms: 0,
      paper: 128,
      texture: 6,
      noise: 0,
      width: 1024,
      height: 1024,
    });
    const levels = Array.from(uneven?.frame.pixels ?? []);
    const centre = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    expect(Math.sqrt(levels.reduce((sum, level) => sum + (level - centre) ** 2, 0) / levels.length)).toBeCloseTo(6, 0);
  });

  it('have a noise of their own out of a range, and the rest as without', () => {
    const { cutouts } = cutOut([disc(4)]);
    const deviations = Array.from({ length: 40 }, (_, i) => {
      const { frame, organisms } = composeScenes(cutouts, {
        seed: 3,
        organisms: 0,
        texture: 0,
        noise: [0, 5],
        paper: 128,
      }).sceneAt(i);
      expect(organisms).toEqual([]);
      return Math.sqrt(frame.pixels.reduce((sum, level) => sum + (level - 128) ** 2, 0) / frame.pixels.length);
    }).sort((a, b) => a - b);
    expect(deviations[0]).toBeLessThan(0.6);
    expect(deviations.at(-1)).toBeGreaterThan(4.4);
    expect(deviations.at(-1)).toBeLessThan(5.2);
    const [still] = composeScenes(cutouts, { seed: 3, texture: 0, noise: 0 });
    const [noisy] = composeScenes(cutouts, { seed: 3, texture: [0, 5], noise: [0, 5] });
    expect(noisy?.organisms).toEqual(still?.organisms);
  });

  it('name everything that is wrong with the options', () => {
    const options = {
      seed: 0.5,
      width: 3,
      overlap: 0.9,
      scale: [2, 1],
      tolerance: 0,
      gap: -1,
      layout: 'pairs',
      longestSide: 200,
    } as const;
    expect(() => composeScenes(cutouts, options)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        problems: ['seed', 'width', 'gap', 'overlap', 'tolerance', 'scale', 'longestSide'].map((where) =>
          expect.objectContaining({ where }),
        ),
      }),
    );
    expect(() => composeScenes([], { seed: 1 })).toThrow('There is nothing to compose scenes of');
    const discs = cutouts.filter(({ category }) => category === 'disc');
    expect(() => composeScenes(discs, { seed: 1, layout: 'pairs', pairOf: 'different classes' })).toThrow('only disc');
    expect(() => composeScenes(cutouts, { seed: 1 }).sceneAt(-1)).toThrow('There is no such scene');
  });

  it('say when no two organisms overlap as wanted', () => {
    const lines = cutOut([rectangle(60, 1)]).cutouts;
    const scenes = composeScenes(lines, { seed: 2, layout: 'pairs', overlap: 0.5, tolerance: 0.001, scale: 1 });
    expect(() => scenes.sceneAt(0)).toThrow('No two organisms overlap as wanted');
  });
});

describe('masks as bits', () => {
  it('share as many pixels as are in both, wherever the one lies over the other', () => {
    const draws = random('masks');
    const maskOf = (width: number, height: number) =>
      Uint8Array.from({ length: width * height }, () => (draws.uniform() < 0.6 ? 1 : 0));
    for (const [w, h, v, u] of [
      [5, 4, 3, 6],
      [32, 3, 31, 4],
      [33, 7, 64, 5],
      [70, 6, 97, 3],
    ] as const) {
      const [one, other] = [maskOf(w, h), maskOf(v, u)];
      const [first, second] = [bitsOf(one, w, h), bitsOf(other, v, u)];
      for (let right = -v - 1; right <= w + 1; right++) {
        for (let down = -u - 1; down <= h + 1; down++) {
          const shared = one.filter((is, at) => {
            const [x, y] = [(at % w) - right, Math.floor(at / w) - down];
            return is === 1 && x >= 0 && y >= 0 && x < v && y < u && other[y * v + x] === 1;
          }).length;
          if (sharedPixels(first, second, right, down) !== shared) expect({ w, v, right, down }).toBe(shared);
        }
      }
      expect(sharedPixels(first, first, 0, 0)).toBe(areaOf(one));
    }
  });
});

describe('shares of optical density', () => {
  it('are 1 where an organism lies alone, and add up to 1 where any lies', () => {
    for (const scene of scenesOf({ seed: 11, count: 8, layout: 'pairs', overlap: 0.5 })) {
      const sums = new Map<number, number>();
      scene.organisms.forEach(({ box, alone }, i) => {
        densityShare(scene, i).forEach((share, at) => {
          if (alone.pixels[at] === 255) expect(share).toBe(0);
          const key = (box.y + Math.floor(at / box.width)) * scene.frame.width + box.x + (at % box.width);
          sums.set(key, (sums.get(key) ?? 0) + share);
        });
      });
      expect([...sums.values()].filter((sum) => sum !== 0 && Math.abs(sum - 1) > 1e-6)).toEqual([]);
      expect(sums.size).toBeGreaterThan(0);
    }
  });

  it('divide by -ln T', () => {
    const alone = (level: number) => ({ pixels: Uint8Array.of(level), width: 1, height: 1 });
    const box = { x: 4, y: 5, width: 1, height: 1 };
    const one = (level: number) => ({ category: 0, crop: 0, box, mask: Uint8Array.of(1), alone: alone(level) });
    const frame = { pixels: new Uint8Array(100), width: 10, height: 10 };
    const scene = { frame, organisms: [one(102), one(204)], overlaps: [] };
    const [a, b] = [Math.log(255 / 102), Math.log(255 / 204)];
    expect(densityShare(scene, 0)[0]).toBeCloseTo(a / (a + b), 6);
    expect(densityShare(scene, 1)[0]).toBeCloseTo(b / (a + b), 6);
    expect(DENSITY[255]).toBe(0);
  });
});

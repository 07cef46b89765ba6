/** ZooProcess's features, by hand and against its own tables. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tracedPerimeter } from '../../src/features/geometry/perimeter.js';
import { GUO_HALL, IMAGEJ, thinned } from '../../src/features/geometry/skeleton.js';
import { thicknessRatio } from '../../src/features/geometry/symmetry.js';
import { measureImages } from '../../src/features/images/measure-images.js';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { drawn, maskOf } from './masks.js';

const names = FEATURE_SETS.zooprocess.features.map(({ name }) => name);

function zooprocess(...rows: string[]): Record<string, number> {
  const { pixels, width, height } = drawn(...rows);
  const values = measure(segment(pixels, width, height), 'zooprocess');
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN]));
}

describe("ZooProcess's features", () => {
  const bar = zooprocess('.......', '.12345.', '.12345.', '.12345.', '.......');

  it('of a bar of 5 x 3 pixels are its size and shape', () => {
    const corner = 2 - Math.SQRT2;
    expect(bar).toMatchObject({
      area: 15,
      area_exc: 15,
      '%area': 0,
      width: 5,
      height: 3,
      bx: 1,
      by: 1,
      x: 3.5,
      y: 2.5,
    });
    expect(bar['perim.']).toBeCloseTo(16 - 4 * corner, 12);
    expect(bar['circ.']).toBeCloseTo((4 * Math.PI * 15) / (16 - 4 * corner) ** 2, 12);
    expect(bar.feret).toBeCloseTo(Math.hypot(5, 3), 12);
    // Variances (n^2 - 1) / 12 + 1 / 12 along both axes, scaled to the area.
    expect(bar.elongation).toBeCloseTo(5 / 3, 12);
    expect(bar.major).toBeCloseTo(Math.sqrt((4 * 15 * (5 / 3)) / Math.PI), 12);
    expect([bar.angle, bar.convperim, bar.convarea]).toEqual([0, 12, 15]);
    // On a canvas of 6 x 6, the bar is one pixel off the middle: 6 of 36 pixels differ in its mirror image, or 10.
    expect([bar.symetrieh, bar.symetriev]).toEqual([30 / 2 / 15, 26 / 2 / 15]);
  });

  it('of its grey levels 10 to 50 are their statistics', () => {
    expect(bar).toMatchObject({ mean: 30, min: 10, max: 50, mode: 10, median: 30, intden: 450, range: 40, skew: 0 });
    expect(bar.stddev).toBeCloseTo(Math.sqrt((15 * 200) / 14), 12);
    expect(bar.kurt).toBeCloseTo((2 * (20 ** 4 + 10 ** 4)) / 5 / 200 ** 2 - 3, 12);
    expect([bar.histcum1, bar.histcum2, bar.histcum3]).toEqual([19, 29, 39]);
    // Five levels with 3 pixels each among 0 to 254.
    expect(bar.slope).toBeCloseTo(Math.sqrt((45 - 225 / 255) / ((255 * (255 ** 2 - 1)) / 12)), 12);
    // The mean x is 2; weighted by 10 to 50, it is 2 + 1 / 1.5.
    expect(bar.centroids).toBeCloseTo(2 / 3, 12);
  });

  it('count holes in the area, but not in area_exc', () => {
    const ring = zooprocess('.....', '.###.', '.#.#.', '.###.', '.....');
    expect(ring).toMatchObject({ area: 9, area_exc: 8, max: 255 });
    expect(ring['%area']).toBeCloseTo(100 / 9, 12);
  });

  it("have ImageJ's perimeters of one and of four pixels, and of pixels that touch at a corner", () => {
    const perimeter = (...rows: string[]) => {
      const { mask, width, height } = maskOf(...rows);
      return tracedPerimeter(mask, width, height, mask.indexOf(1));
    };
    expect(perimeter('#')).toBeCloseTo(4 - 2 * (2 - Math.SQRT2), 12);
    expect(perimeter('##', '##')).toBeCloseTo(8 - 4 * (2 - Math.SQRT2), 12);
    expect(perimeter('#.', '.#')).toBeCloseTo(8 - 4 * (2 - Math.SQRT2), 12);
  });

  it('thin a line to itself, and a thick bar to a line', () => {
    const { mask, width, height } = maskOf('.........', '#########', '.........');
    const full = maskOf('#########', '#########', '#########');
    for (const rule of [IMAGEJ, GUO_HALL]) {
      expect([...thinned(mask, width, height, rule)]).toEqual([...mask]);
      const thin = thinned(full.mask, width, height, rule);
      // But for its ends.
      const inner = [0, 9, 18].flatMap((row) => [...thin.subarray(row + 2, row + 7)]);
      expect(inner).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    }
  });

  it('relate the largest to the mean thickness', () => {
    // Columns 0, 2, 4, 6 are 1, 3, 5 and 9 thick; the last one counts as a column, but not its thickness.
    const side = 12;
    const pixels = new Uint8Array(side * side);
    for (const [x, thickness] of [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 9],
    ] as const) {
      for (let y = 1; y <= thickness; y++) pixels[y * side + x] = 255;
    }
    expect(thicknessRatio({ pixels, side, area: 1 }, 2)).toBeCloseTo(5 / ((1 + 3 + 5) / 4), 12);
  });
});

const archive = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'zooprocess-sample.tar');

describeWhere(existsSync(archive), NEEDS.sharedData)("ZooProcess's own tables", () => {
  it('have the same masks, and shapes within 1 %', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cladenet-zooprocess-'));
    const ids = [2, 15, 52, 105, 132, 148, 239, 262, 333, 375];
    const files = ['training_features.csv.gz', ...ids.map((id) => `images/${id}.jpg`)];
    spawnSync('tar', ['xf', archive, '-C', folder, ...files.map((file) => `zooprocess-sample/${file}`)]);
    const paths = ids.map((id) => join(folder, 'zooprocess-sample', 'images', `${id}.jpg`));
    // The images are white beyond grey level 243; between it and white, there is noise of the JPEG compression.
    const segmentation = { cropBottom: 31, threshold: 248 };
    const { values } = await measureImages(paths, { set: 'zooprocess', segmentation });
    const table = gunzipSync(readFileSync(join(folder, 'zooprocess-sample', 'training_features.csv.gz'))).toString();
    const [header = [], ...rows] = table.split('\n').map((line) => line.trim().split(','));
    await rm(folder, { recursive: true });
    ids.forEach((id, i) => {
      const row = rows.find(([first]) => first === String(id)) ?? [];
      const theirs = (name: string) => Number(row[header.indexOf(name)]);
      const ours = (name: string) => values[i * names.length + names.indexOf(name)] ?? Number.NaN;
      for (const name of ['area', 'area_exc', 'width', 'height'])
        expect(ours(name), `${id} ${name}`).toBe(theirs(name));
      for (const name of ['perim.', 'major', 'feret', 'convarea', 'convperim', 'fractal', 'symetrieh', 'symetriev']) {
        expect(Math.abs(ours(name) / theirs(name) - 1), `${id} ${name}`).toBeLessThan(0.01);
      }
    });
  });
});

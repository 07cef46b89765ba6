/** WHOI's segmentation and features, against the table that WHOI's own extraction gives for a bin. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distanceMapBody, solidOfRevolution } from '../../src/features/geometry/biovolume.js';
import { transformOfImages } from '../../src/features/geometry/fft.js';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { maskOf } from './masks.js';

describe("the IFCB's features", () => {
  it('of a bar are those of a cylinder', () => {
    const { mask, width, height } = maskOf('######', '######', '######', '######');
    const body = solidOfRevolution({ mask, width, height });
    expect(body.volume).toBeCloseTo(Math.PI * 2 ** 2 * 6, 10);
    expect(body.width).toBe(4);
    // A polygon of 1440 sides in place of the circle.
    expect(body.surface).toBeCloseTo(2 * Math.PI * 2 * 6 + 2 * Math.PI * 2 ** 2, 3);
  });

  it('of a square by distance map are by the formulas of Moberg and Sosik', () => {
    const { mask, width, height } = maskOf('###', '###', '###');
    // Distances 1 along the outline and 2 in the middle.
    const transect = (4 * 10) / 9 - 2;
    const body = distanceMapBody({ mask, width, height });
    expect(body.width).toBeCloseTo(transect, 12);
    expect(body.volume).toBeCloseTo((transect ** 2 / (transect ** 2 + 2 * transect + 0.5)) * Math.PI * 10, 12);
  });

  it('find nothing in an image without edges', () => {
    const { regions, notes } = segment(new Uint8Array(900).fill(180), 30, 30, { method: 'phase-congruency' });
    expect(regions).toEqual([]);
    expect(notes).toEqual(['no object: there is no closed edge and no dark area of more than 40 pixels']);
  });
});

describe('the Fourier transform', () => {
  it.each([
    [1, 1],
    [5, 4],
    [7, 6],
    [16, 9],
  ])('of %d x %d numbers is their sum of waves', (width, height) => {
    const count = width * height;
    const re = Float64Array.from({ length: count }, (_, i) => Math.sin(i * i));
    const im = Float64Array.from({ length: count }, (_, i) => Math.cos(3 * i));
    const image = { re: re.slice(), im: im.slice() };
    transformOfImages(width, height)(image);
    const [u, v] = [width - 1, Math.floor(height / 2)];
    let [real, imaginary] = [0, 0];
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const angle = -2 * Math.PI * ((u * x) / width + (v * y) / height);
        real += (re[at] as number) * Math.cos(angle) - (im[at] as number) * Math.sin(angle);
        imaginary += (re[at] as number) * Math.sin(angle) + (im[at] as number) * Math.cos(angle);
      }
    }
    expect(image.re[v * width + u]).toBeCloseTo(real, 9);
    expect(image.im[v * width + u]).toBeCloseTo(imaginary, 9);
  });
});

const bin = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ifcb/v1/IFCB5_2012_028_081515');

describeWhere(existsSync(`${bin}.roi`), NEEDS.sharedData)("WHOI's table of a bin", () => {
  // Image 3 is stitched from two overlapping ones there. Image 2 takes a second to segment.
  it.each([1, 5, 6])('has the same features of image %d within 0.1 %%', (number) => {
    const [, , , , , , , , , , , width = 0, height = 0, start = 0] =
      readFileSync(`${bin}.adc`, 'utf8').split('\n')[number - 1]?.split(',').map(Number) ?? [];
    const pixels = new Uint8Array(readFileSync(`${bin}.roi`).subarray(start, start + width * height));
    const [header = [], ...rows] = readFileSync(`${bin}_features_v4.csv`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(','));
    const row = rows.find(([first]) => first === String(number)) ?? [];
    const { features, segmentation } = FEATURE_SETS.ifcb;
    expect(features.map(({ name }) => name)).toEqual(header.slice(1));
    measure(segment(pixels, width, height, segmentation), 'ifcb').forEach((value, i) => {
      expect(Math.abs(value / Number(row[i + 1]) - 1), features[i]?.name).toBeLessThan(0.001);
    });
  });
});

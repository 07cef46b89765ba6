/** Features against scikit-image 0.26: `regionprops`, `graycoprops` and `local_binary_pattern` of one drawn organism. */
import { describe, expect, it } from 'vitest';
import { benkridPerimeter } from '../../src/features/geometry/benkrid-perimeter.js';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';

/** A mottled ellipse, light on black, with a hole of one pixel. */
const [width, height] = [26, 22];
const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
  const [x, y] = [at % width, Math.floor(at / width)];
  const [u, v] = [(x - 13) / 9.5, (y - 10) / 6.5];
  const [along, across] = [u * 0.8 + v * 0.6, v * 0.8 - u * 0.6];
  const isIn = along * along + 1.6 * across * across < 1 && !(x === 12 && y === 9);
  return isIn ? 40 + ((x * 37 + y * 61 + x * y * 7) % 150) : 0;
});
const segmentation = segment(pixels, width, height);
const named = (set: 'uvp6' | 'texture') =>
  Object.fromEntries([...measure(segmentation, set)].map((value, i) => [FEATURE_SETS[set].features[i]?.name, value]));

describe('features by scikit-image', () => {
  it('are the 55 of the UVP6, in their order', () => {
    const expected = [
      ...[152, 17, 11, 116.355263158, 42.6790975424, 189, 41, 189, 8.00657894737, 5.00657894737, 7.95731086735],
      ...[4.95323985073, 17.8947669392, 10.924965836, 0.207672385524, 0.792007183562, 17686, 115, 83, 154],
      ...[13.9115926766, 148, 0.509157183499, 36.6799888412, 28.8372280692, 187, 0.812834224599, 2960.99342105],
      ...[384.993421053, 1214.99342105, -57.4407029086, -23.5459660665, -12.0591239612, -22.9801765928],
      ...[0.18074735293, 0.00682171431394, 3.35653768839e-8, 8.62112734097e-8, 3.77811358718e-15, 5.1390765604e-9],
      ...[-2.68943293583e-15, 346040.769705, 44427.6960873, 137972.329357, 2594.91684125, -1729.4152385],
      ...[-7554.53871263, -3070.37160716, 0.00154738318772, 5.23175759401e-7, 3.71287862062e-13],
      ...[2.75286799049e-14, 2.03472590522e-27, 8.41550848488e-18, 1.89886854119e-27],
    ];
    const values = [...measure(segmentation, 'uvp6')];
    expect(values).toHaveLength(55);
    values.forEach((value, i) => {
      const reference = expected[i] ?? Number.NaN;
      expect(value / reference, FEATURE_SETS.uvp6.features[i]?.name).toBeCloseTo(1, 6);
    });
  });

  it('are the texture of the filled ellipse, on a light background, in 32 grey levels', () => {
    const texture = named('texture');
    expect(texture.haralick_angular_second_moment).toBeCloseTo(0.00694786462686, 12);
    expect(texture.haralick_contrast).toBeCloseTo(61.6794901025, 8);
    expect(texture.haralick_correlation).toBeCloseTo(-0.0206072785702, 10);
    expect(texture.haralick_inverse_difference_moment).toBeCloseTo(0.14285402399, 10);
    expect(texture.haralick_entropy).toBeCloseTo(5.10250456727, 9);
    const patterns = [16, 16, 3, 4, 19, 5, 4, 25, 26, 35].map((count) => count / 153);
    patterns.forEach((share, kind) => expect(texture[`lbp_${kind}`]).toBeCloseTo(share, 12));
  });

  it('are the perimeter by border shapes', () => {
    const mask = Uint8Array.from(segmentation.labels, (label) => Math.min(1, label));
    expect(benkridPerimeter(mask, width, height)).toBeCloseTo(44.97056274847714, 10);
  });
});

import { describe, expect, it } from 'vitest';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { drawn } from './masks.js';

const two = drawn('........', '.##..###', '.##..#.#', '.....###', '........');

describe('segmentation', () => {
  it('finds the largest object with its holes, largest first', () => {
    const { regions, labels, solid } = segment(two.pixels, two.width, two.height);
    expect(regions).toEqual([{ area: 9, first: 13, box: { x: 5, y: 1, width: 3, height: 3 } }]);
    expect([...labels].filter((label) => label === 1)).toHaveLength(9);
    expect([...solid].filter((one) => one === 1)).toHaveLength(8);
  });

  it('takes all objects, and leaves holes open, where it is told so', () => {
    const { regions } = segment(two.pixels, two.width, two.height, { objects: 'all', fillHoles: false });
    expect(regions.map(({ area }) => area)).toEqual([8, 4]);
  });

  it('joins pixels that touch at a corner, and fills no hole that is open at a side', () => {
    const { pixels, width, height } = drawn('.....', '.#...', '..#..', '.....', '.....');
    expect(segment(pixels, width, height).regions.map(({ area }) => area)).toEqual([2]);
    const open = drawn('......', '.####.', '.#..#.', '.#.##.', '......');
    expect(segment(open.pixels, 6, 5).regions.map(({ area }) => area)).toEqual([9]);
    const closed = drawn('......', '.####.', '.#..#.', '.####.', '......');
    expect(segment(closed.pixels, 6, 5).regions.map(({ area }) => area)).toEqual([12]);
  });

  it('sees by the border whether the background is light or dark', () => {
    const dark = two.pixels.map((grey) => 255 - grey);
    const { background, threshold, regions } = segment(dark, two.width, two.height);
    expect([background, threshold, regions[0]?.area]).toEqual(['dark', 20, 9]);
  });

  it('separates at 243 on a light and above 20 on a dark background', () => {
    const levels = Uint8Array.of(255, 255, 255, 255, 255, 243, 244, 255, 255, 255, 255, 255);
    expect(segment(levels, 4, 3).regions.map(({ area }) => area)).toEqual([1]);
    expect(segment(levels, 4, 3, { threshold: 244 }).regions.map(({ area }) => area)).toEqual([2]);
    const inverse = Uint8Array.of(0, 0, 0, 0, 0, 20, 21, 0, 0, 0, 0, 0);
    expect(segment(inverse, 4, 3).regions).toMatchObject([{ area: 1, first: 6 }]);
  });

  it('separates a grey background by Otsu, and says so', () => {
    const grey = drawn('999999', '911119', '911119', '999999');
    const { threshold, regions, notes } = segment(
      grey.pixels.map((level) => level * 2),
      6,
      4,
    );
    expect([threshold, regions[0]?.area]).toEqual([20, 8]);
    expect(notes).toEqual([
      "separated at grey level 20 (Otsu): the median of the border, 180, is on the objects' side of 243",
    ]);
  });

  it('cuts rows off at the bottom before anything else', () => {
    const scale = drawn('....', '.#..', '....', '####', '####');
    expect(segment(scale.pixels, 4, 5, { cropBottom: 2 }).regions.map(({ area }) => area)).toEqual([1]);
    expect(() => segment(scale.pixels, 4, 5, { cropBottom: 5 })).toThrow(
      'cropBottom: expected less than the 5 rows of the image, received 5',
    );
  });

  it('notes an object at the border, and a background of the other kind', () => {
    expect(segment(two.pixels, two.width, two.height).notes).toEqual(['an object touches the border']);
    expect(segment(two.pixels, two.width, two.height, { background: 'dark' }).notes[0]).toBe(
      'the background seems light, not dark: the median of the border is 255',
    );
  });

  it('measures an image without an object as NaN everywhere, with a note', () => {
    const empty = segment(new Uint8Array(12).fill(255), 4, 3);
    expect(empty.notes).toEqual(['no object: none of its 12 pixels has a grey level of at most 243']);
    expect(new Set(measure(empty, 'all'))).toEqual(new Set([Number.NaN]));
  });
});

import { describe, expect, it } from 'vitest';
import { bytes, counted, duration, firstOf, percent } from '../src/units.js';

describe('percent', () => {
  it('never rounds a mistake or a hit away', () => {
    expect([0, 0.0001, 0.5, 0.99999, 1].map((share) => percent(share))).toEqual([
      '0.0 %',
      '<0.1 %',
      '50.0 %',
      '>99.9 %',
      '100.0 %',
    ]);
    expect([0.004, 0.555, 0.996].map((share) => percent(share, 0))).toEqual(['<1 %', '56 %', '>99 %']);
  });
});

describe('counted', () => {
  it('has one image and several', () => {
    expect([counted(1, 'image'), counted(2, 'image'), counted(0, 'class', 'classes')]).toEqual([
      '1 image',
      '2 images',
      '0 classes',
    ]);
  });
});

describe('duration and bytes', () => {
  it('change their unit as they grow', () => {
    expect([1.54, 75.4, 119.9, 744].map(duration)).toEqual(['1.5 s', '75 s', '120 s', '12.4 min']);
    expect([1, 259e6, 1.34e9].map(bytes)).toEqual(['1 kB', '259 MB', '1.3 GB']);
  });
});

describe('firstOf', () => {
  it('names the first and counts the others, but not a single one', () => {
    expect(firstOf(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
    expect(firstOf(['a', 'b', 'c'], 2)).toBe('a, b, c');
    expect(firstOf([], 2)).toBe('');
  });
});

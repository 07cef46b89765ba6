import { describe, expect, it } from 'vitest';
import { fingerprints, packSeen, unpackSeen } from '../../../src/classifier/store/seen.js';
import { selectImages } from '../../../src/dataset/images.js';
import { shapes } from '../../fixtures/shapes.js';

describe('fingerprints', () => {
  const set = shapes(2);
  const prints = fingerprints(set);

  it('know an image by its pixels and size, not by its name or place', () => {
    expect(new Set(prints).size).toBe(8);
    const moved = selectImages({ ...set, paths: set.paths.map((path) => `elsewhere/${path}`) }, [5, 0]);
    expect(fingerprints(moved)).toEqual([prints[5], prints[0]]);
    expect(fingerprints({ ...set, widths: set.widths.map((w) => w + 1) })[0]).not.toBe(prints[0]);
    const pixels = set.pixels.slice();
    pixels[3] = 255 - (pixels[3] ?? 0);
    const changed = fingerprints({ ...set, pixels });
    expect(changed[0]).not.toBe(prints[0]);
    expect(changed.slice(1)).toEqual(prints.slice(1));
  });

  it('survive packing', () => {
    const split = { train: Int32Array.of(0, 3), validation: new Int32Array(0), test: Int32Array.of(7), notes: [] };
    const packed = packSeen(prints, split);
    expect(unpackSeen(packed.train)).toEqual(new Set([prints[0], prints[3]]));
    expect(unpackSeen(packed.validation)).toEqual(new Set());
    expect(unpackSeen(packed.test)).toEqual(new Set([prints[7]]));
  });
});

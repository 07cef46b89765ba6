import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { fingerprints, keepCopiesTogether, packSeen, unpackSeen } from '../../../src/classifier/store/seen.js';
import { selectImages } from '../../../src/dataset/images.js';
import { shapes } from '../../fixtures/shapes.js';

const parts = ({ train, validation, test }: { train: Int32Array; validation: Int32Array; test: Int32Array }) => [
  Array.from(train),
  Array.from(validation),
  Array.from(test),
];

describe('copies of an image', () => {
  it('go to the first part that has one', () => {
    const split = {
      train: Int32Array.of(0, 1),
      validation: Int32Array.of(2, 3),
      test: Int32Array.of(4, 5, 6),
      notes: [],
    };
    const prints = ['a', 'b', 'b', 'c', 'c', 'd', 'a'];
    const { split: kept, moved } = keepCopiesTogether(split, prints);
    expect(parts(kept)).toEqual([[0, 1, 2, 6], [3, 4], [5]]);
    expect(moved).toBe(3);
  });

  it('are in one part, every image is where it was or moved once, whatever the split', () => {
    const image = fc.record({ part: fc.integer({ min: 0, max: 2 }), print: fc.constantFrom('a', 'b', 'c', 'd', 'e') });
    fc.assert(
      fc.property(fc.array(image, { maxLength: 40 }), (images) => {
        const of = (part: number) => Int32Array.from(images.flatMap((one, i) => (one.part === part ? [i] : [])));
        const split = { train: of(0), validation: of(1), test: of(2), notes: [] };
        const prints = images.map(({ print }) => print);
        const { split: kept, moved } = keepCopiesTogether(split, prints);
        const where = new Map(parts(kept).flatMap((list, part) => list.map((i) => [i, part] as const)));
        expect(where.size).toBe(images.length);
        expect(parts(kept).flat().length).toBe(images.length);
        images.forEach(({ part, print }, i) => {
          const first = Math.min(...images.filter((other) => other.print === print).map((other) => other.part));
          expect(where.get(i)).toBe(first);
          expect(first).toBeLessThanOrEqual(part);
        });
        expect(moved).toBe(images.filter(({ part }, i) => where.get(i) !== part).length);
        for (const list of parts(kept)) expect(list).toEqual([...list].sort((a, b) => a - b));
      }),
    );
  });

  it('are found in the images themselves, and noted', () => {
    const once = shapes(10);
    const twice = selectImages(once, [
      ...Array.from({ length: 40 }, (_, i) => i),
      ...Array.from({ length: 40 }, (_, i) => i),
    ]);
    const { split, prints } = prepareData(twice, { seed: 4 });
    const [train, validation, test] = parts(split).map((list) => new Set(list.map((i) => prints[i])));
    expect(split.train.length + split.validation.length + split.test.length).toBe(80);
    for (const [a, b] of [
      [train, validation],
      [train, test],
      [validation, test],
    ]) {
      expect([...(a ?? [])].filter((print) => b?.has(print))).toEqual([]);
    }
    expect(split.notes.join()).toMatch(/\d+ copies of an image moved/);
    expect(prepareData(once, { seed: 4 }).split.notes.join()).not.toMatch(/copies/);
  });
});

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

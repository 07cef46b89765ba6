import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../src/dataset/groups.js';
import { kFolds, splitImages } from '../../src/dataset/split.js';

const subsets = ['train', 'validation', 'test'] as const;
const CLASSES = 3;

describe('units', () => {
  it('join images by any column, and what these connect', () => {
    const samples = ['s1', 's1', 's2', '', '', 's3'];
    const pictures = ['a', 'b', 'b', 'c', 'd', 'd'];
    expect([...unitsOf([samples, pictures], 6)]).toEqual([0, 0, 0, 1, 2, 2]);
  });
});

describe('splits by groups', () => {
  const data = fc.array(fc.record({ label: fc.integer({ min: -1, max: CLASSES - 1 }), group: fc.nat(8) }), {
    minLength: 20,
    maxLength: 200,
  });

  it('keep groups whole, miss no image, leave no subset empty, and learn every class', () => {
    fc.assert(
      fc.property(data, fc.integer(), (images, seed) => {
        const labels = Int32Array.from(images, ({ label }) => label);
        const groups = images.map(({ group }) => `g${group}`);
        fc.pre(new Set(groups.filter((_, i) => (labels[i] ?? -1) >= 0)).size >= 3);
        const split = splitImages(labels, CLASSES, { seed, groups });
        const all = subsets.flatMap((subset) => [...split[subset]]);
        expect(all.sort((a, b) => a - b)).toEqual([...labels.keys()].filter((i) => labels[i] !== -1));
        for (const group of new Set(groups)) {
          expect(subsets.filter((subset) => split[subset].some((i) => groups[i] === group)).length).toBeLessThan(2);
        }
        const learned = new Set(Array.from(split.train, (i) => labels[i]));
        for (const label of labels) if (label >= 0) expect(learned.has(label)).toBe(true);
        // A class that is in every group keeps a group for each subset.
        const isEven = [0, 1, 2].every((label) =>
          [...new Set(groups)].every((g) => groups.some((own, i) => own === g && labels[i] === label)),
        );
        if (isEven) for (const subset of subsets) expect(split[subset].length).toBeGreaterThan(0);
      }),
    );
  });

  it('come near the shares, class by class', () => {
    const labels = Int32Array.from({ length: 3000 }, (_, i) => i % CLASSES);
    const groups = Array.from(labels, (_, i) => `sample ${Math.floor(i / 30)}`);
    const split = splitImages(labels, CLASSES, { seed: 1, groups });
    expect(subsets.map((subset) => split[subset].length)).toEqual([2400, 300, 300]);
    expect(split.notes).toEqual([]);
    expect([...split.test]).not.toEqual([...splitImages(labels, CLASSES, { seed: 2, groups }).test]);
  });

  it('note classes that groups keep out of a subset, and refuse too few groups', () => {
    const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 1, 1]);
    const groups = ['a', 'a', 'b', 'b', 'c', 'c', 'c', 'c'];
    const { notes } = splitImages(labels, 2, { seed: 1, groups, classes: ['copepod', 'egg'] });
    expect(notes).toEqual(['egg: its 2 images are of one group, in train']);
    expect(() => splitImages(labels, 2, { seed: 1, groups: groups.map(() => 'a') })).toThrow(/at least 3/);
    const pictures = groups.map(() => 'copies of one');
    expect(() => splitImages(labels, 2, { seed: 1, groups, pictures })).toThrow(
      /received 1 \(3, of which copies of a picture connect 3 or more\)/,
    );
  });

  it('are made of folds too', () => {
    const labels = Int32Array.from({ length: 120 }, (_, i) => i % CLASSES);
    const groups = Array.from(labels, (_, i) => Math.floor(i / 10));
    const folds = kFolds(labels, CLASSES, { k: 4, seed: 1, groups });
    expect(folds.map(({ length }) => length)).toEqual([30, 30, 30, 30]);
    const foldsOf = (group: number) => folds.filter((fold) => fold.some((i) => groups[i] === group)).length;
    expect(groups.map(foldsOf)).toAllSatisfy((count) => count === 1);
    expect(() => kFolds(labels, CLASSES, { k: 13, seed: 1, groups })).toThrow(/at least 13/);
  });
});

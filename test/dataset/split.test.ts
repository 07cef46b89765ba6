import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kFolds, type Split, splitImages } from '../../src/dataset/split.js';
import { splitFold } from '../../src/dataset/split-fold.js';

const CLASSES = 6;
const labelled = fc.array(fc.integer({ min: -1, max: CLASSES - 1 }), { maxLength: 300 }).map((x) => Int32Array.from(x));
const seeds = fc.integer();
const shares = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))
  .filter(([a, b, c]) => a + b + c > 0)
  .map(([a, b, c]) => ({ train: a / (a + b + c), validation: b / (a + b + c), test: c / (a + b + c) }));

const subsets = ['train', 'validation', 'test'] as const;
const everything = (labels: Int32Array) => [...labels.keys()].filter((i) => labels[i] !== -1);
const ascending = (indices: Iterable<number>) => [...indices].sort((a, b) => a - b);
const countOf = (labels: Int32Array, subset: Int32Array, label: number) =>
  subset.filter((i) => labels[i] === label).length;

describe('splitImages', () => {
  it('puts every labelled image into exactly one subset', () => {
    fc.assert(
      fc.property(labelled, seeds, shares, (labels, seed, fractions) => {
        const split = splitImages(labels, CLASSES, { seed, fractions });
        const all = subsets.flatMap((subset) => [...split[subset]]);
        expect(ascending(all)).toEqual(everything(labels));
        for (const subset of subsets) expect([...split[subset]]).toEqual(ascending(split[subset]));
      }),
    );
  });

  it('is within one image of the exact share, with each class in every subset if it has enough images', () => {
    fc.assert(
      fc.property(labelled, seeds, shares, (labels, seed, fractions) => {
        const split = splitImages(labels, CLASSES, { seed, fractions });
        const used = subsets.filter((subset) => fractions[subset] > 0);
        for (let label = 0; label < CLASSES; label++) {
          const n = labels.filter((l) => l === label).length;
          const counts = used.map((subset) => countOf(labels, split[subset], label));
          if (n >= used.length) for (const count of counts) expect(count).toBeGreaterThanOrEqual(1);
          // A subset that was given its only image took it from another.
          const plenty = used.every((subset) => n * fractions[subset] >= 1);
          const excess = used.map((subset, i) => Math.abs((counts[i] ?? 0) - n * fractions[subset]));
          if (plenty) expect(Math.max(...excess)).toBeLessThan(1);
        }
      }),
    );
  });

  it('depends on the seed and on nothing else', () => {
    const labels = Int32Array.from({ length: 300 }, (_, i) => i % CLASSES);
    const split = (seed: number) => splitImages(labels, CLASSES, { seed });
    expect(split(1)).toEqual(split(1));
    const different = [2, 3, 4, 5].filter((seed) => `${split(seed).test}` !== `${split(1).test}`);
    expect(different).toHaveLength(4);
  });

  it('shuffles: any image can be in the test set', () => {
    const labels = new Int32Array(40);
    const inTest = new Set<number>();
    for (let seed = 0; seed < 200; seed++) for (const i of splitImages(labels, 1, { seed }).test) inTest.add(i);
    expect(inTest.size).toBe(40);
  });

  it('fills the training set first, then the test set, and notes it', () => {
    const labels = Int32Array.of(1, 2, 2, 3, 3, 3, -1);
    const split: Split = splitImages(labels, 4, { seed: 7, classes: ['none', 'one', 'two', 'three'] });
    const sizes = (label: number) => subsets.map((subset) => countOf(labels, split[subset], label));
    expect([sizes(0), sizes(1), sizes(2), sizes(3)]).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [1, 0, 1],
      [1, 1, 1],
    ]);
    expect(split.notes).toEqual([
      'none: no images',
      'one: only 1 image, in train',
      'two: only 2 images, in train and test',
    ]);
  });

  it('divides 80/10/10 by default', () => {
    const { train, validation, test, notes } = splitImages(new Int32Array(1979), 1, { seed: 0 });
    expect([train.length, validation.length, test.length, notes.length]).toEqual([1583, 198, 198, 0]);
  });

  it('refuses fractions and labels that are not valid', () => {
    const split = (fractions: { train: number; validation: number; test: number }) => () =>
      splitImages(new Int32Array(3), 1, { seed: 1, fractions });
    expect(split({ train: 0.8, validation: 0.1, test: 0.2 })).toThrow(/add up to 1/);
    expect(split({ train: 1.2, validation: -0.2, test: Number.NaN })).toThrow(/fractions.test/);
    expect(() => splitImages(Int32Array.of(0, 5), 2, { seed: 1 })).toThrow(/labels\[1\]/);
  });
});

describe('splitImages of images with copies', () => {
  const CLASS = 20;
  /** `classes` classes of 20 pictures, each in `copies` images of its class. */
  const copied = (classes: number, copies: number) => {
    const count = classes * CLASS * copies;
    const pictures = Array.from({ length: count }, (_, i) => i % (classes * CLASS));
    return { labels: Int32Array.from(pictures, (picture) => Math.floor(picture / CLASS)), pictures };
  };
  const sizes = (split: Split) => subsets.map((subset) => split[subset].length);

  it.each([
    [1, [64, 8, 8]],
    [2, [128, 16, 16]],
    [3, [192, 24, 24]],
    [7, [448, 56, 56]],
  ])('deals pictures in %i copies each', (copies, expected) => {
    const { labels, pictures } = copied(4, copies);
    for (let seed = 0; seed < 20; seed++) {
      const split = splitImages(labels, 4, { seed, pictures });
      expect(sizes(split)).toEqual(expected);
      for (let label = 0; label < 4; label++) {
        expect(subsets.map((subset) => countOf(labels, split[subset], label))).toEqual(expected.map((n) => n / 4));
      }
      expect(split.notes).toEqual([]);
    }
  });

  it('keeps every picture in one subset, less than a picture from its share, whatever the copies', () => {
    const image = fc.record({ label: fc.integer({ min: -1, max: 2 }), picture: fc.integer({ min: 0, max: 25 }) });
    fc.assert(
      fc.property(fc.array(image, { maxLength: 200 }), seeds, shares, fc.boolean(), (images, seed, fractions, span) => {
        const labels = Int32Array.from(images, ({ label }) => label);
        const pictures = images.map(({ label, picture }) => (span ? `${picture}` : `${label} ${picture}`));
        const split = splitImages(labels, 3, { seed, fractions, pictures });
        expect(ascending(subsets.flatMap((subset) => [...split[subset]]))).toEqual(everything(labels));
        const subsetOf = new Map<string, string>();
        for (const subset of subsets) {
          for (const i of split[subset]) {
            const picture = pictures[i] ?? '';
            expect(subsetOf.get(picture) ?? subset).toBe(subset);
            subsetOf.set(picture, subset);
          }
        }
        if (span) return;
        const used = subsets.filter((subset) => fractions[subset] > 0);
        for (let label = 0; label < 3; label++) {
          const own = [...labels.keys()].filter((i) => labels[i] === label);
          const copies = new Map<string, number>();
          for (const i of own) copies.set(pictures[i] ?? '', (copies.get(pictures[i] ?? '') ?? 0) + 1);
          const counts = used.map((subset) => countOf(labels, split[subset], label));
          if (copies.size >= used.length) expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
          const largest = Math.max(0, ...copies.values());
          const plenty = used.every((subset) => own.length * fractions[subset] > largest);
          const excess = used.map((subset, i) => Math.abs((counts[i] ?? 0) - own.length * fractions[subset]));
          if (plenty) expect(Math.max(...excess)).toBeLessThan(largest + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('deals pictures in several classes so that each class has its shares', () => {
    // Twenty pictures that are in both classes, and twenty that are in the first only.
    const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 40 ? 0 : 1));
    const pictures = Array.from({ length: 60 }, (_, i) => i % 40);
    const split = splitImages(labels, 2, { seed: 3, pictures });
    expect(subsets.map((subset) => countOf(labels, split[subset], 0))).toEqual([32, 4, 4]);
    expect(subsets.map((subset) => countOf(labels, split[subset], 1))).toEqual([16, 2, 2]);
  });

  it('leaves classes without copies as they are without copies anywhere', () => {
    const labels = Int32Array.from({ length: 200 }, (_, i) => i % 2);
    const pictures = Array.from(labels, (label, i) => (label === 0 ? i % 20 : i));
    const [plain, dealt] = [undefined, pictures].map((pictures) => splitImages(labels, 2, { seed: 5, pictures }));
    for (const subset of subsets) {
      const second = (split?: Split) => split?.[subset].filter((i) => labels[i] === 1);
      expect(second(dealt)).toEqual(second(plain));
    }
  });

  it('notes a class of fewer pictures than subsets', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1);
    const pictures = [0, 0, 0, 1, 2, 2, 2];
    const split = splitImages(labels, 2, { seed: 1, pictures, classes: ['two', 'one'] });
    expect(split.notes).toEqual([
      'two: only 4 images, copies of 2 pictures, in train and test',
      'one: only 3 images, copies of one picture, in train',
    ]);
    expect(countOf(labels, split.train, 1)).toBe(3);
  });
});

describe('a split that studies rest on', () => {
  it('stays the same from version to version', () => {
    const digest = createHash('sha256');
    for (let seed = 0; seed < 20; seed++) {
      for (const fractions of [
        { train: 0.8, validation: 0.1, test: 0.1 },
        { train: 0.5, validation: 0, test: 0.5 },
        { train: 0.6, validation: 0.3, test: 0.1 },
      ]) {
        const labels = Int32Array.from({ length: 1000 }, (_, i) => Math.floor(Math.sqrt(i)) - 1);
        const { train, validation, test, notes } = splitImages(labels, 31, { seed, fractions });
        digest.update(JSON.stringify([...train, -1, ...validation, -1, ...test, notes]));
      }
    }
    expect(digest.digest('hex')).toBe('03d3e24f645ebfb4848dd5739097cdc0ef43e4c5c86b25f4f53490029992506d');
  });

  it('has room for 300,000 images of one class, with and without copies', () => {
    const labels = new Int32Array(300_000);
    for (const pictures of [undefined, Array.from(labels, (_, i) => i >> 1), new Int32Array(300_000)]) {
      const { train, validation, test } = splitImages(labels, 1, { seed: 1, pictures });
      const isOne = pictures instanceof Int32Array;
      expect([train.length, validation.length, test.length]).toEqual(
        isOne ? [300_000, 0, 0] : [240_000, 30_000, 30_000],
      );
    }
  });
});

describe('kFolds', () => {
  it('puts every labelled image into exactly one fold, with each class and the whole balanced', () => {
    fc.assert(
      fc.property(labelled, seeds, fc.integer({ min: 2, max: 10 }), (labels, seed, k) => {
        fc.pre(k <= everything(labels).length);
        const folds = kFolds(labels, CLASSES, { k, seed });
        expect(folds).toHaveLength(k);
        expect(ascending(folds.flatMap((fold) => [...fold]))).toEqual(everything(labels));
        const even = (counts: number[]) => expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        even(folds.map((fold) => fold.length));
        for (let label = 0; label < CLASSES; label++) even(folds.map((fold) => countOf(labels, fold, label)));
      }),
    );
  });

  it('keeps copies in one fold, and deals pictures as evenly as images', () => {
    // 40 pictures of each of two classes; every fourth has two copies more.
    const pictures = Array.from({ length: 80 }, (_, i) => i).flatMap((picture) =>
      picture % 4 === 0 ? [picture, picture, picture] : [picture],
    );
    const labels = Int32Array.from(pictures, (picture) => picture % 2);
    const folds = kFolds(labels, 2, { k: 5, seed: 1, pictures });
    expect(ascending(folds.flatMap((fold) => [...fold]))).toEqual(everything(labels));
    const shown = folds.map((fold) => new Set(Array.from(fold, (i) => pictures[i])));
    expect(shown.map((set) => set.size)).toEqual([16, 16, 16, 16, 16]);
    expect(new Set(shown.flatMap((set) => [...set])).size).toBe(80);
  });

  it('depends on the seed', () => {
    const labels = new Int32Array(100);
    expect(kFolds(labels, 1, { k: 5, seed: 1 })).toEqual(kFolds(labels, 1, { k: 5, seed: 1 }));
    expect(kFolds(labels, 1, { k: 5, seed: 1 })).not.toEqual(kFolds(labels, 1, { k: 5, seed: 2 }));
  });

  it('refuses a k that is not valid', () => {
    for (const k of [0, 1, 2.5, 11]) expect(() => kFolds(new Int32Array(10), 1, { k, seed: 1 })).toThrow(/2 to 10/);
  });
});

describe('splitFold', () => {
  // 30 images of each of 4 classes, every sixth of which is a copy of the one before.
  const labels = Int32Array.from({ length: 120 }, (_, i) => Math.floor(i / 30));
  const pictures = Array.from(labels, (_, i) => (i % 6 === 5 ? i - 1 : i));
  const fold = (number: number, of = 5, seed = 1) =>
    splitFold(labels, 4, {
      seed,
      pictures,
      fold: { number, of },
      fractions: { train: 0.6, validation: 0.2, test: 0.2 },
    });

  it('tests every image once over all folds, and trains and validates on the others, three to one', () => {
    const splits = [1, 2, 3, 4, 5].map((number) => fold(number));
    expect(ascending(splits.flatMap(({ test }) => [...test]))).toEqual(everything(labels));
    for (const split of splits) {
      expect(ascending(subsets.flatMap((subset) => [...split[subset]]))).toEqual(everything(labels));
      for (let label = 0; label < 4; label++) {
        expect(Math.abs(countOf(labels, split.test, label) - 6)).toBeLessThanOrEqual(2);
        expect(Math.abs(countOf(labels, split.validation, label) - 6)).toBeLessThanOrEqual(2);
      }
      const subsetOf = new Map(subsets.flatMap((subset) => Array.from(split[subset], (i) => [i, subset] as const)));
      labels.forEach((_, i) => {
        expect(subsetOf.get(i)).toBe(subsetOf.get(pictures[i] ?? -1));
      });
    }
  });

  it('keeps groups in one fold', () => {
    const groups = Array.from(labels, (_, i) => `sample ${i % 12}`);
    const tested = [1, 2, 3].map((number) => splitFold(labels, 4, { seed: 1, groups, fold: { number, of: 3 } }).test);
    expect(ascending(tested.flatMap((test) => [...test]))).toEqual(everything(labels));
    const samples = tested.map((test) => new Set(Array.from(test, (i) => groups[i])));
    expect(samples.map((set) => set.size)).toEqual([4, 4, 4]);
  });

  it('refuses folds that there are not, and more of them than images', () => {
    expect(() => fold(0)).toThrow(/fold.number: expected a whole number from 1 to 5, received 0/);
    expect(() => fold(6)).toThrow(/from 1 to 5, received 6/);
    expect(() => fold(1, 1)).toThrow(/fold.of: expected a whole number of at least 2, received 1/);
    expect(() => fold(1, 200)).toThrow(/from 2 to 100, the number of labelled images/);
  });
});

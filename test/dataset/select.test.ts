import { describe, expect, it } from 'vitest';
import type { ImageListing } from '../../src/dataset/listing.js';
import { holdOutClasses, limitPerClass, selectClasses } from '../../src/dataset/select.js';

const records = Array.from({ length: 60 }, (_, i) => ({
  path: `${String(i).padStart(2, '0')}.jpg`,
  label: i % 4 === 3 ? undefined : ['copepod', 'worm', 'egg'][i % 4],
}));
const listing: ImageListing = { source: 'images', records, classes: ['copepod', 'egg', 'worm'], problems: [] };

describe('limitPerClass', () => {
  it('draws n images of each class by the seed, and keeps their order', () => {
    const chosen = limitPerClass(records, 5, 1);
    const count = (label: string | undefined) => chosen.filter((record) => record.label === label).length;
    expect([count('copepod'), count('worm'), count('egg'), count(undefined)]).toEqual([5, 5, 5, 5]);
    expect(chosen).toEqual([...chosen].sort((a, b) => (a.path < b.path ? -1 : 1)));
    expect(limitPerClass(records, 5, 1)).toEqual(chosen);
    expect(limitPerClass(records, 5, 2)).not.toEqual(chosen);
  });

  it('draws the images of a smaller n from those of a larger one', () => {
    expect(limitPerClass(records, 9, 1)).toEqual(expect.arrayContaining(limitPerClass(records, 4, 1)));
  });

  it('keeps all images if there are no more, and refuses an n that is not valid', () => {
    expect(limitPerClass(records, 1000, 1)).toEqual(records);
    expect(() => limitPerClass(records, 0, 1)).toThrow(/at least 1/);
  });
});

describe('selectClasses', () => {
  it('keeps the images of these classes', () => {
    const selected = selectClasses(listing, ['worm', 'egg', 'worm']);
    expect(selected.classes).toEqual(['egg', 'worm']);
    expect(selected.records).toHaveLength(30);
    expect(new Set(selected.records.map(({ label }) => label))).toEqual(new Set(['egg', 'worm']));
  });

  it('names the nearest class for each unknown one', () => {
    expect(() => selectClasses(listing, ['copepd', 'worm', 'fish'])).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        problems: [
          expect.objectContaining({ received: "'copepd'", remedy: "Did you mean 'copepod'?" }),
          expect.objectContaining({ received: "'fish'" }),
        ],
      }),
    );
  });
});

describe('holdOutClasses', () => {
  it('keeps the other classes, and images without one', () => {
    const left = holdOutClasses(listing, ['egg', 'worm']);
    expect(left.classes).toEqual(['copepod']);
    expect(left.records).toEqual(records.filter(({ label }) => label === 'copepod' || label === undefined));
  });

  it('refuses names that are no classes, and all classes', () => {
    expect(() => holdOutClasses(listing, ['worms'])).toThrow(/'worms'/);
    expect(() => holdOutClasses(listing, ['copepod', 'egg', 'worm'])).toThrow(
      'holdOut: expected classes that remain to be learned, received all 3 of images',
    );
  });
});

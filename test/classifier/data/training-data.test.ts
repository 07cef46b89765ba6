import { describe, expect, it } from 'vitest';
import { contentOf, prepareData } from '../../../src/classifier/data/training-data.js';
import { shapes } from '../../fixtures/shapes.js';

it('what there is to learn is known by the pixels, their order and the labels', () => {
  const images = shapes(2);
  const content = (changed: Partial<typeof images>) => contentOf(prepareData({ ...images, ...changed }, { seed: 1 }));
  const labels = images.labels.slice();
  [labels[0], labels[1]] = [labels[1] ?? -1, labels[0] ?? -1];
  const pixels = images.pixels.slice();
  pixels[0] = (pixels[0] ?? 0) ^ 1;
  const all = [content({}), content({ labels }), content({ pixels }), content({ classes: ['a', 'b', 'c', 'd'] })];
  expect(new Set(all).size).toBe(4);
  expect(content({ paths: images.paths.map((path) => `moved/${path}`) })).toBe(content({}));
});

describe('data split by groups', () => {
  const shown = shapes(30);
  const sample = (i: number) => `s${i % 12}`;
  const images = { ...shown, fields: { sample_id: shown.paths.map((_, i) => sample(i)) } };
  const samplesIn = (subset: Int32Array) => new Set(Array.from(subset, sample));

  it('has whole groups in each subset', () => {
    const { split, drawnBy, groups } = prepareData(images, { seed: 1, groupBy: 'sample_id' });
    const sizes = [split.train, split.validation, split.test].map((subset) => samplesIn(subset).size);
    expect(sizes).toEqual([10, 1, 1]);
    expect(new Set([split.train, split.validation, split.test].flatMap((subset) => [...samplesIn(subset)])).size).toBe(
      12,
    );
    expect([drawnBy.groupBy, groups?.length]).toEqual(['sample_id', images.count]);
  });

  it('needs the column', () => {
    expect(() => prepareData(images, { seed: 1, groupBy: 'cruise' })).toThrow(/cruise, and the images have sample_id/);
  });
});

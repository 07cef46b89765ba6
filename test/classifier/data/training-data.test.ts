import { expect, it } from 'vitest';
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

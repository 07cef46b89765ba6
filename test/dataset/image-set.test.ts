/** Sets of images whose columns do not fit together are refused wherever they enter. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { type ImageSet, requireImageSet } from '../../src/dataset/images.js';
import type { CladenetError } from '../../src/errors.js';
import { FORMAT_2, format2Images } from '../fixtures/format-2.js';

const images = format2Images();

function problemsOf(changed: Partial<ImageSet>): string[] {
  try {
    requireImageSet({ ...images, ...changed });
    return [];
  } catch (error) {
    expect(error).toMatchObject({ name: 'CladenetError', code: 'USAGE' });
    return (error as CladenetError).problems.map(
      ({ where, expected, received }) => `${where}: expected ${expected}, received ${received}`,
    );
  }
}

describe('requireImageSet', () => {
  it('accepts a whole set, and one of no images', () => {
    expect(problemsOf({})).toEqual([]);
    const [none, float, int] = [new Uint8Array(), new Float32Array(), new Int32Array()];
    expect(problemsOf({ count: 0, pixels: none, widths: float, heights: float, labels: int, paths: [] })).toEqual([]);
  });

  it('names every column that does not fit', () => {
    const n = images.count;
    expect(problemsOf({ pixels: new Uint8Array(7), paths: ['a'], labels: new Int32Array(n + 1) })).toEqual([
      `images.pixels: expected ${n} x 256 bytes, received 7`,
      `images.paths: expected ${n}, one for each image, received 1`,
      `images.labels: expected ${n}, one for each image, received ${n + 1}`,
    ]);
    expect(problemsOf({ widths: new Float32Array(n) })).toEqual([
      'images.widths: expected numbers above 0, received 0',
    ]);
    expect(problemsOf({ labels: new Int32Array(n).fill(4) })).toEqual([
      'images.labels: expected -1 or a class from 0 to 3, received 4',
    ]);
    expect(problemsOf({ classes: ['a', 'b', 'a', 'c'] })).toEqual([
      "images.classes: expected each class once, received 'a' twice",
    ]);
  });
});

describe('images enter the library', () => {
  it('for a training, and for a prediction, only as a whole set', async () => {
    const broken = { ...images, pixels: new Uint8Array(7) };
    expect(() => prepareData(broken, { seed: 1 })).toThrow('images.pixels: expected');
    for (const name of ['flat', 'tree']) {
      const classifier = await loadClassifier(join(FORMAT_2, 'models', name));
      const predictions = [() => classifier.predict(broken), () => classifier.classify(broken)];
      for (const predict of predictions) await expect(predict()).rejects.toThrow('images.pixels: expected');
    }
  });
});

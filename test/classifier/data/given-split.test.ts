import { describe, expect, it } from 'vitest';
import { requireUndivided } from '../../../src/classifier/data/given-split.js';
import { requireUnseen } from '../../../src/classifier/data/seen-before.js';
import { contentOf, describeSplit, prepareData, trainingProblems } from '../../../src/classifier/data/training-data.js';
import { unseenImages } from '../../../src/classifier/judging/unseen-images.js';
import { packSeen } from '../../../src/classifier/store/seen.js';
import type { ImageSet, ImagesInMemory } from '../../../src/dataset/images.js';
import type { Subset } from '../../../src/dataset/split.js';
import { splitLines } from '../../../src/report/tables/training-text.js';
import { SIDE, shapes } from '../../fixtures/shapes.js';

const shown = shapes(10);
/** Of 40 images, of which every fourth is of one class, the last 12 in the parts `late`. */
const parts = (...late: Subset[]): ImageSet['subsets'] =>
  shown.paths.map((_, i) => (i < 28 ? 'train' : late[Math.floor((i - 28) / (12 / late.length))]));
const all = { ...shown, subsets: parts('validation', 'test') };
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** The images, some of which show the picture of another. */
function withCopies(set: ImageSet, copies: Readonly<Record<number, number>>): ImageSet {
  const pixels = (set as ImagesInMemory).pixels.slice();
  for (const [to, from] of Object.entries(copies)) {
    pixels.copyWithin(Number(to) * SIDE * SIDE, from * SIDE * SIDE, (from + 1) * SIDE * SIDE);
  }
  return { ...set, pixels };
}

describe('a given split', () => {
  it('is taken as it is, whatever the seed, and described', () => {
    const data = prepareData(all, { seed: 7 });
    expect([data.split.train, data.split.validation, data.split.test].map((part) => [...part])).toEqual([
      range(0, 28),
      range(28, 34),
      range(34, 40),
    ]);
    expect(data.split.notes).toEqual([]);
    expect(describeSplit(data)).toMatchObject({
      seed: 7,
      fractions: { train: 0.7, validation: 0.15, test: 0.15 },
      given: ['train', 'validation', 'test'],
      images: { train: 28, validation: 6, test: 6 },
    });
    expect(splitLines(data)[0]).toBe('split as given: 28 train, 6 validation, 6 test');
    const moved = { ...all, subsets: parts('test', 'validation') };
    expect(contentOf(prepareData(moved, { seed: 7 }))).not.toBe(contentOf(data));
  });

  it('without validation images has them drawn from its training images, by the seed and the shares', () => {
    const images = { ...shown, subsets: parts('test') };
    const data = prepareData(images, { seed: 1, fractions: { train: 0.6, validation: 0.2, test: 0.2 } });
    // A quarter of the 7 images of each class.
    expect([data.split.train.length, data.split.validation.length]).toEqual([20, 8]);
    expect([...data.split.train, ...data.split.validation].sort((a, b) => a - b)).toEqual(range(0, 28));
    expect([...data.split.test]).toEqual(range(28, 40));
    expect(data.drawnBy).toMatchObject({
      given: ['train', 'test'],
      fractions: { train: 0.5, validation: 0.2, test: 0.3 },
    });
    expect(splitLines(data)[0]).toBe(
      'split as given, validation drawn from train by seed 1: 20 train, 8 validation, 12 test',
    );
    const again = prepareData(images, { seed: 2, fractions: { train: 0.6, validation: 0.2, test: 0.2 } });
    expect([...again.split.validation]).not.toEqual([...data.split.validation]);
    // The images that a classifier knows stay where it has them.
    const known = packSeen(data.prints, data.split);
    expect([...prepareData(images, { seed: 2, known }).split.validation]).toEqual([...data.split.validation]);
    const sample_id = shown.paths.map((_, i) => `s${i % 7}`);
    const grouped = prepareData({ ...images, fields: { sample_id } }, { seed: 1, groupBy: 'sample_id' });
    const samples = (part: Int32Array) => new Set(Array.from(part, (image) => image % 7));
    expect([samples(grouped.split.train).size, samples(grouped.split.validation).size]).toEqual([6, 1]);
  });

  it('without test images tests nothing, and says so', () => {
    const data = prepareData({ ...shown, subsets: parts('validation') }, { seed: 1 });
    expect([data.split.validation.length, data.split.test.length]).toEqual([12, 0]);
    expect(splitLines(data)).toEqual([
      'split as given: 28 train, 12 validation, 0 test',
      '  no test images are given: nothing is tested',
    ]);
  });

  it('refuses what would divide the images anew, all of it at once', () => {
    const fractions = { train: 0.8, validation: 0.1, test: 0.1 };
    expect(() => prepareData(all, { seed: 1, fractions, groupBy: 'sample_id' })).toThrow(
      /split already\n.*fractions: .*received 0.8\/0.1\/0.1\n +.*`givenSplit: 'never'`\.\n.*groupBy: .*received sample_id/,
    );
    expect(() => requireUndivided(['train', 'validation'], { splitSeed: 3 })).toThrow(/splitSeed: .*received 3/);
    expect(() => requireUndivided(['train', 'test'], { splitSeed: 3, fractions })).not.toThrow();
    expect(() => prepareData({ ...shown, subsets: parts('test') }, { seed: 1, fold: { number: 1, of: 5 } })).toThrow(
      /split already\n.*fold: .*received 1\/5/,
    );
    expect(() => prepareData({ ...shown, subsets: shown.paths.map(() => 'test') }, { seed: 1 })).toThrow(
      /expected labelled training images, received 0 validation and 40 test images, and no others/,
    );
  });

  it('leaves out copies of test images, then of validation images, and names them', () => {
    // Image 0 is in test too, 1 in validation, 32 (validation) in test.
    const images = withCopies(all, { 36: 0, 29: 1, 37: 32 });
    const { split } = prepareData(images, { seed: 1 });
    expect([...split.train]).toEqual(range(2, 28));
    expect([...split.validation]).toEqual([28, 29, 30, 31, 33]);
    expect([...split.test]).toEqual(range(34, 40));
    const [a = '', b = '', c = '', d = '', e = '', f = ''] = [0, 36, 1, 29, 32, 37].map((i) => shown.paths[i]);
    expect(split.notes.slice(0, 3)).toEqual([
      `1 image given in train is a copy of validation images, and left out: ${c} (the picture of ${d} in validation)`,
      `1 image given in train is a copy of test images, and left out: ${a} (the picture of ${b} in test)`,
      `1 image given in validation is a copy of test images, and left out: ${e} (the picture of ${f} in test)`,
    ]);
    expect(() => prepareData(images, { seed: 1, strict: true })).toThrow(
      new RegExp(`images in common\\n.*${c}: .*\\n.*\\n.*${a}: .*\\n.*\\n.*${e}: `),
    );
    // Judging takes each picture once.
    const seen = packSeen(prepareData(images, { seed: 1 }).prints, split);
    expect(unseenImages([{ seen }], images).images.paths).toEqual(range(34, 40).map((i) => shown.paths[i]));
  });

  it('names the classes that a part lacks, and refuses to train without images of one', () => {
    const labels = shown.labels.map((label, i) => (i < 28 && label === 3 ? 2 : label));
    const data = prepareData({ ...all, labels }, { seed: 1 });
    expect(data.split.notes).toEqual(['1 class has no train images: ring']);
    expect(trainingProblems(data)).toMatchObject([
      {
        where: 'class ring',
        received: 'none',
        remedy: expect.stringMatching(/^Add training images of it to the given/),
      },
    ]);
  });

  it('that differs from that of a classifier is refused with what to do', () => {
    const { prints, split } = prepareData(shown, { seed: 1 });
    const from = { kind: 'flat', seen: packSeen(prints, split), description: { split: { seed: 1, fractions: {} } } };
    expect(() => requireUnseen(prepareData(all, { seed: 1 }), from as never)).toThrow(
      /validation set: .*\n.*Give the images with the split that the flat classifier has, or leave theirs out with `givenSplit: 'never'`/,
    );
  });
});

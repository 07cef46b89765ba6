import { expect, it } from 'vitest';
import { type PrepareOptions, prepareData } from '../../../src/classifier/data/training-data.js';
import { type ImageSet, selectImages } from '../../../src/dataset/images.js';
import { CladenetError } from '../../../src/errors.js';
import { shapes, shapesTaxonomy } from '../../fixtures/shapes.js';

const subsets = ['train', 'validation', 'test'] as const;
const range = (n: number) => [...Array(n).keys()];
const repeated = (n: number, times: number) => range(times).flatMap(() => range(n));

/** Images 0, 1, ... again under the given labels. */
function again(set: ImageSet, labels: readonly string[]): ImageSet {
  const classes = [...new Set([...set.classes, ...labels])].sort();
  const enlarged = selectImages(set, [...range(set.count), ...labels.keys()]);
  const names = [...Array.from(set.labels, (label) => set.classes[label] ?? ''), ...labels];
  const paths = enlarged.paths.map((path, i) => (i < set.count ? path : `${names[i]}/again-${i - set.count}.png`));
  return { ...enlarged, classes, labels: Int32Array.from(names, (name) => classes.indexOf(name)), paths };
}

function failure(images: ImageSet, options: Partial<PrepareOptions>): CladenetError {
  try {
    prepareData(images, { seed: 1, ...options });
  } catch (error) {
    if (error instanceof CladenetError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it.each([
  [2, [128, 16, 16]],
  [3, [192, 24, 24]],
])('pictures in %i copies are dealt, each with its copies, and counted in a note', (copies, expected) => {
  const { split, prints } = prepareData(selectImages(shapes(20), repeated(80, copies)), { seed: 4 });
  expect(subsets.map((subset) => split[subset].length)).toEqual(expected);
  const [train, validation, test] = subsets.map((subset) => new Set(Array.from(split[subset], (i) => prints[i])));
  expect([train?.size, validation?.size, test?.size]).toEqual([64, 8, 8]);
  expect(new Set([...(train ?? []), ...(validation ?? []), ...(test ?? [])]).size).toBe(80);
  expect(split.notes).toEqual([
    `80 pictures have copies (${80 * copies} images); all copies of a picture are in the same subset`,
  ]);
  expect(prepareData(shapes(20), { seed: 4 }).split.notes).toEqual([]);
});

it('copies of images that a classifier knows stay where these are', () => {
  const known = prepareData(shapes(20), { seed: 4 });
  const twice = selectImages(shapes(20), repeated(80, 2));
  const pack = (subset: Int32Array) =>
    Buffer.from(Array.from(subset, (i) => known.prints[i] ?? '').join(''), 'hex').toString('base64');
  const { train, validation, test } = known.split;
  const seen = { train: pack(train), validation: pack(validation), test: pack(test) };
  const { split } = prepareData(twice, { seed: 9, known: seen });
  for (const subset of subsets) {
    const own = Array.from(known.split[subset]);
    expect(Array.from(split[subset])).toEqual([...own, ...own.map((i) => i + 80)]);
  }
});

it('a picture in two classes is named with both, and refused when strict', () => {
  // Images 0 to 3 are a long bar, a short bar, a disc and a ring.
  const images = again(shapes(20), ['bar-short', 'bar-short', 'disc', 'disc']);
  const { split } = prepareData(images, { seed: 1 });
  expect(split.notes).toEqual([
    '4 pictures have copies (8 images); all copies of a picture are in the same subset',
    '2 pictures are in several classes: bar-long/0.png and bar-short/again-0.png (bar-long, bar-short); ' +
      'ring/3.png and disc/again-3.png (ring, disc)',
  ]);
  expect(failure(images, { strict: true })).toMatchObject({
    code: 'DATASET',
    summary: '2 pictures are in several classes',
    problems: [
      {
        where: 'bar-long/0.png and bar-short/again-0.png',
        received: 'the same picture in 2 classes (bar-long, bar-short)',
      },
      { where: 'ring/3.png and disc/again-3.png', received: 'the same picture in 2 classes (ring, disc)' },
    ],
  });
  const named = again(
    shapes(20),
    Array.from({ length: 5 }, (_, i) => `other ${i}`),
  );
  expect(prepareData(named, { seed: 1 }).split.notes.at(-1)).toMatch(/^5 pictures .*; and 2 more$/);
});

it('a class and an inner node above it do not contradict each other, another node does', () => {
  const taxonomy = shapesTaxonomy;
  const above = again(shapes(20), ['bars', 'bars']);
  expect(prepareData(above, { seed: 1, taxonomy, strict: true }).split.notes.join()).not.toMatch(/several classes/);
  const beside = again(shapes(20), ['bars', 'round']);
  expect(failure(beside, { taxonomy, strict: true }).problems).toMatchObject([
    { received: 'the same picture in 2 classes (bar-short, round)' },
  ]);
});

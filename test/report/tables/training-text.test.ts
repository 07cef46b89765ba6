import { expect, test } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { epochLine, missingClassesLine, splitLines, testLine } from '../../../src/report/tables/training-text.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy } from '../../fixtures/shapes.js';

test('a split, and the images that are labelled at inner nodes', () => {
  const images = shapes(10);
  expect(splitLines(prepareData(images, { seed: 3 }))).toEqual(['split by seed 3: 32 train, 4 validation, 4 test']);
  const labels = images.labels.map((label, i) => (i === 2 ? SHAPES.length : label));
  const some = prepareData({ ...images, classes: [...SHAPES, 'round'], labels }, { seed: 3, taxonomy });
  expect(splitLines(some).at(-1)).toBe('  1 image of round, an inner node: any of its 2 classes is right');
});

test('an epoch, and the scores on the test set', () => {
  const record = { epoch: 3, loss: 1.25, accuracy: 0.5, validationLoss: null, validationAccuracy: null, rate: 0.1 };
  expect(epochLine({ ...record, seconds: 2 })).toBe(
    'epoch   3  loss 1.250, accuracy  50.0 %  validation loss -, accuracy       -  (2.0 s)',
  );
  expect(testLine('flat', null)).toBe('flat: the split has no test images');
  const score = { images: 16, accuracy: 0.5, balancedAccuracy: 0.25, top5: 1, logLoss: 1.5 };
  expect(testLine('flat', score)).toBe(
    'flat on its 16 test images: accuracy 50.0 %, balanced 25.0 %, top 5 100.0 %, log-loss 1.500',
  );
});

test('classes of a taxonomy without images, five by name', () => {
  expect(missingClassesLine(taxonomy, SHAPES)).toBeUndefined();
  const lineages = [...'abcdefg'].map((label) => ({ label, lineage: [label] }));
  expect(missingClassesLine(Taxonomy.fromLineages(lineages), ['a'])).toBe(
    '6 classes of the taxonomy without images, left out of the tree: b, c, d, e, f, ...',
  );
});

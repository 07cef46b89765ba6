import { describe, expect, it } from 'vitest';
import type { LoadedImages } from '../../../src/dataset/load.js';
import type { Problem } from '../../../src/errors.js';
import {
  confusedImagesLines,
  judgedLine,
  leftOutLines,
  listingProblemLines,
  loadedLine,
  loadProblemLines,
  predictionTableLine,
  streamedLines,
  tableLines,
} from '../../../src/report/tables/image-text.js';
import { foldedDataLines, foldLine } from '../../../src/report/tables/out-of-fold-text.js';
import { stopLines } from '../../../src/report/tables/stop-text.js';
import { shapes } from '../../fixtures/shapes.js';

const images = shapes(4);
const bad = (where: string): Problem => ({ where, expected: 'an image', received: 'no picture' });
const loaded: LoadedImages = { images, notes: [], rejected: [], decoded: 16, memory: 2e9, cacheProblem: undefined };

describe('loading', () => {
  it('says how many images there are, of how many classes, and where they came from', () => {
    expect(loadedLine(loaded, 0.52)).toBe('16 images of 4 classes (16 decoded) in 0.5 s');
    expect(loadedLine({ ...loaded, rejected: [bad('a.png')], decoded: 2 }, 3)).toBe(
      '16 images of 4 classes (2 decoded, 15 from the cache) in 3.0 s',
    );
    expect(loadedLine({ ...loaded, images: { ...images, classes: [] } }, 3)).toBe('16 images (16 decoded) in 3.0 s');
  });

  it('says that the pixels are not in memory', () => {
    expect(streamedLines(loaded)).toEqual([]);
    const streamed = { ...images, count: 1_000_000, pixels: { read: () => undefined } };
    expect(streamedLines({ ...loaded, images: streamed })).toEqual([
      '256 MB of pixels stay on disk and are read batch by batch (memory for images: 2.0 GB)',
    ]);
  });

  it('names what could not be used, ten of many', () => {
    expect(loadProblemLines(loaded)).toEqual([]);
    const cacheProblem = { where: 'cache', expected: 'room', received: 'a full disk' };
    expect(loadProblemLines({ ...loaded, rejected: [bad('a.png')], cacheProblem })).toEqual([
      '1 image that cannot be used is left out:',
      '  a.png: no picture',
      'The cache of decoded images could not be written:',
      '  cache: a full disk',
    ]);
    const many = listingProblemLines(Array.from({ length: 12 }, (_, i) => bad(`${i}.png`)));
    expect(many[0]).toBe('12 problems with the images:');
    expect(many.slice(-2)).toEqual(['  9.png: no picture', '  ... and 2 more']);
  });
});

describe('images that are judged on', () => {
  const judged = { images, expected: 16, trainingImages: undefined };

  it('are counted, and those that are missing or left out', () => {
    expect(judgedLine(judged, 160, 'validation')).toBe('16 validation images of 160');
    expect(judgedLine({ ...judged, expected: 20 }, 160, 'test')).toBe('only 16 of its 20 test images are here');
    expect(leftOutLines({ seen: 0, innerLabels: 0 }, { keep: '--seen' })).toEqual([]);
    expect(leftOutLines({ seen: 2, innerLabels: 1 }, { fate: 'judged apart', keep: '--seen' })).toEqual([
      '1 image labelled at inner nodes: judged apart',
      '2 images left out: a classifier was trained or chosen on them (--seen keeps them)',
    ]);
  });

  it('for a confusion matrix are of the validation set, or all', () => {
    const leftOut = { train: 128, test: 16, unseen: 3 };
    expect(confusedImagesLines({ images, from: 'validation', leftOut, inner: 1 })).toEqual([
      '1 image labelled at inner nodes: left out',
      "16 images of the classifier's validation set are used; left out: 128 of its training set, 16 of its test set, 3 that it has never seen",
    ]);
    const [line] = confusedImagesLines({ images, from: 'unseen', leftOut: { train: 0, test: 0, unseen: 0 }, inner: 0 });
    expect(line).toMatch(/: all 16 are used$/);
  });

  it('for a threshold chose it', () => {
    const chosen = { threshold: 0.51234, targetAccuracy: 0.925, images: 16, wrong: 1, allowed: 1 };
    const line = 'for 92.5 %: nodes with a probability of 0.5123 (1 of 16 validation images wrong)';
    expect(stopLines({ ...chosen, outcome: 'ancestors', judged: undefined })).toEqual([line]);
    expect(stopLines({ ...chosen, outcome: 'ancestors', judged: { ...judged, of: 160 } })).toEqual([
      '16 validation images of 160',
      line,
    ]);
  });
});

describe('out-of-fold predictions', () => {
  it('say which images they are made for', () => {
    const data = { train: 128, validation: 16, inner: 0, missing: 0, leftOut: { tested: 16, foreign: 2 } };
    const line =
      '128 training images to train on and predict in turn, 16 validation images to choose by; left out: 16 of the test ' +
      'set, 2 the classifier has never seen';
    expect(foldedDataLines(data)).toEqual([line]);
    expect(foldedDataLines({ ...data, inner: 1, missing: 3 })).toEqual([
      line,
      '3 images of its training and validation sets are missing',
      '1 training image labelled at inner nodes: used for training, not predicted',
    ]);
  });

  it('say what happens to a fold', () => {
    const news = { fold: 2, folds: 3, learned: 80, heldOut: 40, accuracy: 0.5 };
    expect(foldLine({ ...news, state: 'training', accuracy: undefined })).toBe('fold 2/3: training with 80 images');
    expect(foldLine({ ...news, state: 'resuming', accuracy: undefined })).toBe('fold 2/3: resuming with 80 images');
    expect(foldLine({ ...news, state: 'predicted' })).toBe('fold 2/3: 50.0 % of 40 images right');
    expect(foldLine({ ...news, state: 'reused' })).toBe('fold 2/3: 50.0 % of 40 images right, as predicted before');
  });
});

it('the columns of a table and its rows, and nothing for a folder', () => {
  const table = { pathColumn: 'file', labelColumn: 'species', rows: 80, images: 77 };
  const listing = { source: 't.csv', records: [], classes: [], problems: [] };
  expect(tableLines({ ...listing, table })).toEqual([
    "t.csv: paths in column 'file' and labels in column 'species'; 80 rows, 77 images, 3 rows left out",
  ]);
  expect(tableLines({ ...listing, table: { ...table, labelColumn: undefined, rows: 1, images: 1 } })).toEqual([
    "t.csv: paths in column 'file'; 1 row, 1 image",
  ]);
  expect(tableLines(listing)).toEqual([]);
});

it('the columns of a table of predictions', () => {
  const table = { trueColumn: 'label', predictedColumn: 'guess', rows: 8 };
  expect(predictionTableLine('p.csv', table)).toBe(
    "p.csv: true classes in column 'label', predictions in column 'guess'; 8 rows",
  );
  expect(predictionTableLine('p.csv', { ...table, predictedColumn: undefined })).toBe(
    "p.csv: true classes in column 'label', predictions in the columns of probabilities; 8 rows",
  );
});

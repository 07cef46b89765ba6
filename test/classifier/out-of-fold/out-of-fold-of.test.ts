import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retrace } from '../../../src/classifier/data/retrace.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { outOfFoldPredictions } from '../../../src/classifier/out-of-fold/out-of-fold.js';
import { type FoldedData, outOfFoldOf } from '../../../src/classifier/out-of-fold/out-of-fold-of.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { selectImages } from '../../../src/dataset/images.js';
import { compiled as make } from '../../fixtures/device.js';
import { shapes, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const images = shapes(20);
const data = prepareData(images, { seed: 1 });
let folder: string;
let flat: FlatClassifier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-folds-of-'));
  flat = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 2 }, make });
});
afterAll(async () => {
  flat.dispose();
  await rm(folder, { recursive: true, force: true });
});

test('the training images of a classifier are found, and predicted by models that are trained as it was', async () => {
  const out = join(folder, 'out.partial');
  const found: FoldedData[] = [];
  const resumed: string[] = [];
  const hooks = { onData: (numbers: FoldedData) => found.push(numbers) };
  const options = { folds: 2, seed: 7, folder: out, hooks, onResume: (from: string) => resumed.push(from), make };
  // Without one of its training images.
  const [missing = -1] = data.split.train;
  const given = selectImages(
    images,
    [...images.labels.keys()].filter((image) => image !== missing),
  );
  const predictions = await outOfFoldOf(flat, given, options);
  const { train, validation, test: tested } = data.split;
  expect(found).toEqual([
    {
      train: train.length - 1,
      validation: validation.length,
      inner: 0,
      missing: 1,
      leftOut: { tested: tested.length, foreign: 0 },
    },
  ]);
  const { training, network } = flat.description;
  const own = retrace(flat, given, undefined).data;
  expect(predictions).toEqual(await outOfFoldPredictions(own, { folds: 2, seed: 7, network, training, make }));

  expect([existsSync(out), resumed]).toEqual([true, []]);
  expect(await outOfFoldOf(flat, given, options)).toEqual(predictions);
  expect(resumed).toEqual([out]);
});

/** Studies with k-fold cross-validation: every image is tested once, by a model that has not seen it. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { fingerprints, unpackSeen } from '../../src/classifier/store/seen.js';
import type { StudyConfigInput } from '../../src/study/config.js';
import { runStudy, type StudyResult } from '../../src/study/run-study.js';
import { alive, eager as make } from '../fixtures/device.js';
import { shapes } from '../fixtures/shapes.js';
import { tinyStudy, workFolder } from './configs.js';

const images = shapes(6);
const open = async () => images;
const before = alive();
let folder: string;
let config: StudyConfigInput;
let result: StudyResult;

beforeAll(async () => {
  folder = await workFolder();
  const { training: _, ...tiny } = tinyStudy(folder);
  const training = { epochs: 1, batch: 16, augmentation: null };
  config = { ...tiny, training, seeds: [3], folds: 2, arms: tiny.arms.slice(0, 2) };
  result = await runStudy(config, { out: join(folder, 'study'), open, make });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(alive()).toEqual(before);
});

it('joins the predictions of the folds before it judges', () => {
  const { study, arms } = result;
  expect(study).toMatchObject({ covers: 'images and folds', seeds: [3], images: [24], distinctImages: 24 });
  expect(arms.map(({ runs }) => runs.map(({ seed, fold }) => [seed, fold]))).toEqual([
    [
      [3, 1],
      [3, 2],
    ],
    [
      [3, 1],
      [3, 2],
    ],
  ]);
});

it('tests each image by a model that was not trained on it', async () => {
  const tested: string[] = [];
  for (const { model, predictions } of result.arms[0]?.runs ?? []) {
    const classifier = await loadClassifier(join(folder, 'study', model), { make });
    const [train, validation, test] = [classifier.seen.train, classifier.seen.validation, classifier.seen.test].map(
      unpackSeen,
    );
    expect([train?.size, validation?.size, test?.size]).toEqual([8, 4, 12]);
    expect(existsSync(join(folder, 'study', predictions, 'predictions.json'))).toBe(true);
    tested.push(...(test ?? []));
    classifier.dispose();
  }
  expect(tested.sort()).toEqual(fingerprints(images).sort());
});

it('refuses a class that a fold cannot learn, before anything is trained', async () => {
  const single = { ...images, labels: images.labels.map((label, i) => (label === 0 && i > 0 ? 1 : label)) };
  const study = runStudy(config, { out: join(folder, 'single'), open: async () => single, make });
  await expect(study).rejects.toThrow(/class bar-long: expected at least one training image, received none/);
  expect(existsSync(join(folder, 'single', 'models'))).toBe(false);
});

/** A study's folder of format version 2 is gone on with: its models and predictions are found, under their old names. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModelNews, PredictionNews } from '../../src/study/hooks.js';
import { runStudy } from '../../src/study/run-study.js';
import { compiled as make } from '../fixtures/device.js';
import { FORMAT_2, format2Images, format2StudyConfig } from '../fixtures/format-2.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-format-2-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('finds every model and all predictions of a study that was run before', async () => {
  const out = join(folder, 'found');
  await cp(join(FORMAT_2, 'study'), out, { recursive: true });
  const models: ModelNews[] = [];
  const predictions: PredictionNews[] = [];
  await runStudy(format2StudyConfig(), {
    out,
    open: async () => format2Images(),
    make,
    onModel: (news) => void models.push(news),
    onPredictions: (news) => void predictions.push(news),
  });
  expect(predictions.map(({ arm, state }) => [arm, state])).toEqual([
    ['flat', 'reused'],
    ['tree', 'reused'],
    ['one head', 'reused'],
    ['groups', 'reused'],
  ]);
  expect(models.filter(({ state }) => state !== 'reused')).toEqual([]);
});

it('finds the models where only the predictions are gone', async () => {
  const out = join(folder, 'models');
  await cp(join(FORMAT_2, 'study', 'models'), join(out, 'models'), { recursive: true });
  const models: ModelNews[] = [];
  const { arms } = await runStudy(format2StudyConfig(), {
    out,
    open: async () => format2Images(),
    make,
    onModel: (news) => void models.push(news),
  });
  expect(models.map(({ state }) => state)).toEqual(['reused', 'reused', 'reused', 'reused']);
  expect(arms.map(({ runs }) => runs[0]?.model.split('/').at(-1))).toEqual([
    'flat-b624619da65e',
    'tree-fcaa4e575e72',
    'tree-df74fcc88ff3',
    'specialists-a23102677175',
  ]);
});

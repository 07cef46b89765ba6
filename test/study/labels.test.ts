/** Studies of labels: arms that get fewer of them, ancestors in their place, and pseudo-labels. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { minimumExpectedHeight } from '../../src/decision/minimum-expected-height.js';
import type { StudyConfigInput } from '../../src/study/config.js';
import type { ModelNews } from '../../src/study/hooks.js';
import { parseStudy } from '../../src/study/parse.js';
import { runStudy, type StudyResult } from '../../src/study/run-study.js';
import { randomTaxonomy } from '../../src/taxonomy/control-taxonomies.js';
import { alive, eager as make } from '../fixtures/device.js';
import { shapes, shapesTaxonomy } from '../fixtures/shapes.js';
import { tinyStudy, workFolder } from './configs.js';

const images = shapes(20);
const open = async () => images;
const before = alive();
let folder: string;
let config: StudyConfigInput;
let result: StudyResult;
const trained: ModelNews[] = [];

beforeAll(async () => {
  folder = await workFolder();
  config = {
    ...tinyStudy(folder),
    seeds: [1],
    training: { epochs: 1, batch: 16, augmentation: null },
    headTraining: { epochs: 1, batch: 16 },
    views: 0,
    arms: [
      { name: 'all', kind: 'flat' },
      { name: 'fine', kind: 'flat', labels: { share: 0.25, others: 'none' } },
      { name: 'parents', kind: 'flat', labels: { share: 0.25 } },
      { name: 'control', kind: 'flat', labels: { share: 0.25, of: 'random' } },
      { name: 'pseudo', kind: 'flat', labels: { share: 0.25, pseudo: 0.01 } },
      { name: 'tree', kind: 'tree', from: 'parents', labels: { perClass: 2 } },
      { name: 'in true tree', kind: 'flat', decide: 'lca' },
      { name: 'in random tree', kind: 'flat', decide: 'lca', decideIn: 'random' },
    ],
  };
  const onModel = (news: ModelNews) => void (news.state === 'trained' && trained.push(news));
  result = await runStudy(config, { out: join(folder, 'study'), open, make, onModel });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(alive()).toEqual(before);
});

describe('a study of labels', () => {
  it('trains each arm on what its labels say, and tests all on the same images', async () => {
    const split = [];
    for (const { runs } of result.arms) {
      const { model = '' } = runs[0] ?? {};
      const classifier = await loadClassifier(join(folder, 'study', model), { make });
      split.push(Object.values(classifier.description.split.images));
      classifier.dispose();
    }
    // Of each of 4 classes 12 images to train on, 4 to validate and 4 to test: 3 and 1 of which keep their class; of 2, 2.
    expect(split).toEqual([
      [48, 16, 16],
      [12, 4, 16],
      [48, 4, 16],
      [48, 4, 16],
      [48, 4, 16],
      [48, 8, 16],
      [48, 16, 16],
      [48, 16, 16],
    ]);
    expect(result.study.images).toEqual([16]);
  });

  it('trains the classifier of pseudo-labels once, for the arm that ends with it too', async () => {
    expect(trained.map(({ arms }) => arms)).toEqual([
      ['all', 'in true tree', 'in random tree'],
      ['fine'],
      ['parents'],
      ['control'],
      ['pseudo'],
      ['tree'],
    ]);
    const [parents = '', pseudo = ''] = [2, 4].map((arm) => result.arms[arm]?.runs[0]?.model ?? '');
    const settings = await readFile(join(folder, 'study', `${pseudo}.json`), 'utf8');
    expect(JSON.parse(settings)).toMatchObject({ labels: { share: 0.25, pseudo: { by: parents, threshold: 0.01 } } });
  });

  it('says in what the arms differ', () => {
    const labels = result.differences.find(({ setting }) => setting === 'labels');
    expect(labels?.values.map(({ value }) => value)).toEqual([
      'all',
      '25 %, others none',
      '25 %, others parent',
      '25 %, others parent in random',
      '25 %, others parent, pseudo-labels from 0.01',
      '2 a class, others parent',
    ]);
  });
});

it('decides in a random tree, judges in the true one, and keeps the two apart', async () => {
  const [all, inTrue, inRandom] = await Promise.all(
    [0, 6, 7].map(async (arm) => {
      const { predictions = '' } = result.arms[arm]?.runs[0] ?? {};
      const record = await readFile(join(folder, 'study', predictions, 'predictions.json'), 'utf8');
      const rows = await readFile(join(folder, 'study', predictions, 'probabilities.f32'));
      return { ...(JSON.parse(record) as { purpose: string; decisions: number[]; classes: string[] }), rows };
    }),
  );
  expect(inRandom?.rows).toEqual(all?.rows);
  expect(new Set([all, inTrue, inRandom].map((one) => one?.purpose)).size).toBe(3);
  const values = new Float32Array(new Uint8Array(inRandom?.rows ?? []).buffer);
  const tree = randomTaxonomy(shapesTaxonomy, 1);
  expect(inRandom?.decisions).toEqual(Array.from(minimumExpectedHeight(values, inRandom?.classes ?? [], tree)));
  expect(result.differences.find(({ setting }) => setting === 'decide')?.values.map(({ value }) => value)).toEqual([
    'leaf',
    'lca',
    'lca in random',
  ]);
  const idle = () =>
    parseStudy(
      { ...config, images: 'x', arms: [{ name: 'a', kind: 'flat', decideIn: 'random' }] },
      { needsImages: true },
    );
  expect(idle).toThrow(/decideIn: expected nothing, unless `?decide`? is lca/);
});

it('refuses labels that cannot be thinned, all at once, before anything is opened', () => {
  const wrong = (labels: object, more: object = {}) =>
    parseStudy({ ...config, ...more, images: 'x', arms: [{ name: 'a', kind: 'flat', labels }] }, { needsImages: true });
  expect(() => wrong({ share: 2, others: 0, pseudo: 0, part: 1 })).toThrow(
    /labels.share: expected a number from 0 to 1[\s\S]*labels.others: expected none, parent, or a depth[\s\S]*labels.pseudo/,
  );
  expect(() => wrong({ part: 1 })).toThrow(/labels.part: expected a known field/);
  expect(() => wrong({ share: 0.5, perClass: 3 })).toThrow(/labels.perClass: expected none, beside a share/);
  expect(() => wrong({ share: 0.5 }, { taxonomy: undefined })).toThrow(
    /labels.others: expected a taxonomy of the study/,
  );
});

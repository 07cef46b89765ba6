/** Arms that come from a flat classifier's own errors: specialists, and trees over groups. */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TreeDescription } from '../../src/classifier/schema.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import type { TreeClassifier } from '../../src/classifier/tree.js';
import type { StudyConfigInput } from '../../src/study/config.js';
import type { ModelNews, RunStudyOptions } from '../../src/study/hooks.js';
import { runStudy, type StudyResult } from '../../src/study/run-study.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { SHAPES, shapes, tinyTraining } from '../fixtures/shapes.js';
import { tinyStudy, workFolder } from './configs.js';

const images = shapes(40);
const before = alive();
let folder: string;
let config: StudyConfigInput;
let result: StudyResult;
const trained: ModelNews[] = [];

const run = (out: string, study: StudyConfigInput, options: Partial<RunStudyOptions> = {}) =>
  runStudy(study, { out: join(folder, out), open: async () => images, make, ...options });

beforeAll(async () => {
  folder = await workFolder();
  await writeFile(
    join(folder, 'groups.csv'),
    'class,path\nbar-long,bars>bar-long\nbar-short,bars>bar-short\ndisc,disc\nring,ring\n',
  );
  config = {
    ...tinyStudy(folder),
    seeds: [1],
    // So short a training leaves errors to group by.
    training: { ...tinyTraining, epochs: 3 },
    arms: [
      { name: 'flat', kind: 'flat' },
      { name: 'bars', kind: 'specialists', groups: join(folder, 'groups.csv'), routing: 'product' },
      { name: 'bars combined', kind: 'specialists', groups: join(folder, 'groups.csv'), routing: 'combined' },
      {
        name: 'by errors',
        kind: 'specialists',
        groups: { beta: 'recommended' },
        trunk: 'own',
        training: { epochs: 2 },
      },
      { name: 'tree by errors', kind: 'tree', taxonomy: { beta: 0, nested: true } },
    ],
  };
  const onModel = (news: ModelNews) => void (news.state === 'trained' && trained.push(news));
  result = await run('whole', config, { onModel });
});
afterAll(async () => {
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

const modelOf = async (arm: string): Promise<TreeClassifier> => {
  const { model = '' } = result.arms.find(({ name }) => name === arm)?.runs[0] ?? {};
  return (await loadClassifier(join(folder, 'whole', model), { make })) as TreeClassifier;
};

describe('a study of specialists', () => {
  it('trains each model once, the flat one first', () => {
    expect(trained.map(({ arms }) => arms)).toEqual([
      ['flat'],
      ['bars', 'bars combined'],
      ['by errors'],
      ['tree by errors'],
    ]);
    expect(trained.map(({ model }) => model.split('/').at(-1)?.split('-')[0])).toEqual([
      'flat',
      'specialists',
      'specialists',
      'tree',
    ]);
  });

  it('groups by a file or by errors, as each arm says', async () => {
    const described = async (arm: string): Promise<TreeDescription> => (await modelOf(arm)).description;
    expect((await described('bars')).specialists?.map(({ node }) => node)).toEqual(['bars']);
    const byErrors = await described('by errors');
    expect(byErrors.specialists?.length).toBeGreaterThan(0);
    expect(byErrors.specialists).toAllSatisfy(({ decidedBy }) => decidedBy === 'network');
    // A quarter of the flat one's rate, and the epochs of the arm.
    expect(byErrors.training).toMatchObject({ epochs: 2, optimiser: { rate: tinyTraining.optimiser.rate / 4 } });
    const tree = await modelOf('tree by errors');
    expect(tree.classes).toEqual(SHAPES);
    expect(tree.taxonomy.internalNodes()).toAllSatisfy(({ children }) => children.length >= 2);
    expect(tree.taxonomy.internalNodes().length).toBeGreaterThan(1);
  });

  it('counts the training of the flat classifier that an arm is built on', () => {
    const secondsOf = (arm: string) => result.arms.find(({ name }) => name === arm)?.runs[0]?.trainingSeconds ?? 0;
    for (const arm of ['bars', 'by errors', 'tree by errors']) {
      expect(secondsOf(arm)).toBeGreaterThan(secondsOf('flat'));
    }
  });

  it('says in what the arms differ', () => {
    const found = new Map(result.differences.map(({ setting, values }) => [setting, values.map(({ value }) => value)]));
    expect(found.get('kind')).toEqual(['flat', 'specialists', 'tree']);
    expect(found.get('groups')).toEqual([
      join(folder, 'groups.csv'),
      'by errors of flat (beta, mean, beta recommended)',
    ]);
    expect(found.get('routing')).toEqual(['product', 'combined', 'chosen on validation']);
    expect(found.get('trunk')).toEqual(['shared', 'own']);
  });

  it('is judged by the taxonomy of the study, and taken from its folder by the next call', async () => {
    expect(result.study.arms).toAllSatisfy(({ metrics }) => metrics.ahd !== null);
    const states: string[] = [];
    const again = await run('whole', config, { onModel: ({ state }) => states.push(state) });
    expect(again).toEqual(result);
    expect(states.includes('training')).toBe(false);
  });
});

describe('before anything is trained', () => {
  const refused = async (study: StudyConfigInput, message: RegExp, options: Partial<RunStudyOptions> = {}) => {
    await expect(run('refused', study, options)).rejects.toThrow(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  };

  it('refuses groups that leave nothing to specialise in', async () => {
    await writeFile(join(folder, 'alone.csv'), `class,path\n${SHAPES.map((name) => `${name},${name}`).join('\n')}\n`);
    const arms: StudyConfigInput['arms'] = [
      { name: 'flat', kind: 'flat' },
      { name: 's', kind: 'specialists', groups: join(folder, 'alone.csv') },
    ];
    await refused({ ...config, arms }, /no groups for specialists/i);
  });

  it('refuses errors of classes that no validation image shows', async () => {
    // One picture of it, over and over: copies stay together, in the training set.
    const first = images.pixels.slice(0, 16 * 16);
    const pixels = images.pixels.slice();
    images.labels.forEach((label, i) => {
      if (label === 0) pixels.set(first, i * 16 * 16);
    });
    await refused(config, /seed 1, class bar-long: expected validation images/, {
      open: async () => ({ ...images, pixels }),
    });
  });
});

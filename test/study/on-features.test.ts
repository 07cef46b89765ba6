/** Arms that decide on features, and fusions of arms. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import type { StudyConfigInput } from '../../src/study/config.js';
import type { ModelNews } from '../../src/study/hooks.js';
import { parseStudy } from '../../src/study/parse.js';
import { runStudy } from '../../src/study/run-study.js';
import { alive, eager as make } from '../fixtures/device.js';
import { SIDE, shapes, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';
import { workFolder } from './configs.js';

const before = alive();
const drawn = shapes(30);
let folder: string;

const study: StudyConfigInput = {
  seeds: [1],
  network: tinyNetwork,
  training: tinyTraining,
  fractions: { train: 0.6, validation: 0.2, test: 0.2 },
  taxonomy: 'tree.csv',
  arms: [
    { name: 'flat', kind: 'flat' },
    { name: 'measured', kind: 'features', threshold: 128, trees: 20 },
    { name: 'deep', kind: 'features', features: ['deep'], pca: 5, trees: 20, classWeights: 'balanced' },
    { name: 'head', kind: 'features', features: ['biologists', 'deep'], pca: 'none', threshold: 128, decideBy: 'head' },
    { name: 'fused', kind: 'fusion', of: ['deep', 'measured'] },
    { name: 'tree', kind: 'tree', decideBy: 'forest', trees: 20, classWeights: 'balanced' },
    { name: 'table', kind: 'features', features: ['sizes.csv'], tableColumn: 'which', trees: 20 },
    {
      name: 'tree on table',
      kind: 'tree',
      decideBy: 'forest',
      features: ['sizes.csv'],
      tableColumn: 'which',
      trees: 5,
    },
  ],
};
const previous = process.cwd();
/** The table of features that two arms name: how dark each image is, which tells bars from round shapes. */
const sizes = (factor = 1) =>
  [
    'which,dark',
    ...drawn.paths.map((_, i) => {
      const square = drawn.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      return `${i}.png,${factor * square.filter((level) => level < 128).length}`;
    }),
    '',
  ].join('\n');

beforeAll(async () => {
  folder = await workFolder();
  await writeFile(join(folder, 'sizes.csv'), sizes());
  process.chdir(folder);
  const raw = { width: SIDE, height: SIDE, channels: 1 as const };
  for (let i = 0; i < drawn.count; i++) {
    const square = drawn.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
    await sharp(square, { raw })
      .png()
      .toFile(join(folder, `${i}.png`));
  }
});
afterAll(async () => {
  process.chdir(previous);
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

async function run() {
  const models: ModelNews[] = [];
  const open = async () => ({ ...drawn, paths: drawn.paths.map((_, i) => join(folder, `${i}.png`)) });
  const result = await runStudy(study, {
    out: join(folder, 'study'),
    open,
    make,
    onModel: (news) => void models.push(news),
  });
  return { result, models };
}

describe('arms on features', () => {
  it('are trained on the flat arm of the same seed, judged beside it, and reused', async () => {
    const { result, models } = await run();
    expect(models.filter(({ state }) => state === 'trained').map(({ arms }) => arms)).toEqual(
      study.arms.map(({ name }) => [name]),
    );
    for (const { name, metrics } of result.study.arms) expect(metrics.accuracy?.mean, name).toBeGreaterThan(0.5);
    expect(result.study.pairs).toHaveLength(28);
    const model = (name: string) =>
      join(folder, 'study', result.arms.find((arm) => arm.name === name)?.runs[0]?.model ?? '');
    const descriptions = await Promise.all(
      ['measured', 'deep', 'head', 'fused', 'tree', 'table', 'tree on table'].map(
        async (name) => (await loadClassifier(model(name), { make })).description,
      ),
    );
    expect(descriptions).toMatchObject([
      { sources: [{ kind: 'biologists', segmentation: { threshold: 128 } }], decider: { kind: 'forest' } },
      {
        sources: [{ kind: 'deep', pca: { components: 5 } }],
        decider: { settings: { classWeights: 'balanced', seed: 1 } },
      },
      {
        sources: [{ kind: 'biologists' }, { kind: 'deep', pca: null }],
        decider: { kind: 'head', training: { seed: 1 } },
      },
      { sources: [{ kind: 'classifier' }, { kind: 'classifier' }], decider: { kind: 'mixture' } },
      {
        kind: 'tree',
        trunk: 'shared',
        sources: [{ kind: 'deep', pca: { components: 34 } }],
        nodes: [{ decidedBy: 'forest' }, { decidedBy: 'forest' }, { decidedBy: 'forest' }],
      },
      { sources: [{ kind: 'table', file: 'sizes.csv', tableColumn: 'which', names: ['dark'] }] },
      { kind: 'tree', trunk: 'own', sources: [{ kind: 'table' }] },
    ]);
    const seconds = (name: string) => result.arms.find((arm) => arm.name === name)?.runs[0]?.trainingSeconds ?? 0;
    expect(seconds('fused')).toBeGreaterThan(seconds('deep') + seconds('measured') - seconds('flat') / 2);
    expect(result.differences).toContainEqual({
      setting: 'decideBy',
      values: [
        { value: 'forest', arms: ['measured', 'deep', 'tree', 'table', 'tree on table'] },
        { value: 'head', arms: ['head'] },
      ],
    });
    const again = await run();
    expect(again.models.filter(({ state }) => state === 'trained')).toEqual([]);
    expect(again.result.study.arms).toEqual(result.study.arms);
    await writeFile('sizes.csv', sizes(2));
    const changed = await run();
    expect(changed.models.filter(({ state }) => state === 'trained').map(({ arms }) => arms)).toEqual([
      ['table'],
      ['tree on table'],
    ]);
  });

  it('are refused where they do not fit together, all problems at once', () => {
    const arms = [
      { name: 'deep', kind: 'features', features: ['deep'], head: { layers: [] } },
      { name: 'fused', kind: 'fusion', of: ['deep', 'deeep'] },
      { name: 'twice', kind: 'fusion', of: ['fused', 'fused'] },
    ];
    expect(() => parseStudy({ seeds: [1], arms }, { needsImages: false })).toThrow(
      /arms\[0\]\.from: expected a flat arm[\s\S]*arms\[0\]\.head: expected nothing, unless a head decides[\s\S]*arms\[1\]\.of\[1\]: expected the name of an arm that is no fusion, received deeep\n.*'deep'[\s\S]*arms\[2\]\.of\[0\]: .*fused, which is a fusion[\s\S]*arms\[2\]\.of: expected two different arms/,
    );
  });
});

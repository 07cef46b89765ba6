/**
 * Studies from end to end: what is trained, what is kept, and that stopping changes nothing. Operations run eagerly:
 * compiling would take longer than all of these short trainings. `test/cli/study.test.ts` runs a compiled study.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import type { StudyConfigInput } from '../../src/study/config.js';
import type { ModelNews, PredictionNews, RunStudyOptions } from '../../src/study/hooks.js';
import { runStudy, type StudyResult } from '../../src/study/run-study.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { alive, eager as make } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SHAPES, shapes } from '../fixtures/shapes.js';
import { tinyStudy, workFolder } from './configs.js';

const images = shapes(30);
const open = async () => images;
const before = alive();
let folder: string;
let config: StudyConfigInput;

/** Runs a study into a folder of that name, and tells what it did. */
async function run(out: string, study: StudyConfigInput, options: Partial<RunStudyOptions> = {}) {
  const models: ModelNews[] = [];
  const predictions: PredictionNews[] = [];
  const result = await runStudy(study, {
    out: join(folder, out),
    open,
    make,
    ...options,
    onModel(news) {
      models.push(news);
      options.onModel?.(news);
    },
    onPredictions: (news) => void predictions.push(news),
  });
  const inState = (state: ModelNews['state']) => models.filter((news) => news.state === state);
  return { result, inState, predictions };
}

/** A result without what the clock decides. */
function timeless({ arms, study, ...rest }: StudyResult): unknown {
  return {
    ...rest,
    runs: arms.map(({ name, runs }) => [name, runs.map(({ seed, model, routing }) => [seed, model, routing])]),
    arms: study.arms.map(({ name, metrics }) => [name, metrics]),
    pairs: study.pairs.map(({ a, b, metrics }) => [a, b, metrics]),
    images: [study.images, study.distinctImages],
  };
}

let whole: Awaited<ReturnType<typeof run>>;
let wholeEpochs = 0;

beforeAll(async () => {
  folder = await workFolder();
  config = tinyStudy(folder);
  whole = await run('whole', config, { onEpoch: () => void wholeEpochs++ });
});
afterAll(async () => {
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

describe('a study', () => {
  it('trains each model once for all arms that it serves', () => {
    const trained = whole.inState('trained');
    expect(trained.map(({ seed, arms }) => [seed, arms])).toEqual(
      [1, 2].flatMap((seed) => [
        [seed, ['flat']],
        [seed, ['tree', 'tree greedy', 'tree lca']],
        [seed, ['random']],
        [seed, ['retrained']],
      ]),
    );
    expect(whole.inState('reused')).toEqual([]);
    expect(whole.predictions).toHaveLength(12);
  });

  it('judges every arm on the same test images, by one taxonomy', () => {
    const { study } = whole.result;
    expect(study.seeds).toEqual([1, 2]);
    expect(study.images).toEqual([24, 24]);
    expect(study.arms.map(({ name }) => name)).toEqual(config.arms.map(({ name }) => name));
    expect(study.pairs).toHaveLength(15);
    for (const { metrics } of nonEmpty(study.arms)) expect(metrics.ahd).not.toBeNull();
    expect(study.arms[0]?.metrics.accuracy?.mean).toBeGreaterThan(0.5);
  });

  it("counts the trunk's training with each tree that is built on it", () => {
    const [flat, tree] = whole.result.study.arms.map(({ seconds }) => seconds.training?.perSeed ?? []);
    nonEmpty(tree).forEach((seconds, i) => {
      expect(seconds).toBeGreaterThan(flat?.[i] ?? Number.POSITIVE_INFINITY);
    });
    const pair = whole.result.study.pairs.find(({ a, b }) => a === 'tree' && b === 'flat');
    expect(pair?.costRatio.training).toBeGreaterThan(1);
    expect(pair?.costRatio.prediction).toBeGreaterThan(0);
  });

  it('says in what the arms differ', () => {
    const found = new Map(whole.result.differences.map(({ setting, values }) => [setting, values]));
    expect(found.get('kind')?.map(({ value, arms }) => [value, arms.length])).toEqual([
      ['flat', 1],
      ['tree', 5],
    ]);
    expect(found.get('tta')).toEqual([
      { value: '1', arms: ['flat', 'tree', 'tree greedy', 'random', 'retrained'] },
      { value: '2', arms: ['tree lca'] },
    ]);
    expect(found.get('taxonomy')?.map(({ value }) => value)).toEqual(["the study's", 'random', 'flat']);
    expect([...found.keys()].sort()).toEqual(['decide', 'headKind', 'kind', 'routing', 'taxonomy', 'tta']);
  });

  it('has controls: a tree of the same shape whose classes are dealt by the seed, and one of depth one', async () => {
    const of = async (arm: string) => {
      const runs = whole.result.arms.find(({ name }) => name === arm)?.runs ?? [];
      const loaded = await Promise.all(runs.map(({ model }) => loadClassifier(join(folder, 'whole', model), { make })));
      return loaded.map(({ taxonomy }) => taxonomy);
    };
    const shape = (children: readonly string[] | undefined) => children?.length;
    for (const taxonomy of nonEmpty(await of('random'))) {
      expect(taxonomy?.classes.toSorted()).toEqual(SHAPES);
      expect(taxonomy?.internalNodes().map(({ children }) => shape(children))).toEqual([2, 2, 2]);
    }
    for (const taxonomy of nonEmpty(await of('retrained'))) {
      expect(taxonomy?.internalNodes().map(({ children }) => shape(children))).toEqual([4]);
    }
    const [first] = await of('tree');
    expect(first?.leafOf('ring')).toBe('round>ring');
  });

  it('writes its result, figures, and predictions in a documented format', async () => {
    const at = (...path: string[]) => join(folder, 'whole', ...path);
    expect(JSON.parse(await readFile(at('study.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(whole.result)));
    const png = (await readFile(at('study.png'))).subarray(1, 4).toString();
    expect(png).toBe('PNG');
    const names = await readdir(at('models', '1'));
    expect(names.filter((name) => name.endsWith('.png'))).toHaveLength(4);
    expect(names.some((name) => name.endsWith('.partial'))).toBe(false);
    const record = JSON.parse(await readFile(at('predictions', '1', 'tree lca', 'predictions.json'), 'utf8'));
    const bytes = await readFile(at('predictions', '1', 'tree lca', 'probabilities.f32'));
    const rows = new Float32Array(new Uint8Array(bytes).buffer);
    expect(record.classes).toEqual(SHAPES);
    expect(rows).toHaveLength(24 * 4);
    expect(rows.slice(0, 4).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    expect(new Set(record.images).size).toBe(24);
    expect(record.decisions).toHaveLength(24);
  });
});

describe('a study that is called again', () => {
  it('takes everything from its folder', async () => {
    const again = await run('whole', config);
    expect(again.inState('training')).toEqual([]);
    expect(again.predictions).toAllSatisfy(({ state }) => state === 'reused');
    expect(again.result).toEqual(whole.result);
  });

  describe('after it was stopped', () => {
    const stops = [
      ['the flat training', 2],
      ["the training of a tree's nodes", 5],
      ['the second seed', 12],
    ] as const;

    it.each(stops)('in %s goes on from there', async (_, stopAt) => {
      const controller = new AbortController();
      let epochs = 0;
      const onEpoch = () => {
        epochs++;
        if (epochs === stopAt) controller.abort();
      };
      const resumed: ModelNews[] = [];
      const onModel = (news: ModelNews) => void (news.state === 'resuming' && resumed.push(news));
      const stopped = run('stopped', config, { signal: controller.signal, onEpoch, onModel });
      await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
      expect(epochs).toBe(stopAt);
      expect(existsSync(join(folder, 'stopped', 'study.json'))).toBe(false);
      // The first is the beginning; each of the others goes on with what the one before left.
      expect(resumed).toHaveLength(stopAt === stops[0][1] ? 0 : 1);
    });

    it('ends in the same result, bit for bit', async () => {
      let further = 0;
      const again = await run('stopped', config, { onEpoch: () => void further++ });
      expect(again.inState('resuming')).toHaveLength(1);
      // Heads on features are kept once they are finished, so at most the epochs of one node are trained again.
      const left = wholeEpochs - stops.reduce((sum, [, epochs]) => sum + epochs, 0);
      expect(further).toBeGreaterThanOrEqual(left);
      expect(further).toBeLessThan(left + 10);
      expect(timeless(again.result)).toEqual(timeless(whole.result));
      for (const { name } of config.arms) {
        for (const seed of ['1', '2']) {
          const file = join('predictions', seed, name, 'probabilities.f32');
          expect(await readFile(join(folder, 'stopped', file))).toEqual(await readFile(join(folder, 'whole', file)));
        }
      }
    });
  });

  it('with fresh trains everything again', async () => {
    const one = { ...config, seeds: [2] };
    const fresh = await run('whole', one, { fresh: true });
    expect(fresh.inState('trained')).toHaveLength(4);
    expect(fresh.predictions).toAllSatisfy(({ state }) => state === 'predicted');
  });

  it('with another arm, or another way to decide, trains only what is new', async () => {
    const arms: StudyConfigInput['arms'] = [
      ...config.arms.slice(0, 2),
      { name: 'tree greedy', kind: 'tree', routing: 'greedy', tta: 4 },
      { name: 'joint', kind: 'tree', trunk: 'joint', from: 'flat', training: { epochs: 1 } },
    ];
    // What a call leaves that is killed between saving a model and removing its checkpoint.
    const flat = whole.inState('trained').find(({ seed, arms: of }) => seed === 1 && of.includes('flat'));
    const left = join(folder, 'whole', `${flat?.model}.partial`);
    const store = checkpointFolder(join(left, '0123456789abcdef'), 'killed');
    await store.save({ step: 1, state: {}, history: [], best: undefined });
    const wider = await run('whole', { ...config, seeds: [1], arms });
    expect(existsSync(left)).toBe(false);
    expect(wider.inState('trained').map(({ arms: of }) => of)).toEqual([['joint']]);
    expect(wider.predictions.map(({ arm, state }) => [arm, state])).toEqual([
      ['flat', 'reused'],
      ['tree', 'reused'],
      ['tree greedy', 'predicted'],
      ['joint', 'predicted'],
    ]);
    const epochs = wider.result.differences.find(({ setting }) => setting === 'epochs');
    expect(epochs?.values.map(({ value }) => value)).toEqual(['5', '1']);
  });

  it('takes images labelled at inner nodes for what they say, and tests on those whose class is known', async () => {
    const classes = [...SHAPES, 'round'];
    const labels = images.labels.map((label, i) => (label === 3 && i % 8 === 3 ? 4 : label));
    const arms = [config.arms[0], config.arms[1], config.arms[4]].flatMap((arm) => arm ?? []);
    const { result } = await run(
      'inner',
      { ...config, seeds: [1], arms },
      { open: async () => ({ ...images, labels, classes }) },
    );
    const { images: tested, arms: judged } = result.study;
    expect(tested[0]).toBeLessThan(24);
    expect(tested[0]).toBeGreaterThan(15);
    expect(judged).toAllSatisfy(({ metrics }) => metrics.ahd !== null);
  });

  it('with other images trains again; damaged predictions are computed again', async () => {
    const one = { ...config, seeds: [1], arms: config.arms.slice(0, 1) };
    const first = await run('images', one);
    const other = await run('images', one, { open: async () => shapes(30, 2) });
    expect(other.inState('trained')).toHaveLength(1);
    const labels = images.labels.slice();
    labels[0] = 1;
    const relabelled = await run('images', one, { open: async () => ({ ...images, labels }) });
    expect(relabelled.inState('trained')).toHaveLength(1);
    await run('images', one);
    const file = join(folder, 'images', 'predictions', '1', 'flat', 'probabilities.f32');
    await writeFile(file, (await readFile(file)).subarray(4));
    const mended = await run('images', one);
    expect(mended.predictions.map(({ state }) => state)).toEqual(['predicted']);
    expect(timeless(mended.result)).toEqual(timeless(first.result));
  });
});

describe('before anything is trained', () => {
  const refused = async (study: StudyConfigInput, message: RegExp, options: Partial<RunStudyOptions> = {}) => {
    let begun = 0;
    const onModel = () => void begun++;
    await expect(run('refused', study, { ...options, onModel })).rejects.toThrow(message);
    expect(begun).toBe(0);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  };

  it('refuses a taxonomy that is not there, and one of other classes', async () => {
    await refused({ ...config, taxonomy: join(folder, 'none.csv') }, /no such file/);
    await writeFile(join(folder, 'other.csv'), 'class,path\ndisc,a>disc\nrings,a>rings\n');
    const arms: StudyConfigInput['arms'] = [{ name: 'flat', kind: 'flat' }];
    await refused(
      { ...config, taxonomy: join(folder, 'other.csv'), arms },
      /images of 'ring'.*\n.*Did you mean 'rings'/s,
    );
  });

  it('refuses images that cannot be trained on', async () => {
    const none = images.labels.map((label) => (label === 0 ? -1 : label));
    await refused(config, /class bar-long: expected at least one training image/, {
      open: async () => ({ ...images, labels: none }),
    });
  });

  it('refuses a network in which no pixels are left', async () => {
    const pool = { type: 'max-pool' as const, size: 3, stride: 3 };
    const layers = [pool, pool, pool, pool];
    const network = { trunk: { input: { size: 16 }, layers }, head: { layers: [] } };
    const arms: StudyConfigInput['arms'] = [...config.arms, { name: 'own', kind: 'tree', trunk: 'own', network }];
    await refused({ ...config, arms }, /trunk/);
  });
});

/** Fine-tunes some nodes of a tree and no others. The shapes are easy, so that nodes spoiled on purpose can be improved. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../src/classifier/flat.js';
import { FLAT_HEAD_MODULE, PCA_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../../src/classifier/modules.js';
import type { TreeDescription } from '../../src/classifier/schema.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { undecided } from '../../src/classifier/train/choose-decision.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { trainTree } from '../../src/classifier/train/train-tree.js';
import type { TreeOptions } from '../../src/classifier/train/tree-options.js';
import { TreeClassifier } from '../../src/classifier/tree.js';
import { selectImages } from '../../src/dataset/images.js';
import type { Weights } from '../../src/network/weights.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { fineTune } from '../../src/tuning/fine-tune.js';
import type { NodesToTune, TuneOptions } from '../../src/tuning/options.js';
import { gridOf } from '../../src/tuning/search.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SHAPES, shapes, shapesTaxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

const images = shapes(125);
const fractions = { train: 0.4, validation: 0.4, test: 0.2 };
const data = prepareData(images, { seed: 3, fractions });
const before = alive();
let folder: string;
let flat: FlatClassifier;
let tree: TreeClassifier;
let own: TreeClassifier;
let whole: TreeClassifier;

const train = (options: Omit<TreeOptions, 'taxonomy' | 'make'>) =>
  trainTree(data, { taxonomy: shapesTaxonomy, make, ...options });

/**
 * The same tree with some parts that say the opposite of what they should: the scores have the other sign. It decides by
 * its nodes alone: the flat head would hide them.
 */
function spoiled(from: TreeClassifier, ...names: string[]): TreeClassifier {
  const spoil = (weights: Weights): Weights =>
    Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data: values }]) => [
        name,
        { shape, data: name.startsWith('head/output') ? Float32Array.from(values, (value) => -value) : values },
      ]),
    );
  const weights = new Map([...from.weights].map(([name, w]) => [name, names.includes(name) ? spoil(w) : w]));
  const description = { ...from.description, decision: undecided(from.description.headKind) };
  return new TreeClassifier(make, description, from.taxonomy, { ...from.parts, weights }, from.history, from.seen);
}

const tune = (from: TreeClassifier | FlatClassifier, nodes: NodesToTune, options: TuneOptions = {}) =>
  fineTune(from, data, nodes, { make, rate: 0.01, ...options });

const changedModules = (a: TreeClassifier, b: TreeClassifier) =>
  [...new Set([...a.weights.keys(), ...b.weights.keys()])].filter(
    (name) => a.weights.get(name) !== b.weights.get(name),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-tune-'));
  flat = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
  tree = await train({ from: flat });
  own = await train({ trunk: 'own', network: tinyNetwork, training: { ...tinyTraining, epochs: 3 } });
  whole = await train({ from: flat, headKind: 'path-sum' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a forest', () => {
  it('takes the place of a worse head, on deep features, and is the same after loading', async () => {
    const bad = spoiled(tree, 'bars', 'round');
    const { tree: tuned, attempts } = await tune(bad, ['bars', 'round'], { as: 'forest', trees: 20 });
    const tried = { as: 'forest', start: 'new', forest: { trees: 20, classWeights: 'none' }, accepted: true };
    expect(attempts).toMatchObject([
      { node: 'bars', ...tried },
      { node: 'round', ...tried },
    ]);
    expect(attempts[0]?.training).toBeUndefined();
    expect(attempts[1]?.after?.accuracy).toBeGreaterThan((attempts[0]?.before.accuracy ?? 1) + 0.3);
    expect(changedModules(bad, tuned)).toEqual(['bars', 'round', PCA_MODULE]);
    expect([...tuned.forests.keys(), tuned.weights.has('bars')]).toEqual(['bars', 'round', false]);
    expect(tuned.history.some(({ node }) => node === 'bars')).toBe(false);
    expect(tuned.description).toMatchObject({
      sources: [{ kind: 'deep', pca: { components: 34 } }],
      nodes: [
        { path: '' },
        { path: 'bars', decidedBy: 'forest', summary: null },
        { path: 'round', decidedBy: 'forest' },
      ],
    });
    await tuned.save(join(folder, 'forests'));
    const loaded = await loadClassifier(join(folder, 'forests'), { make });
    expect(await loaded.predict(images)).toEqual(await tuned.predict(images));
    loaded.dispose();
    tuned.dispose();
  });

  it('gives its place to a better head; a search tries forests where the tree has some', async () => {
    const noise = { names: ['noise'], rows: images.paths, values: Float64Array.from(images.paths, (_, i) => i % 7) };
    const forests = spoiled(await train({ from: flat, decideBy: 'forest', features: [{ table: noise }], trees: 3 }));
    const { description } = forests;
    const kinds = (of: TreeClassifier) => {
      const [node] = of.description.nodes;
      return node && [...new Set(gridOf(of.description, node, {}).map(({ as }) => as))];
    };
    expect([kinds(tree), kinds(forests)]).toEqual([
      ['head', 'network'],
      ['head', 'network', 'forest'],
    ]);
    const { tree: tuned, attempts } = await tune(forests, ['bars'], { as: 'head' });
    expect(attempts).toMatchObject([{ node: 'bars', as: 'head', start: 'new', accepted: true }]);
    expect([...tuned.forests.keys(), tuned.weights.has('bars')]).toEqual(['', 'round', true]);
    expect(tuned.description.sources).toEqual(description.sources);
    const { attempts: again } = await tune(forests, ['round'], { trees: 2 });
    expect(again).toMatchObject([{ as: 'forest', forest: { trees: 2 } }]);
    forests.dispose();
    tuned.dispose();
  });

  it('is refused where there are no features to decide on', async () => {
    await expect(tune(own, ['bars'], { as: 'forest' })).rejects.toThrow(
      /node bars: expected features .*none in this tree/,
    );
  });
});

describe('a spoiled node', () => {
  it('is improved, and nothing else changes: not an object, and on disk not a byte', async () => {
    const bad = spoiled(tree, 'bars');
    const origin = join(folder, 'bad');
    const out = join(folder, 'tuned');
    await bad.save(origin);
    const { tree: tuned, attempts, test } = await tune(bad, ['bars'], { origin });

    expect(attempts).toMatchObject([{ node: 'bars', as: 'head', start: 'current', images: 100, accepted: true }]);
    const [attempt] = attempts;
    expect(attempt?.after?.accuracy).toBeGreaterThan((attempt?.before.accuracy ?? 1) + 0.1);
    expect(changedModules(bad, tuned)).toEqual(['bars']);
    expect(tuned.description.attempts).toEqual(attempts);
    // The decision is chosen again, so that the scores of the new tree are at least those of the old decision.
    const chosen = tuned.description.decision.validation.map(({ accuracy }) => accuracy);
    expect(Math.max(...chosen)).toBeGreaterThanOrEqual((attempt?.after?.accuracy ?? 0) - 1e-9);

    const gain = test?.differences.find(({ metric }) => metric === 'accuracy');
    expect(gain).toMatchObject({ a: 'tuned', b: 'before' });
    expect(gain?.ci95[0]).toBeGreaterThan(0);
    expect(gain?.p).toBeLessThan(0.01);
    const { sha256 } = JSON.parse(await readFile(join(origin, 'classifier.json'), 'utf8')) as {
      sha256: { description: string };
    };
    expect(tuned.description.tunedFrom).toMatchObject({
      name: 'bad',
      sha256: sha256.description,
      measure: 'logLoss',
      test: { images: 100 },
    });

    await tuned.save(out, { origin });
    const files = await readdir(join(origin, 'weights'));
    expect(await readdir(join(out, 'weights'))).toEqual(files);
    for (const file of nonEmpty(files)) {
      const [a, b] = [join(origin, 'weights', file), join(out, 'weights', file)];
      const isSame = (await stat(a)).ino === (await stat(b)).ino;
      expect(isSame, file).toBe(!file.includes('bars'));
      expect((await readFile(a)).equals(await readFile(b)), file).toBe(!file.includes('bars'));
    }
    const loaded = (await loadClassifier(out, { make })) as TreeClassifier;
    expect(await loaded.predict(images)).toEqual(await tuned.predict(images));
    expect(loaded.description).toEqual(tuned.description);
    // History is that of the weights that decide.
    const epochs = tuned.history.filter(({ node }) => node === 'bars').length;
    expect(epochs).toBe(tuned.description.nodes.find(({ path }) => path === 'bars')?.summary?.epochs);
    expect(tuned.history.filter(({ node }) => node === 'round')).toEqual(
      bad.history.filter(({ node }) => node === 'round'),
    );
    // The new folder does not need the old one.
    await rm(origin, { recursive: true });
    expect((await loadClassifier(out, { make })).description).toEqual(tuned.description);
    loaded.dispose();
    tuned.dispose();
  });

  it('is found by asking for the weakest', async () => {
    const reported: string[][] = [];
    const onWeakest: NonNullable<TuneOptions['hooks']>['onWeakest'] = ({ chosen, skipped }) =>
      reported.push(
        chosen.map(({ path }) => path),
        skipped.map(({ path }) => path),
      );
    const { attempts } = await tune(spoiled(tree, 'round'), { weakest: 1 }, { hooks: { onWeakest } });
    expect(reported).toEqual([['round'], []]);
    expect(attempts).toMatchObject([{ node: 'round', accepted: true }]);
  });

  it('is judged by the measure that was chosen, and each on top of what was accepted before', async () => {
    const bad = spoiled(tree, 'bars', 'round');
    for (const measure of ['logLoss', 'ahd'] as const) {
      const { attempts } = await tune(bad, ['round', 'bars'], { measure, training: { epochs: 4 } });
      expect(attempts.map(({ accepted }) => accepted)).toEqual([true, true]);
      const [first, second] = attempts;
      expect(first?.after?.[measure]).toBeLessThan(first?.before[measure] ?? 0);
      expect(second?.before).toEqual(first?.after);
    }
  });

  it('may get a network of its own, which starts from the shared CNN block', async () => {
    const bad = spoiled(tree, 'bars');
    const training = { epochs: 6, batch: 16 };
    const { tree: tuned, attempts } = await tune(bad, [{ node: 'bars', as: 'network', start: 'new', training }]);
    expect(attempts).toMatchObject([{ as: 'network', start: 'new', accepted: true }]);
    expect(tuned.description.nodes.map(({ path, decidedBy }) => [path, decidedBy])).toEqual([
      ['', undefined],
      ['bars', 'network'],
      ['round', undefined],
    ]);
    const shared = tree.weights.get(TRUNK_MODULE) as Weights;
    const ofNode = tuned.weights.get('bars') as Weights;
    expect(Object.keys(ofNode)).toEqual(expect.arrayContaining(Object.keys(shared)));
    expect(Object.keys(shared).some((name) => ofNode[name]?.data.join() !== shared[name]?.data.join())).toBe(true);
    await tuned.save(join(folder, 'network'));
    const loaded = (await loadClassifier(join(folder, 'network'), { make })) as TreeClassifier;
    expect(await loaded.predict(images)).toEqual(await tuned.predict(images));
    loaded.dispose();

    // And again: its head alone, on the CNN block that is its own now.
    const worse = spoiled(tuned, 'bars');
    const again = await tune(worse, [{ node: 'bars', as: 'head' }]);
    expect(again.attempts).toMatchObject([{ as: 'head', accepted: true }]);
    expect(again.tree.description.nodes[1]?.decidedBy).toBe('network');
    const kept = again.tree.weights.get('bars') as Weights;
    for (const name of nonEmpty(Object.keys(shared))) expect(kept[name]).toBe(worse.weights.get('bars')?.[name]);
    tuned.dispose();
    again.tree.dispose();
  });

  it('is improved by the best of several versions', async () => {
    const options = { as: 'head', rate: undefined, training: { epochs: 2, classWeights: 'none' } } as const;
    const { attempts, tree: tuned } = await tune(spoiled(tree, 'bars'), ['bars'], {
      ...options,
      search: { budget: 60 },
    });
    expect(attempts).toMatchObject([{ node: 'bars', accepted: true }]);
    expect(attempts[0]?.tried).toBeGreaterThan(1);
    expect(tuned.description.attempts).toEqual(attempts);
  });

  it('of a tree of networks is improved by its head alone, or as a whole', async () => {
    const bad = spoiled(own, 'bars');
    for (const as of ['head', undefined] as const) {
      const { attempts, tree: tuned } = await tune(bad, ['bars'], { as });
      expect(attempts).toMatchObject([{ as: as ?? 'network', accepted: true }]);
      expect(tuned.description.nodes).toAllSatisfy(({ decidedBy }) => decidedBy === undefined);
      const keepsTrunk = tuned.weights.get('bars')?.['trunk/0/kernel'] === bad.weights.get('bars')?.['trunk/0/kernel'];
      expect(keepsTrunk).toBe(as === 'head');
    }
  });

  it('of a tree with one whole head gets a decider of its own', async () => {
    const bad = spoiled(whole, TREE_HEAD_MODULE);
    const { attempts, tree: tuned } = await tune(bad, [
      '',
      { node: 'bars', as: 'network', training: { batch: 16, epochs: 6 } },
      'round',
    ]);
    expect(attempts.map(({ as, start }) => [as, start])).toEqual([
      ['head', 'new'],
      ['network', 'new'],
      ['head', 'new'],
    ]);
    expect(attempts).toAllSatisfy(({ accepted }) => accepted);
    expect(changedModules(bad, tuned)).toEqual(['', 'bars', 'round']);
    expect(tuned.description.nodes.map(({ decidedBy }) => decidedBy)).toEqual(['head', 'network', 'head']);
    await tuned.save(join(folder, 'whole'));
    const loaded = (await loadClassifier(join(folder, 'whole'), { make })) as TreeClassifier;
    expect(await loaded.predict(images)).toEqual(await tuned.predict(images));
    loaded.dispose();
    tuned.dispose();
  });
});

describe('a good node', () => {
  it('keeps what it has where the new version is worse or diverges: the tree stays bit for bit', async () => {
    const worse = { training: { labelSmoothing: 0.95, epochs: 2 } };
    for (const absurd of [worse, { rate: 1e20 }]) {
      const { tree: kept, attempts, test } = await tune(tree, ['bars', { node: 'round', as: 'network' }], absurd);
      expect(attempts.map(({ accepted }) => accepted)).toEqual([false, false]);
      expect(attempts.map(({ after }) => after === null)).toEqual(Array(2).fill(absurd !== worse));
      expect(changedModules(tree, kept)).toEqual([]);
      expect(test).toBeUndefined();
      const { attempts: recorded, tunedFrom, seconds: _, cladenet: __, ...same } = kept.description;
      const { seconds: ___, cladenet: ____, ...was } = tree.description;
      expect(same).toEqual(was);
      expect(recorded).toEqual(attempts);
      expect(tunedFrom).toEqual({ name: null, sha256: null, measure: 'logLoss', test: null });
      expect(kept.history).toEqual(tree.history);
      expect(await kept.predict(images)).toEqual(await tree.predict(images));
      kept.dispose();
    }
    tree.dispose();
  });
});

describe('tuning', () => {
  /** All but the times that it took. */
  const timeless = (from: TreeClassifier) => ({
    weights: from.weights,
    attempts: from.description.attempts?.map(({ seconds: _, ...rest }) => rest),
    decision: from.description.decision,
    test: from.description.test,
  });

  it('gives the same for the same seed, and goes on where it was stopped', async () => {
    const bad = spoiled(tree, 'bars', 'round');
    const nodes = [{ node: 'round', as: 'network', training: { batch: 16 } }, 'bars', ''] as const;
    const training = { epochs: 3 };
    const once = await tune(bad, nodes, { training });
    const checkpoint = (part: string) =>
      checkpointFolder(join(folder, 'partial', createHash('sha256').update(part).digest('hex')), 'test');
    const epochs: string[] = [];
    const stopAfter = (count: number) => {
      const controller = new AbortController();
      const onEpoch = (path: string) => {
        epochs.push(path);
        if (epochs.length === count) controller.abort();
      };
      return tune(bad, nodes, { training, hooks: { checkpoint, onEpoch, signal: controller.signal } });
    };
    await expect(stopAfter(2)).rejects.toMatchObject({ code: 'ABORTED' });
    const again = await stopAfter(-1);
    expect(timeless(again.tree)).toEqual(timeless(once.tree));
    const summary = once.tree.description.nodes[2]?.summary;
    expect(epochs.filter((path) => path === 'round')).toHaveLength(summary?.epochs ?? 0);
    const other = await tune(bad, ['bars'], { training: { ...training, seed: 7 } });
    expect(other.tree.weights.get('bars')).not.toEqual(once.tree.weights.get('bars'));
  });

  it('leaves nothing behind on the device', async () => {
    const free = alive();
    const bad = spoiled(tree, 'bars');
    await tune(bad, ['bars', { node: 'round', as: 'network' }], { training: { epochs: 1 } });
    expect(alive()).toEqual(free);
  });

  it('takes images whose classes are in another order', async () => {
    const classes = ['ring', 'bar-short', 'disc', 'bar-long'];
    const labels = images.labels.map((label) => classes.indexOf(SHAPES[label] ?? ''));
    const truth = { ...data.truth, classes, labels };
    const turned = { ...data, truth };
    const bad = spoiled(tree, 'bars');
    const [a, b] = [await tune(bad, ['bars']), await fineTune(bad, turned, ['bars'], { make, rate: 0.01 })];
    expect(timeless(b.tree)).toEqual(timeless(a.tree));
  });
});

describe('what cannot be tuned', () => {
  it('is refused before anything is computed on: nodes that are none, all at once, with the nearest', async () => {
    const trained: string[] = [];
    const hooks = { onNode: (path: string) => trained.push(path) };
    const wrong = tune(tree, ['bras', 'bars', 'disc', 'bars', 'round>ring'], { hooks });
    await expect(wrong).rejects.toMatchObject({ code: 'USAGE' });
    const message = await wrong.catch((error: Error) => error.message);
    expect(message).toMatch(/node bras: .*received bras\n.*Did you mean 'bars'\?/);
    expect(message).toMatch(
      /node disc: expected an inner node, which decides, received the leaf of disc\n.*decided in round/,
    );
    expect(message).toMatch(/node bars: expected each node once/);
    expect(message).toMatch(/node round>ring: .*the leaf of ring/);
    await expect(tune(tree, [])).rejects.toMatchObject({ code: 'USAGE' });
    expect(trained).toEqual([]);
  });

  it('a flat classifier, a model without its training record, a training that is none', async () => {
    await expect(tune(flat, ['bars'])).rejects.toThrow(/a tree, .*received a flat classifier/);
    const { description, taxonomy, parts, history } = tree;
    const unknown = new TreeClassifier(make, description, taxonomy, parts, history, {
      train: '',
      validation: '',
      test: '',
    });
    await expect(tune(unknown, ['bars'])).rejects.toMatchObject({ code: 'MODEL' });
    await expect(tune(tree, ['bars'], { training: { epochs: 0 } })).rejects.toMatchObject({ code: 'CONFIG' });
    await expect(tune(tree, { weakest: 0 })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('images of unknown classes, or without some, or split otherwise, or too few', async () => {
    const classes = ['bar-long', 'bar-short', 'disk', 'ring'];
    const renamed = prepareData({ ...images, classes }, { seed: 3, fractions });
    const message = await fineTune(tree, renamed, ['bras'], { make }).catch((error: Error) => error.message);
    expect(message).toMatch(/images of disk: .*received disk\n.*Did you mean 'disc'\?/);
    expect(message).toMatch(/class disc: expected images of every class/);
    expect(message).toMatch(/node bras/);

    const others = prepareData(images, { seed: 4, fractions });
    await expect(fineTune(tree, others, ['bars'], { make })).rejects.toThrow(
      /validation set: expected only images of the tree's own set, received \d+ of 200 images are not\n.*`fractions: 0\.4\/0\.4\/0\.2` and `splitSeed: 3`/,
    );

    const few = selectImages(
      images,
      Array.from({ length: 100 }, (_, i) => i),
    );
    const small = prepareData(few, { seed: 3 });
    const smallTree = await trainTree(small, {
      taxonomy: shapesTaxonomy,
      from: await trainFlat(small, {
        network: tinyNetwork,
        training: { ...tinyTraining, epochs: 1 },
        make,
      }),
      make,
    });
    const tooFew = fineTune(smallTree, small, ['bars', 'round', 'bras'], { make });
    await expect(tooFew).rejects.toMatchObject({ code: 'DATASET' });
    const problems = await tooFew.catch((error: Error) => error.message);
    expect(problems).toMatch(/node bars: expected at least \d+ validation images below it, .*received \d/);
    expect(problems).toMatch(/node round: expected at least/);
    expect(problems).toMatch(/node bras: .*\n.*Did you mean 'bars'/);
  });
});

it('trees with a shared CNN block remember how it was trained', () => {
  const { trunkTraining } = tree.description as TreeDescription;
  expect(trunkTraining).toEqual(flat.description.training);
  expect(own.description.trunkTraining).toBeUndefined();
  expect(tree.weights.has(FLAT_HEAD_MODULE)).toBe(true);
  expect(alive()[2]).toBe(before[2]);
});

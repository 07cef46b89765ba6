/** Trees by trunk, head and routing: each form learns, is kept whole, and decides as it says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scaleTemperature } from '../../../src/calibration/temperature.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { TRUNK_MODULE } from '../../../src/classifier/modules.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { TreeOptions } from '../../../src/classifier/train/tree-options.js';
import type { TreeClassifier } from '../../../src/classifier/tree.js';
import { rotateAndMirror } from '../../../src/dataset/rotate-and-mirror.js';
import { mostProbableLeaf } from '../../../src/decision/most-probable-leaf.js';
import { checkpointFolder } from '../../../src/training/checkpoint.js';
import type { FitProgress } from '../../../src/training/hooks.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const data = prepareData(shapes(40), { seed: 1, fractions: { train: 0.6, validation: 0.2, test: 0.2 } });
const unseen = shapes(20, 99);
const before = alive();
let folder: string;
let flat: FlatClassifier;
const trees: Record<string, TreeClassifier> = {};

const longer = { ...tinyTraining, epochs: 24 };
const forms: Record<string, Omit<TreeOptions, 'taxonomy' | 'make' | 'from'>> = {
  shared: { trunk: 'shared', training: { epochs: 3 } },
  'shared, path-sum': { trunk: 'shared', headKind: 'path-sum', training: { epochs: 3 } },
  'shared, new-child': { trunk: 'shared', headKind: 'new-child', training: { epochs: 6 } },
  joint: { trunk: 'joint', network: tinyNetwork, training: longer },
  'joint, path-sum': { trunk: 'joint', headKind: 'path-sum', network: tinyNetwork, training: longer },
  layered: { trunk: 'layered', network: tinyNetwork, training: longer },
  own: { trunk: 'own', network: tinyNetwork, training: tinyTraining },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-forms-'));
  flat = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
  for (const [name, options] of Object.entries(forms)) {
    const from = options.trunk === 'shared' ? flat : undefined;
    trees[name] = await trainTree(data, { ...options, taxonomy, from, make });
  }
});
afterAll(async () => {
  flat.dispose();
  for (const tree of Object.values(trees)) tree.dispose();
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

function accuracy(probabilities: Float32Array): number {
  const decided = mostProbableLeaf(probabilities, SHAPES.length);
  return decided.reduce((sum, leaf, i) => sum + (leaf === unseen.labels[i] ? 1 : 0), 0) / unseen.count;
}

describe.each(Object.keys(forms))('%s', (name) => {
  const tree = () => trees[name] as TreeClassifier;

  it('learns, and its rows sum to 1', async () => {
    const rows = await tree().predict(unseen);
    expect(accuracy(rows)).toBeGreaterThan(0.75);
    for (let i = 0; i < unseen.count; i++) {
      expect(rows.subarray(4 * i, 4 * i + 4).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    }
  });

  it('predicts the same bit for bit after saving and loading, by every routing', async () => {
    const at = join(folder, name);
    await tree().save(at);
    const loaded = await loadClassifier(at, { make });
    expect(loaded.description).toEqual(tree().description);
    expect(loaded.routings).toEqual(tree().routings);
    for (const routing of nonEmpty(tree().routings)) {
      expect(await loaded.predict(unseen, { routing, tta: 2 })).toEqual(
        await tree().predict(unseen, { routing, tta: 2 }),
      );
    }
    loaded.dispose();
  });

  it('knows the routings of its form, the chosen one first, and says what it was chosen by', () => {
    const { decision, headKind, trunk } = tree().description;
    const own = headKind === 'conditional' ? 'product' : 'path-sum';
    const known = trunk === 'shared' ? [own, 'greedy', 'combined'] : [own, 'greedy'];
    expect([...tree().routings].sort()).toEqual([...known].sort());
    expect(decision.routing).toBe(tree().routings[0]);
    const best = Math.min(...decision.validation.map((score) => score.logLoss));
    expect(decision.validation.find(({ routing }) => routing === decision.routing)?.logLoss).toBe(best);
  });

  it('refuses a routing that it has not', async () => {
    const missing = ['product', 'path-sum', 'combined'].find((routing) => !tree().routings.includes(routing as never));
    await expect(tree().predict(unseen, { routing: missing as never })).rejects.toThrow(/routing: expected .*received/);
  });

  it('is calibrated by its temperature, which changes no ranking', async () => {
    const routing = tree().routings.find((one) => one === 'product' || one === 'path-sum');
    const raw = await tree().predict(unseen, { routing, calibrated: false });
    const calibrated = await tree().predict(unseen, { routing });
    const temperature = tree().description.decision.temperatures?.tree ?? Number.NaN;
    const expected = temperature === 1 ? raw : Float32Array.from(scaleTemperature(raw, 4, temperature));
    expect(calibrated).toEqual(expected);
    expect(mostProbableLeaf(calibrated, 4)).toEqual(mostProbableLeaf(raw, 4));
  });
});

describe('heads with new children', () => {
  it('give one of each node beside the classes, which sum to 1 with these, and the same after loading', async () => {
    const at = join(folder, 'shared, new-child');
    const tree = trees['shared, new-child'] as TreeClassifier;
    await tree.save(at);
    const loaded = await loadClassifier(at, { make });
    const { newChildren } = await tree.classify(unseen);
    expect(newChildren?.paths).toEqual(['', 'bars', 'round']);
    const novel = nonEmpty(newChildren?.novel ?? []);
    for (let i = 0; i < unseen.count; i++) {
      const own = novel.slice(3 * i, 3 * i + 3);
      expect(Math.min(...own)).toBeGreaterThan(0);
      expect(own.reduce((sum, p) => sum + p, 0)).toBeLessThan(1);
    }
    expect((await loaded.classify(unseen)).newChildren).toEqual(newChildren);
    expect((await (trees.shared as TreeClassifier).classify(unseen)).newChildren).toBeUndefined();
    loaded.dispose();
  });

  it('are refused where nothing can be left out', async () => {
    const layered = trainTree(data, { taxonomy, trunk: 'layered', headKind: 'new-child', network: tinyNetwork, make });
    await expect(layered).rejects.toThrow(/headKind: expected conditional or path-sum, with the trunk 'layered'/);
  });
});

describe('combined routing', () => {
  it('is the mixture of the tree and the flat classifier with the share that validation chose', async () => {
    const tree = trees.shared as TreeClassifier;
    const share = tree.description.decision.flatShare ?? Number.NaN;
    const [combined, own, ofFlat] = [
      await tree.predict(unseen, { routing: 'combined', calibrated: false }),
      await tree.predict(unseen, { routing: 'product', calibrated: false }),
      await flat.predict(unseen, { calibrated: false }),
    ];
    nonEmpty(combined).forEach((value, i) => {
      expect(value).toBeCloseTo(share * (ofFlat[i] ?? 0) + (1 - share) * (own[i] ?? 0), 5);
    });
  });
});

describe('test-time averaging', () => {
  it('is the mean of the predictions for the rotated and mirrored images', async () => {
    for (const classifier of [flat, trees.joint as TreeClassifier]) {
      const halves = [unseen, rotateAndMirror(unseen, { quarterTurns: 2, mirrored: false })];
      const [a, b] = [await classifier.predict(halves[0] as never), await classifier.predict(halves[1] as never)];
      const mean = await classifier.predict(unseen, { tta: 2 });
      nonEmpty(mean).forEach((value, i) => {
        expect(value).toBeCloseTo(((a?.[i] ?? 0) + (b?.[i] ?? 0)) / 2, 6);
      });
    }
  });

  it('refuses other numbers of views, and a routing of a flat classifier', async () => {
    await expect(flat.predict(unseen, { tta: 3 })).rejects.toThrow(/tta: expected 1, 2, 4 or 8 views/);
    await expect(flat.predict(unseen, { routing: 'greedy' })).rejects.toThrow(/none, for a flat classifier/);
  });
});

it('the epochs of a network grown level by level say which level, and what is kept is of the last', () => {
  const { history, description } = trees.layered as TreeClassifier;
  const levels = history.map(({ level }) => level ?? 0);
  expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  expect(new Set(levels)).toEqual(new Set([1, 2]));
  expect(history.find(({ epoch }) => epoch === description.summary?.best.epoch)?.level).toBe(2);
  expect(nonEmpty(trees.joint?.history).some(({ level }) => level !== undefined)).toBe(false);
});

describe('a training of nodes', () => {
  it.each(['own', 'shared', 'layered'])('%s: goes on where it was stopped, bit for bit', async (name) => {
    const options = { ...(forms[name] as TreeOptions), taxonomy, from: name === 'shared' ? flat : undefined, make };
    const checkpoint = (part: string) =>
      checkpointFolder(join(folder, `${name}-${encodeURIComponent(part)}`), [name, part]);
    const controller = new AbortController();
    const done: string[] = [];
    let node = 0;
    const onNode = (_: string, index: number) => {
      node = index;
    };
    const onStep = ({ epoch, step }: FitProgress) => {
      done.push(`node ${node}, epoch ${epoch}, step ${step}`);
      if (done.at(-1) === 'node 1, epoch 2, step 1') controller.abort();
    };
    const hooks = { checkpoint, onNode, onStep };
    const stopped = trainTree(data, { ...options, hooks: { ...hooks, signal: controller.signal } });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const first = done.length;
    const again = await trainTree(data, { ...options, hooks });
    expect(await again.predict(unseen)).toEqual(await (trees[name] as TreeClassifier).predict(unseen));
    expect(done[first]).toBe('node 1, epoch 2, step 2');
    expect(new Set(done).size).toBe(done.length);
    again.dispose();
  });

  it('with CNN blocks of their own starts from the flat one where it is given', async () => {
    const quick = { ...tinyTraining, epochs: 1, optimiser: { kind: 'sgd', rate: 1e-9 } } as const;
    const tree = await trainTree(data, { taxonomy, trunk: 'own', from: flat, training: quick, make });
    const kernel = (weights: TreeClassifier['weights'], part: string) => weights.get(part)?.['trunk/0/kernel']?.data;
    const started = kernel(tree.weights, 'bars') as Float32Array;
    const theirs = flat.weights['trunk/0/kernel']?.data as Float32Array;
    nonEmpty(started).forEach((value, i) => {
      expect(value).toBeCloseTo(theirs[i] ?? Number.NaN, 5);
    });
    expect(tree.weights.has(TRUNK_MODULE)).toBe(false);
  });

  it('refuses path-sum heads with CNN blocks of their own, and a start from another network', async () => {
    const paths = trainTree(data, { taxonomy, trunk: 'own', headKind: 'path-sum', network: tinyNetwork, make });
    await expect(paths).rejects.toThrow(/headKind: expected conditional/);
    const other = { ...tinyNetwork, trunk: { ...tinyNetwork.trunk, appendSize: !tinyNetwork.trunk.appendSize } };
    const start = trainTree(data, { taxonomy, trunk: 'joint', from: flat, network: other, make });
    await expect(start).rejects.toThrow(/cannot start from the CNN block/);
  });
});

describe('a loss that needs the tree', () => {
  it.each([
    ['hxe', 0.5],
    ['soft-labels', 4],
    ['margin', 2],
  ] as const)('%s: one head for all nodes learns by it', async (loss, lossStrength) => {
    const training = { epochs: 12, optimiser: { kind: 'adamw', rate: 0.02 }, loss, lossStrength } as const;
    const tree = await trainTree(data, { trunk: 'shared', headKind: 'path-sum', from: flat, taxonomy, training, make });
    expect(tree.description.training).toMatchObject({ loss, lossStrength });
    expect(accuracy(await tree.predict(unseen))).toBeGreaterThan(0.7);
    const usual = trees['shared, path-sum'] as TreeClassifier;
    const rows = await tree.predict(unseen, { calibrated: false });
    expect(rows).not.toEqual(await usual.predict(unseen, { calibrated: false }));
    tree.dispose();
  });

  it('is refused where heads learn the children of a node, and for flat classifiers', async () => {
    const training = { epochs: 1, loss: 'hxe' } as const;
    for (const form of [{ trunk: 'shared', from: flat }, { trunk: 'own' }, { trunk: 'layered' }] as const) {
      await expect(trainTree(data, { ...form, taxonomy, training, make })).rejects.toMatchObject({
        code: 'USAGE',
        problems: [{ where: 'training.loss', received: 'hxe' }],
      });
    }
    await expect(trainFlat(data, { network: tinyNetwork, training, make })).rejects.toMatchObject({
      code: 'CONFIG',
      problems: [{ where: 'training.loss', received: 'hxe' }],
    });
  });

  it('is refused for images that are labelled at inner nodes', async () => {
    const images = { ...data.images, classes: [...SHAPES, 'round'] };
    const labels = images.labels.map((label, i) => (i % 9 === 0 && SHAPES[label] === 'disc' ? SHAPES.length : label));
    const coarse = prepareData({ ...images, labels }, { seed: 1, taxonomy });
    const training = { epochs: 1, loss: 'margin' } as const;
    const form = { trunk: 'shared', headKind: 'path-sum', from: flat, taxonomy, training, make } as const;
    await expect(trainTree(coarse, form)).rejects.toMatchObject({
      code: 'DATASET',
      problems: [{ where: "images of 'round'", expected: 'images of one class, with the loss margin' }],
    });
  });
});

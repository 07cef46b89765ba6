/** Out-of-fold predictions: by models that have not seen the image, the same after being stopped, nothing left behind. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { retrace } from '../../../src/classifier/data/retrace.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import {
  type FoldNews,
  type OutOfFoldOptions,
  outOfFoldPredictions,
} from '../../../src/classifier/out-of-fold/out-of-fold.js';
import { fingerprints, unpackSeen } from '../../../src/classifier/store/seen.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { type ImageSet, selectImages } from '../../../src/dataset/images.js';
import { confusionFromPredictions } from '../../../src/grouping/confusion.js';
import { bytesOf } from '../../fixtures/bytes.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

/** Every fold's model, and what it was given to learn from. */
vi.mock('../../../src/classifier/train/train-flat.js', async (original) => {
  const module = await original<typeof import('../../../src/classifier/train/train-flat.js')>();
  return { ...module, trainFlat: vi.fn(module.trainFlat) };
});

const CLASSES = [...SHAPES, 'lonely', 'round'];
const [LONELY, ROUND] = [4, 5];
const EPOCHS = 16;

/** Shapes; some discs and rings only known to be round, one image in a class of its own, and some pictures twice. */
function mixed(): ImageSet {
  const images = shapes(40);
  const labels = images.labels.map((label, i) => (i === 0 ? LONELY : label >= 2 && i % 5 === 0 ? ROUND : label));
  const pixels = images.pixels.slice();
  const bytes = SIDE * SIDE;
  for (let i = 20; i < 80; i += 9) pixels.copyWithin((i + 4) * bytes, i * bytes, (i + 1) * bytes);
  return { ...images, classes: CLASSES, labels, pixels };
}

const images = mixed();
const data = prepareData(images, { seed: 1, taxonomy });
const options: OutOfFoldOptions = {
  folds: 3,
  seed: 7,
  network: tinyNetwork,
  training: { ...tinyTraining, epochs: EPOCHS },
  make,
};
const trainings = vi.mocked(trainFlat).mock;
const before = alive();
let folder: string;
let whole: Awaited<ReturnType<typeof outOfFoldPredictions>>;
let models: FlatClassifier[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-folds-'));
  whole = await outOfFoldPredictions(data, options);
  models = await Promise.all(trainings.results.map(({ value }) => value as Promise<FlatClassifier>));
  expect(alive()).toEqual(before);
});
beforeEach(() => {
  vi.mocked(trainFlat).mockClear();
});
afterAll(async () => {
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

describe('out-of-fold predictions', () => {
  it('are one for each training image whose class is known, and none for another', () => {
    const known = data.split.train.filter((i) => (data.truth.labels[i] ?? -1) < data.truth.classes.length);
    expect(whole.images).toEqual(known);
    expect(known.length).toBeLessThan(data.split.train.length);
    expect(whole.classes).toEqual([...SHAPES, 'lonely']);
    expect(whole.labels).toEqual(known.map((i) => data.truth.labels[i] ?? -1));
    const { images: counts } = confusionFromPredictions(whole);
    expect(counts?.reduce((sum, count) => sum + count, 0)).toBe(known.length);
  });

  it('come from the one model that has not learned from the picture', async () => {
    expect(models).toHaveLength(3);
    const n = whole.classes.length;
    const learned = models.map(({ seen }) => unpackSeen(seen.train));
    for (const [fold, model] of models.entries()) {
      const rows = await model.predict(selectImages(images, whole.images));
      model.dispose();
      nonEmpty(whole.images).forEach((image, i) => {
        const knows = learned[fold]?.has(data.prints[image] ?? '');
        expect(knows).toBe(whole.folds[i] !== fold);
        if (knows) return;
        expect(whole.probabilities.subarray(i * n, (i + 1) * n)).toEqual(rows.subarray(i * n, (i + 1) * n));
      });
    }
  });

  it('of models that are chosen on the validation set and know nothing of the test set', () => {
    const printsOf = (indices: Int32Array) => new Set(Array.from(indices, (i) => data.prints[i] ?? ''));
    const [validation, test] = [printsOf(data.split.validation), printsOf(data.split.test)];
    for (const { seen, description } of nonEmpty(models)) {
      expect(unpackSeen(seen.validation)).toEqual(validation);
      expect(nonEmpty(unpackSeen(seen.train)).some((print) => validation.has(print) || test.has(print))).toBe(false);
      expect([seen.test, description.test]).toEqual(['', null]);
      expect(description.training).toMatchObject({ ...tinyTraining, epochs: EPOCHS, seed: 1 });
      expect(description.network).toEqual(tinyNetwork);
    }
  });

  it('learn from images of inner nodes in every fold', () => {
    const inner = data.split.train.filter((i) => (data.truth.labels[i] ?? -1) >= data.truth.classes.length);
    const heldOut = new Set(Array.from(whole.images, (i) => data.prints[i] ?? ''));
    const alone = inner.filter((i) => !heldOut.has(data.prints[i] ?? ''));
    expect(alone.length).toBeGreaterThan(0);
    for (const { seen } of nonEmpty(models)) {
      const learned = unpackSeen(seen.train);
      expect([...alone]).toAllSatisfy((i) => learned.has(data.prints[i] ?? ''));
    }
  });

  it('say which class no model could learn that had to predict it', () => {
    expect(whole.notes).toEqual([
      expect.stringMatching(/^lonely: 1 training image is predicted by a model that has never/),
    ]);
    expect(whole.labels.filter((label) => label === LONELY)).toHaveLength(1);
  });

  it('are learned: right more often than chance', () => {
    const n = whole.classes.length;
    const right = whole.labels.filter((label, i) => {
      const row = whole.probabilities.subarray(i * n, (i + 1) * n);
      return row.indexOf(Math.max(...row)) === label;
    });
    expect(right.length / whole.labels.length).toBeGreaterThan(0.5);
  });
});

describe('stopped and gone on with', () => {
  it('are the same bit for bit, and no fold or epoch is trained twice', async () => {
    // Shorter trainings: the bits are compared, not how much was learned.
    const perFold = 3;
    const brief = { ...options, training: { ...tinyTraining, epochs: perFold } };
    const uninterrupted = await outOfFoldPredictions(data, brief);
    const kept = join(folder, 'kept');
    const controller = new AbortController();
    let epochs = 0;
    const stopped = outOfFoldPredictions(data, {
      ...brief,
      folder: kept,
      hooks: {
        signal: controller.signal,
        onEpoch: () => void epochs++,
        // In the second epoch of the second fold.
        onStep: () => {
          if (epochs === perFold + 1) controller.abort();
        },
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    expect(alive()).toEqual(before);
    expect((await readdir(kept)).sort()).toEqual(['cladenet.json', 'fold-1', 'fold-2']);
    expect((await readdir(join(kept, 'fold-1'))).sort()).toEqual(['predictions.bin', 'predictions.json']);

    vi.mocked(trainFlat).mockClear();
    const news: FoldNews[] = [];
    epochs = 0;
    const hooks = { onFold: (one: FoldNews) => void news.push(one), onEpoch: () => void epochs++ };
    expect(await outOfFoldPredictions(data, { ...brief, folder: kept, hooks })).toEqual(uninterrupted);
    expect(news.map(({ fold, state }) => [fold, state])).toEqual([
      [1, 'reused'],
      [2, 'resuming'],
      [2, 'predicted'],
      [3, 'training'],
      [3, 'predicted'],
    ]);
    expect([trainings.calls.length, epochs]).toEqual([2, 2 * perFold - 1]);
    for (const { accuracy } of nonEmpty(news.filter(({ state }) => state === 'predicted')))
      expect(accuracy).toBeGreaterThan(0);

    // All is there now: nothing is trained, but what was damaged is, and what is of other settings is refused.
    vi.mocked(trainFlat).mockClear();
    await writeFile(join(kept, 'fold-3', 'predictions.bin'), 'no');
    expect(await outOfFoldPredictions(data, { ...brief, folder: kept })).toEqual(uninterrupted);
    expect(trainings.calls).toHaveLength(1);
    vi.mocked(trainFlat).mockClear();
    for (const other of [{ seed: 8 }, { folds: 4 }, { training: tinyTraining }]) {
      const refused = outOfFoldPredictions(data, { ...brief, ...other, folder: kept });
      await expect(refused).rejects.toThrow(/checkpoint of another training[\s\S]*`fresh: true`/);
    }
    expect(trainings.calls).toHaveLength(0);
  });
});

describe('what is wrong', () => {
  it('is said before any training, all at once', async () => {
    const few = {
      ...data,
      split: { ...data.split, train: data.split.train.filter((i) => data.truth.labels[i] !== 1) },
    };
    const refused = outOfFoldPredictions(few, { ...options, folds: 500 });
    await expect(refused).rejects.toThrow(
      /class bar-short: expected at least one[\s\S]*folds: expected .*received 500/,
    );
    await expect(outOfFoldPredictions(data, { ...options, folds: 1 })).rejects.toMatchObject({ code: 'USAGE' });
    const training = { epochs: 0 };
    await expect(outOfFoldPredictions(data, { ...options, training })).rejects.toMatchObject({ code: 'CONFIG' });
    expect(trainings.calls).toHaveLength(0);
  });
});

describe('retracing what a classifier was trained on', () => {
  let flat: FlatClassifier;
  beforeAll(async () => {
    flat = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 1 }, make });
  });

  /** The same pictures in another order, with new ones among them. */
  const more = (() => {
    const foreign = shapes(3, 50);
    const order = [...images.labels.keys()].reverse();
    const own = selectImages(images, order);
    return {
      ...own,
      classes: ['other', ...CLASSES],
      count: own.count + foreign.count,
      pixels: Uint8Array.from([...bytesOf(own), ...foreign.pixels]),
      widths: Float32Array.from([...own.widths, ...foreign.widths]),
      heights: Float32Array.from([...own.heights, ...foreign.heights]),
      paths: [...own.paths, ...foreign.paths],
      labels: Int32Array.from([...own.labels.map((label) => label + 1), ...foreign.labels.map(() => 0)]),
    };
  })();

  it('finds the split again, without test and unknown images', () => {
    const found = retrace(flat, more, taxonomy);
    expect(found.leftOut).toEqual({ tested: data.split.test.length, foreign: 12 });
    expect(found.data.truth.classes).toEqual(flat.classes);
    expect(found.data.truth.groups).toEqual(data.truth.groups);
    const { split, truth, prints, images: kept } = found.data;
    expect(split.test).toHaveLength(0);
    expect(split.train.length + split.validation.length).toBe(kept.count);
    const described = (indices: Int32Array, of: typeof data) =>
      Array.from(indices, (i) => `${of.prints[i]} ${of.truth.labels[i]}`).sort();
    expect(described(split.train, found.data)).toEqual(described(data.split.train, data));
    expect(described(split.validation, found.data)).toEqual(described(data.split.validation, data));
    expect(prints).toEqual(fingerprints(kept));
    expect(truth.labels).toHaveLength(kept.count);
  });

  it('refuses images that it was not trained on, and other labels', () => {
    expect(() => retrace(flat, shapes(2, 50), undefined)).toThrow(/training set, received 8, none of them/);
    expect(() => retrace(flat, images, undefined)).toThrow(
      /images of round: expected a class of the classifier, or an inner/,
    );
  });
});

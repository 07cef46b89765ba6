/** Predictions of a study and of folds as files: interrupted, damaged, unreadable. */
import { mkdir, mkdtemp, rename, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldStore } from '../../src/classifier/out-of-fold/fold-store.js';
import { pendingOf } from '../../src/files.js';
import { sha256 } from '../../src/hash.js';
import { readPredictions, type StudyPredictions, writePredictions } from '../../src/study/predictions.js';

const probabilities = Float32Array.of(0.25, 0.75);
const predictions: StudyPredictions = {
  probabilities,
  record: {
    purpose: 'p',
    seed: 1,
    classes: ['a', 'b'],
    images: ['1'],
    labels: [0],
    decisions: [1],
    routing: null,
    seconds: { training: 1, prediction: 1 },
    sha256: sha256(new Uint8Array(probabilities.buffer)),
  },
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cladenet-predictions-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Both stores behind one face. */
const stores = {
  study: {
    files: ['predictions.json', 'probabilities.f32'],
    folderOf: (path: string) => path,
    write: (path: string) => writePredictions(path, predictions),
    read: async (path: string) => (await readPredictions(path, ['p']))?.probabilities,
  },
  folds: {
    files: ['predictions.json', 'predictions.bin'],
    folderOf: (path: string) => join(path, 'fold-1'),
    write: (path: string) => foldStore(path, 'p').save(1, probabilities, 2),
    read: (path: string) => foldStore(path, 'p').load(1),
  },
} as const;

describe.each(['study', 'folds'] as const)('predictions of %s', (name) => {
  const { files, folderOf, write, read } = stores[name];

  it('are found after a kill between the two renames of a replacement', async () => {
    const path = join(root, name, 'killed');
    expect(await read(path)).toBeUndefined();
    await write(path);
    await rename(folderOf(path), pendingOf(folderOf(path)));
    expect(await read(path)).toEqual(probabilities);
  });

  it.each([0, 1])('are none where file %i is missing or truncated, and an error where it cannot be read', async (i) => {
    const path = join(root, name, `damaged ${i}`);
    await write(path);
    const file = join(folderOf(path), files[i] ?? '');
    await truncate(file, 3);
    expect(await read(path)).toBeUndefined();
    await rm(file);
    expect(await read(path)).toBeUndefined();
    await mkdir(file);
    await expect(read(path)).rejects.toThrow(
      /exists, but cannot be read[\s\S]*expected a regular file, received a folder/,
    );
  });
});

describe('a fold', () => {
  it('is begun while it has a checkpoint, whether in place or not, and no predictions', async () => {
    const path = join(root, 'begun');
    const store = foldStore(path, 'p');
    expect(store.isBegun(1)).toBe(false);
    await store.checkpoint(1).save({ step: 1, state: {}, history: [], best: undefined });
    expect(store.isBegun(1)).toBe(true);
    await rename(join(path, 'fold-1'), pendingOf(join(path, 'fold-1')));
    expect(store.isBegun(1)).toBe(true);
    expect(await store.checkpoint(1).load()).toMatchObject({ step: 1 });
    await store.save(1, probabilities, 2);
    expect(store.isBegun(1)).toBe(false);
  });
});

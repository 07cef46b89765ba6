import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, checkpointFolder } from '../../src/training/checkpoint.js';

const record = (epoch: number) => ({
  epoch,
  loss: 1 / epoch,
  accuracy: 0.5,
  validationLoss: 0.1 + 0.2,
  validationAccuracy: 1 / 3,
  rate: 1e-5,
  seconds: 2.5,
});
const checkpoint: Checkpoint = {
  step: 24,
  state: {
    kernel: { shape: [2, 2], data: Float32Array.of(0.1, -0, Number.MIN_VALUE, 3e38) },
    'velocity:kernel': { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  },
  history: [record(1), record(2), record(3)],
  best: { weights: { kernel: { shape: [2, 2], data: Float32Array.of(9, 8, 7, 6) } }, record: record(2) },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a checkpoint', () => {
  it('loads as it was saved, for the same training; there is none before saving or after clearing', async () => {
    const path = join(folder, 'round', 'trip');
    const store = checkpointFolder(path, { seed: 1 });
    expect(await store.load()).toBeUndefined();
    await store.save(checkpoint);
    expect(await checkpointFolder(path, { seed: 1 }).load()).toEqual(checkpoint);
    const first = { ...checkpoint, history: [record(1)], best: undefined };
    await store.save(first);
    expect(await store.load()).toEqual(first);
    expect(await readdir(join(folder, 'round'))).toEqual(['trip']);
    await store.clear();
    expect(await store.load()).toBeUndefined();
  });

  it('has a history that can be watched', async () => {
    await checkpointFolder(join(folder, 'watched'), 1).save(checkpoint);
    const lines = (await readFile(join(folder, 'watched', 'history.jsonl'), 'utf8')).split('\n');
    expect(lines.map((line) => (line === '' ? undefined : (JSON.parse(line) as unknown)))).toEqual([
      ...checkpoint.history,
      undefined,
    ]);
  });

  it('of another training is refused', async () => {
    await checkpointFolder(join(folder, 'other'), { seed: 1 }).save(checkpoint);
    await expect(checkpointFolder(join(folder, 'other'), { seed: 2 }).load()).rejects.toMatchObject({
      code: 'TRAINING',
      message: expect.stringContaining('`fresh: true`') as string,
    });
  });

  it.each<[string, string, (text: string) => string | undefined, RegExp]>([
    ['cut off', 'checkpoint.json', (text) => text.slice(0, 50), /checkpoint\.json: .*JSON/],
    ['empty', 'checkpoint.json', () => '', /checkpoint\.json: .*JSON/],
    ['null', 'checkpoint.json', () => 'null', /checkpoint\.json: content/],
    ['foreign', 'checkpoint.json', () => '{"step": 1}', /checkpoint\.json: purpose/],
    ['of no step', 'checkpoint.json', (text) => text.replace('"step":24', '"step":-1'), /checkpoint\.json: step/],
    ['with a line less', 'history.jsonl', (text) => text.slice(text.indexOf('\n') + 1), /history\.jsonl/],
    ['with a line more', 'history.jsonl', (text) => `${text}${text.split('\n')[2]}\n`, /history\.jsonl/],
    ['cut off', 'history.jsonl', (text) => text.slice(0, -20), /history\.jsonl/],
    ['missing', 'history.jsonl', () => undefined, /history\.jsonl/],
    ['missing', 'checkpoint.bin', () => undefined, /checkpoint\.bin: no such file/],
    ['changed', 'checkpoint.bin', (text) => `${text.slice(0, 5)}x${text.slice(6)}`, /checkpoint\.bin: .*damaged/],
    ['changed at its end', 'checkpoint.bin', (text) => `${text.slice(0, -1)}x`, /checkpoint\.bin: .*damaged/],
    ['cut off', 'checkpoint.bin', (text) => text.slice(0, -1), /checkpoint\.bin: .*truncated/],
    ['too long', 'checkpoint.bin', (text) => `${text}x`, /checkpoint\.bin: .*truncated or replaced/],
  ])('is refused where a file is %s: %s', async (how, name, change, message) => {
    const path = join(folder, `${how} ${name}`);
    const store = checkpointFolder(path, 1);
    await store.save(checkpoint);
    const changed = change(await readFile(join(path, name), 'latin1'));
    if (changed === undefined) await rm(join(path, name));
    else await writeFile(join(path, name), changed, 'latin1');
    await expect(store.load()).rejects.toThrow(message);
    await expect(store.load()).rejects.toMatchObject({ name: 'CladenetError', code: 'TRAINING' });
  });
});

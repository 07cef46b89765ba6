import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/errors.js';
import { type Checkpoint, checkpointFolder, reportingDamage } from '../../src/training/checkpoint.js';

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
    const within = { ...first, step: 27, unfinished: { loss: 0.1 + 0.2, correct: 33, seconds: 1.5 } };
    await store.save(within);
    expect(await store.load()).toEqual(within);
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

  it('is refused where checkpoint.json is missing, and not taken for none', async () => {
    const path = join(folder, 'no record');
    await checkpointFolder(path, 1).save(checkpoint);
    await rm(join(path, 'checkpoint.json'));
    await expect(checkpointFolder(path, 1).load()).rejects.toThrow(/damaged[\s\S]*checkpoint\.json: no such file/);
  });

  it('that exists but cannot be read is an error, whatever it would hold', async () => {
    const path = join(folder, 'unreadable');
    await checkpointFolder(path, 1).save(checkpoint);
    await checkpointFolder(path, 1).save(checkpoint);
    // A folder in its place is an error that also root gets.
    await rm(join(path, 'checkpoint.json'));
    await mkdir(join(path, 'checkpoint.json'));
    await expect(checkpointFolder(path, 1).load()).rejects.toMatchObject({
      code: 'TRAINING',
      message: expect.stringMatching(
        /checkpoint\.json exists, but cannot be read[\s\S]*expected a regular file, received a folder/,
      ) as string,
    });
  });
});

describe('the checkpoint before', () => {
  const older = { ...checkpoint, step: 16, history: [record(1), record(2)] };

  async function twoCheckpoints(name: string): Promise<string> {
    const path = join(folder, name);
    const store = checkpointFolder(path, 1);
    await store.save({ ...older, step: 8, history: [record(1)] });
    await store.save(older);
    await store.save(checkpoint);
    return path;
  }

  it.each<[string, string, (bytes: Buffer) => Buffer | undefined, RegExp]>([
    ['missing', 'checkpoint.json', () => undefined, /checkpoint\.json: no such file/],
    ['empty', 'checkpoint.json', () => Buffer.alloc(0), /checkpoint\.json: .*JSON/],
    ['truncated', 'checkpoint.json', (bytes) => bytes.subarray(0, 99), /checkpoint\.json: .*JSON/],
    ['missing', 'history.jsonl', () => undefined, /history\.jsonl: no such file/],
    ['changed', 'history.jsonl', flipped, /history\.jsonl: other lines/],
    ['missing', 'checkpoint.bin', () => undefined, /checkpoint\.bin: no such file/],
    ['empty', 'checkpoint.bin', () => Buffer.alloc(0), /checkpoint\.bin: 0 bytes/],
    ['truncated', 'checkpoint.bin', (bytes) => bytes.subarray(0, -1), /checkpoint\.bin: .*truncated/],
    ['changed in one bit', 'checkpoint.bin', flipped, /checkpoint\.bin: .*damaged/],
  ])('is used where a file is %s: %s', async (how, name, change, received) => {
    const path = await twoCheckpoints(`before ${how} ${name}`);
    const changed = change(await readFile(join(path, name)));
    await rm(join(path, name));
    if (changed !== undefined) await writeFile(join(path, name), changed);
    const reported: Problem[] = [];
    const store = reportingDamage(checkpointFolder(path, 1), (damage) => reported.push(damage));
    expect(await store.load()).toEqual({ ...older, damage: reported[0] });
    expect(reported).toEqual([
      { where: path, expected: expect.any(String) as string, received: expect.stringMatching(received) as string },
    ]);
    // The damaged one is not kept as the one before the next.
    await store.save(checkpoint);
    expect(await checkpointFolder(path, 1).load()).toEqual(checkpoint);
    await rm(join(path, 'checkpoint.bin'));
    expect(await checkpointFolder(path, 1).load()).toMatchObject({ step: older.step });
  });

  it('is used where the newest one is gone altogether', async () => {
    const path = await twoCheckpoints('gone');
    for (const name of ['checkpoint.json', 'checkpoint.bin', 'history.jsonl']) await rm(join(path, name));
    expect(await checkpointFolder(path, 1).load()).toMatchObject({ ...older, damage: { where: path } });
  });

  it('does not help where it is damaged too: both are reported', async () => {
    const path = await twoCheckpoints('both');
    await rm(join(path, 'checkpoint.bin'));
    await truncate(join(path, 'previous', 'checkpoint.bin'), 3);
    await expect(checkpointFolder(path, 1).load()).rejects.toThrow(
      /received checkpoint\.bin: no such file[\s\S]*received previous.checkpoint\.bin: 3 bytes/,
    );
  });

  it('is kept by a process that saves without loading, unless the newest is damaged', async () => {
    const path = await twoCheckpoints('unloaded');
    await truncate(join(path, 'checkpoint.bin'), 3);
    const newer = { ...checkpoint, step: 32 };
    await checkpointFolder(path, 1).save(newer);
    await rm(join(path, 'checkpoint.bin'));
    expect(await checkpointFolder(path, 1).load()).toMatchObject({ step: older.step });
  });

  it('of another training is refused', async () => {
    const path = await twoCheckpoints('another');
    await rm(join(path, 'checkpoint.json'));
    await expect(checkpointFolder(path, 2).load()).rejects.toThrow('another training');
  });
});

/** One bit differs, in the middle. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = bytes.length >> 1;
  copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle);
  return copy;
}

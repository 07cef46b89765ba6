/** Training into a folder: interrupted, resumed, refused, started over. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import {
  type IntoOptions,
  type Stores,
  sameFlatIn,
  trainFlatInto,
  trainInto,
} from '../../../src/classifier/train/train-into.js';
import { partialFolder } from '../../../src/outputs/unfinished.js';
import { shapes, tinyNetwork } from '../../fixtures/shapes.js';

const data = prepareData(shapes(10), { seed: 1 });
const record = { epoch: 1, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5, rate: 0.1, seconds: 1 };
const checkpoint = { step: 7, state: {}, history: [record], best: undefined };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-into-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('trainInto', () => {
  /** A training of two parts: how far each had come, and which folders were resumed. */
  async function call(out: string, options: Partial<IntoOptions<string>>, stopAfterFirst = false) {
    const resumed: string[] = [];
    const steps: (number | undefined)[] = [];
    const saved: string[] = [];
    const parts = async (stores: Stores) => {
      for (const part of ['a', 'b']) {
        const store = stores(part);
        steps.push((await store.load())?.step);
        await store.save(checkpoint);
        if (stopAfterFirst) throw new Error('stopped');
      }
      return 'trained';
    };
    const onResume = (where: string) => resumed.push(where);
    const save = async (result: string) => {
      saved.push(result);
    };
    const result = await trainInto(out, data, { purpose: { kind: 'x' }, onResume, save, ...options }, parts).catch(
      (error: Error) => error.message,
    );
    return { result, resumed, steps, saved };
  }

  it('resumes the parts of an interrupted training, saves the result, and leaves no checkpoints', async () => {
    const out = join(folder, 'resumed');
    const stopped = await call(out, {}, true);
    expect(stopped).toEqual({ result: 'stopped', resumed: [], steps: [undefined], saved: [] });
    expect(existsSync(partialFolder(out))).toBe(true);
    const again = await call(out, {});
    expect(again).toEqual({
      result: 'trained',
      resumed: [`${out}.partial`],
      steps: [7, undefined],
      saved: ['trained'],
    });
    expect(existsSync(partialFolder(out))).toBe(false);
  });

  it('reports a damaged checkpoint, and resumes the part from the one before', async () => {
    const out = join(folder, 'damaged');
    const parts = async (stores: Stores) => {
      await stores('a').save(checkpoint);
      await stores('a').save({ ...checkpoint, step: 14 });
      throw new Error('stopped');
    };
    const options = { purpose: 1, save: async () => undefined };
    await expect(trainInto(out, data, options, parts)).rejects.toThrow('stopped');
    const [part] = await readdir(partialFolder(out));
    await truncate(join(partialFolder(out), part ?? '', 'checkpoint.bin'), 0);
    await rm(join(partialFolder(out), part ?? '', 'history.jsonl'));
    const resumed: unknown[] = [];
    const onResume = (...args: unknown[]) => resumed.push(args);
    const step = await trainInto(
      out,
      data,
      { ...options, onResume },
      async (stores) => (await stores('a').load())?.step,
    );
    expect(step).toBe(7);
    const received = 'history.jsonl: no such file';
    expect(resumed).toEqual([
      [partialFolder(out)],
      [partialFolder(out), expect.objectContaining({ where: join(partialFolder(out), part ?? ''), received })],
    ]);
  });

  it('refuses checkpoints of another purpose or of other images, and starts over when asked', async () => {
    const out = join(folder, 'other');
    await call(out, {}, true);
    const other = await call(out, { purpose: { kind: 'y' } });
    expect(other.result).toMatch(/another training|other/i);
    expect(other.saved).toEqual([]);
    const fresh = await call(out, { purpose: { kind: 'y' }, fresh: true });
    expect(fresh).toEqual({ result: 'trained', resumed: [], steps: [undefined, undefined], saved: ['trained'] });
  });

  it('keeps the checkpoints when the result cannot be saved', async () => {
    const out = join(folder, 'unsaved');
    const save = () => Promise.reject(new Error('disk full'));
    expect((await call(out, { save })).result).toBe('disk full');
    expect(existsSync(partialFolder(out))).toBe(true);
  });
});

describe('trainFlatInto', () => {
  it('saves what trainFlat trains, and sameFlatIn finds it again by images, split, network and training', async () => {
    const out = join(folder, 'flat');
    const options = { network: tinyNetwork, training: { epochs: 1, batch: 16, seed: 3 } };
    expect(await sameFlatIn(out, data, options)).toBeUndefined();
    const flat = await trainFlatInto(out, data, options);
    const found = await sameFlatIn(out, data, options);
    expect(found?.description.test).toEqual(flat.description.test);
    const others = [
      [data, { ...options, training: { ...options.training, epochs: 2 } }],
      [prepareData(shapes(10), { seed: 2 }), options],
      [prepareData(shapes(11), { seed: 1 }), options],
    ] as const;
    for (const [images, wanted] of others) expect(await sameFlatIn(out, images, wanted)).toBeUndefined();
    // What a call left that was killed before it could remove its checkpoint; and one of another training.
    for (const [training, isLeft] of [
      [options.training, false],
      [{ ...options.training, epochs: 2 }, true],
    ] as const) {
      const stopped = AbortSignal.abort();
      const interrupted = trainFlatInto(out, data, { ...options, training, hooks: { signal: stopped } });
      await expect(interrupted).rejects.toMatchObject({ code: 'ABORTED' });
      (await sameFlatIn(out, data, options))?.dispose();
      expect(existsSync(partialFolder(out))).toBe(isLeft);
    }
    for (const one of [flat, found]) one?.dispose();
  });
});

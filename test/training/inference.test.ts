import { afterAll, describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { INFERENCE_BATCH } from '../../src/training/batches.js';
import { augmentationSchema } from '../../src/training/config.js';
import { createInference } from '../../src/training/inference.js';
import { networkModel } from '../../src/training/model.js';
import { alive, compiled, eager } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { shapes, tinyNetwork } from '../fixtures/shapes.js';

const images = shapes(70);
const trunk = createTrunk(tinyNetwork.trunk);
const model = networkModel(trunk, createHead(tinyNetwork.head, trunk.features, 3));
const weights = initialise(model.parameters, 1);
const make = (program: MakeProgram) => createInference(program, images.preprocessing, weights, 3, model.forward);
const before = alive();
const inference = make(compiled);
afterAll(() => {
  inference.dispose();
  expect(alive()).toEqual(before);
});

describe('a forward pass', () => {
  it('gives each image its row, whatever it is shown with', async () => {
    const all = await inference.run(images);
    expect(all.length).toBe(images.count * 3);
    const some = Int32Array.from([200, 0, 7, 0]);
    const rows = await inference.run(images, some);
    expect(rows).toEqual(
      Float32Array.from(Array.from(some).flatMap((i) => Array.from(all.subarray(3 * i, 3 * i + 3)))),
    );
    expect(await inference.run(images, new Int32Array(0))).toEqual(new Float32Array(0));
  });

  it('is the eager one', async () => {
    const reference = make(eager);
    const [fast, slow] = [await inference.run(images), await reference.run(images)];
    reference.dispose();
    nonEmpty(fast).forEach((score, i) => expect(score).toBeCloseTo(slow[i] ?? Number.NaN, 4));
    expect(new Set(fast).size).toBeGreaterThan(images.count);
  });

  it('reports its progress, and stops between batches', async () => {
    const done: [number, number][] = [];
    await inference.run(images, undefined, { onProgress: (at) => done.push([at.done, at.total]) });
    expect(done).toEqual([
      [INFERENCE_BATCH, 280],
      [2 * INFERENCE_BATCH, 280],
      [280, 280],
    ]);
    const controller = new AbortController();
    const running = inference.run(images, undefined, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('shows images through random maps by a seed, and as they are through maps that change nothing', async () => {
    const config = augmentationSchema.parse({ noise: 0 });
    const seen = (seed: number) => inference.run(images, undefined, { augmentation: { config, seed } });
    const once = await seen(1);
    expect(await seen(1)).toEqual(once);
    expect(await seen(2)).not.toEqual(once);
    const still = augmentationSchema.parse({ rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1 });
    const plain = await inference.run(images, undefined, { augmentation: { config: still, seed: 1 } });
    const expected = await inference.run(images);
    nonEmpty(plain).forEach((score, i) => expect(score).toBeCloseTo(expected[i] ?? Number.NaN, 4));
  });

  it('takes other weights', async () => {
    const expected = await inference.run(images);
    inference.load(initialise(model.parameters, 2));
    expect(await inference.run(images)).not.toEqual(expected);
    inference.load(weights);
    expect(await inference.run(images)).toEqual(expected);
  });

  it('says what to lower when memory runs out, in making the program or in running it', async () => {
    const full = () => {
      throw new Error('Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[128,16,16,8]');
    };
    expect(() => make(full)).toThrow(/a batch of 128 images: expected enough memory[\s\S]*`batch`/);
    const filling = make((definition) => ({ ...eager(definition), run: full }));
    await expect(filling.run(images)).rejects.toMatchObject({ code: 'TRAINING' });
    filling.dispose();
  });

  it('runs any number of times without leaving anything native behind, also when it fails', async () => {
    const start = alive();
    for (let i = 0; i < 3; i++) {
      await inference.run(images);
      await expect(inference.run(images, undefined, { signal: AbortSignal.abort() })).rejects.toThrow(/stopped/);
      expect(() => inference.load({ 'trunk/0/kernel': { shape: [1], data: Float32Array.of(1) } })).toThrow(
        /state trunk/,
      );
    }
    expect(alive()).toEqual(start);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { preprocessingFor } from '../../src/classifier/preprocessing.js';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { openImages } from '../../src/dataset/open.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { cutOutPart, type Part } from '../../src/detection/scenes/cut-out-part.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-scenes-'));
  await generateOrganisms({ out: join(folder, 'demo'), imagesPerClass: 4, seed: 1 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const PARTS: readonly Part[] = ['train', 'validation', 'test'];

describe('the organisms of a part of the split', () => {
  it('are of its images alone, so that no crop is in scenes of two parts', async () => {
    const images = await openImages(join(folder, 'demo', 'images'), preprocessingFor(), { cacheDir: false });
    const data = prepareData(images, { seed: 1, fractions: { train: 0.5, validation: 0.25, test: 0.25 } });
    const used = new Map<string, Part>();
    for (const part of PARTS) {
      const calls: number[] = [];
      const { cutouts, problems } = await cutOutPart(data, part, { onProgress: (done) => calls.push(done) });
      expect(problems).toEqual([]);
      expect(cutouts.map(({ crop }) => crop)).toEqual([...data.split[part]]);
      expect(calls.at(-1)).toBe(data.split[part].length);
      const scenes = composeScenes(cutouts, { seed: 2, count: 20 });
      for (const { organisms } of scenes) {
        for (const { crop, category } of organisms) {
          const print = data.prints[crop] ?? '';
          expect(used.get(print) ?? part).toBe(part);
          used.set(print, part);
          expect(scenes.categories[category]).toBe(images.classes[images.labels[crop] ?? -1]);
        }
      }
    }
    expect(new Set(used.values()).size).toBe(3);
  });

  it('stop after a signal, and are asked for where there are none', async () => {
    const images = await openImages(join(folder, 'demo', 'images'), preprocessingFor(), { cacheDir: false });
    const data = prepareData(images, { seed: 1, fractions: { train: 1, validation: 0, test: 0 } });
    await expect(cutOutPart(data, 'test')).rejects.toThrow('There is no organism to compose scenes of');
    await expect(cutOutPart(data, 'train', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

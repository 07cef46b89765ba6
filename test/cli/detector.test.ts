/** `train detector`: on crops, on annotated frames, and what it refuses. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { cutOut } from '../../src/detection/scenes/cutout.js';
import type { GreyImage } from '../../src/features/grey-image.js';
import { disc } from '../detection/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const png = ({ pixels, width, height }: GreyImage) => sharp(pixels, { raw: { width, height, channels: 1 } }).png();
const SMALL = ['--size', '64', '--epochs', '1', '--examples', '8', '--batch', '4', '--judged', '2'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-train-detector-'));
  const radii = { small: [5, 6, 7, 8, 9, 10], large: [11, 12, 13, 14, 15, 16] };
  for (const [name, all] of Object.entries(radii)) {
    await mkdir(at('crops', name), { recursive: true });
    for (const radius of all) await png(disc(radius, 80 + radius).image).toFile(at('crops', name, `${radius}.png`));
  }
  const { cutouts } = cutOut([disc(6), disc(9)]);
  await mkdir(at('frames'));
  const coco = { images: [] as object[], annotations: [] as object[], categories: [{ id: 1, name: 'disc' }] };
  for (const [i, { frame, organisms }] of [
    ...composeScenes(cutouts, { seed: 1, count: 4, width: 80, height: 70 }),
  ].entries()) {
    await png(frame).toFile(at('frames', `${i}.png`));
    coco.images.push({ id: i, file_name: `${i}.png`, width: 80, height: 70 });
    for (const { box } of organisms) {
      const bbox = [box.x, box.y, box.width, box.height];
      coco.annotations.push({
        id: coco.annotations.length,
        image_id: i,
        category_id: 1,
        bbox,
        area: box.width * box.height,
        iscrowd: 0,
      });
    }
  }
  await writeFile(at('truth.json'), JSON.stringify(coco));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const described = async (name: string) =>
  JSON.parse(await readFile(at(name, 'detector.json'), 'utf8')) as {
    detector: { kind: string };
    data: { from: string; trained: number; validation: number };
    training: { epochs: number; batch: number };
  };

describe('cladenet train detector', () => {
  it('trains on scenes of crops', async () => {
    const split = ['--split', '0.5/0.25/0.25'];
    const { code, stderr, stdout } = await cladenet([
      ...['train', 'detector', '--images', at('crops'), '--out', at('by-crops'), '--kind', 'yolo', ...SMALL, ...split],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /validation: average precision [\d.]+ %, [\d.]+ % at an overlap of 0\.5\ndetections are kept from a score of/,
    );
    expect(await described('by-crops')).toMatchObject({
      detector: { kind: 'yolo' },
      data: { from: 'scenes', trained: 6 },
      training: { epochs: 1, batch: 4 },
    });
  });

  it('trains on annotated frames', async () => {
    const frames = ['--frames', at('frames'), '--annotations', at('truth.json'), '--scale', '0.8'];
    const { code, stderr } = await cladenet(['train', 'detector', ...frames, '--out', at('by-frames'), ...SMALL]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/4 frames with \d+ organisms/);
    expect(await described('by-frames')).toMatchObject({
      detector: { kind: 'two-slot' },
      data: { from: 'frames', trained: 3, validation: 1 },
    });
  });

  it('finds organisms for `detect`, from the score on that it chose, and takes no options of thresholds', async () => {
    const { threshold } = JSON.parse(await readFile(at('by-crops', 'detector.json'), 'utf8')) as { threshold: number };
    const call = ['detect', at('frames'), '--with', at('by-crops'), '--out', at('found')];
    const { code, stderr } = await cladenet(call);
    expect(code, stderr).toBe(0);
    const { frames, annotations } = await readAnnotations(at('found', 'detections.json'), {
      images: at('frames'),
      strict: true,
    });
    expect(frames.map(({ file }) => file)).toEqual(['0.png', '1.png', '2.png', '3.png']);
    expect(annotations).toAllSatisfy(({ score = 0 }) => score >= threshold - 1e-6);
    const all = await cladenet([...call, '--min-score', '0']);
    expect(all.code, all.stderr).toBe(0);
    const more = await readAnnotations(at('found', 'detections.json'));
    expect(more.annotations.length).toBeGreaterThan(annotations.length);
    const unused = await cladenet([...call, '--background', 'light', '--min-area', '9']);
    expect([unused.code, unused.stderr]).toEqual([2, expect.stringMatching(/--background[\s\S]*--min-area/)]);
  });

  it('says which of its sources are missing, too many or unused, all at once', async () => {
    const { code, stderr } = await cladenet([
      'train',
      'detector',
      '--out',
      at('none'),
      '--annotations',
      at('truth.json'),
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/either --images or --frames[\s\S]*--frames and --annotations together/);
    const both = ['--images', at('crops'), '--frames', at('frames'), '--annotations', at('truth.json'), '--separator'];
    expect((await cladenet(['train', 'detector', '--out', at('none'), ...both])).stderr).toMatch(
      /both[\s\S]*--separator/,
    );
  });
});

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
      /validation: average precision [\d.]+ %, [\d.]+ % at an overlap of 0\.5\ndetections are kept from a score of .*\n.*--views 4: average precision/,
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

  it('looks at mirrored views for `detect --views 4`, from the score on that it chose for them', async () => {
    const file = await readFile(at('by-crops', 'detector.json'), 'utf8');
    const { mirrored } = JSON.parse(file) as { mirrored: { threshold: number } };
    const call = ['detect', at('frames'), '--with', at('by-crops'), '--out', at('mirrored'), '--views', '4'];
    const { code, stderr } = await cladenet(call);
    expect(code, stderr).toBe(0);
    const { annotations } = await readAnnotations(at('mirrored', 'detections.json'));
    expect(annotations).toAllSatisfy(({ score = 0 }) => score >= mirrored.threshold - 1e-6);
    const once = await readAnnotations(at('found', 'detections.json'));
    expect(annotations).not.toEqual(once.annotations);
    const unused = await cladenet([...call, '--with', 'threshold', '--scale', '0.5']);
    const both = /--views: expected none beside[\s\S]*--scale: expected none beside/;
    expect([unused.code, unused.stderr]).toEqual([2, expect.stringMatching(both)]);
    expect((await cladenet([...call, '--views', '3'])).stderr).toMatch(/views[\s\S]*1 or 4/);
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

  it('names every frame and box that cannot be used, trains on the others, and with --strict on none', async () => {
    const truth = JSON.parse(await readFile(at('truth.json'), 'utf8')) as {
      images: { id: number; width: number; file_name: string }[];
      annotations: object[];
    };
    const box = (image_id: number, bbox: number[], id = 900 + image_id) => ({ id, image_id, category_id: 1, bbox });
    const bad = {
      ...truth,
      images: [
        ...truth.images.slice(0, 2).map((image) => (image.id === 1 ? { ...image, width: 90 } : image)),
        { id: 7, file_name: 'gone.png', width: 80, height: 70 },
        ...truth.images.slice(2),
      ],
      annotations: [...truth.annotations, box(0, [70, 5, 30, 20]), box(3, [4, 4, -5, 6]), box(55, [4, 4, 5, 6], 903)],
    };
    await writeFile(at('bad.json'), JSON.stringify(bad, null, 1));
    const problems = [
      /bad\.json:\d+: .*expected a box within the frame of 80 x 70, received x 70, y 5, 30 x 20/,
      /bad\.json:\d+: .*expected a box with a width and a height above 0, received x 4, y 4, -5 x 6/,
      /bad\.json:\d+: .*expected each annotation once, received 903 again/,
      /bad\.json:\d+: .*expected an 'image_id' that is among the images, received 55/,
      /1\.png: .*expected 90 x 70, as the annotations say, received 80 x 70/,
      /gone\.png: .*expected an image, received no such file/,
    ];
    const call = ['train', 'detector', '--frames', at('frames'), '--annotations', at('bad.json'), ...SMALL];
    const rest = await cladenet([...call, '--out', at('of-the-rest')]);
    expect(rest.code, rest.stderr).toBe(0);
    for (const problem of problems) expect(rest.stderr).toMatch(problem);
    expect(rest.stderr).toMatch(/3 frames with \d+ organisms/);
    expect(await described('of-the-rest')).toMatchObject({ data: { trained: 2, validation: 1 } });
    const strict = await cladenet([...call, '--strict', '--out', at('of-none')]);
    expect(strict.code).toBe(1);
    for (const problem of problems) expect(strict.stderr).toMatch(problem);
  });

  it('leaves out frames that cannot be decoded, and learns nothing from frames without organisms', async () => {
    await mkdir(at('broken'));
    for (const name of ['0.png', '1.png', '2.png']) {
      const bytes = await readFile(at('frames', name));
      await writeFile(at('broken', name), name === '1.png' ? bytes.subarray(0, bytes.length / 2) : bytes);
    }
    const truth = JSON.parse(await readFile(at('truth.json'), 'utf8')) as { images: object[]; annotations: object[] };
    const first = { ...truth, images: truth.images.slice(0, 3) };
    await writeFile(at('three.json'), JSON.stringify({ ...first, annotations: truth.annotations.slice(0, 1) }));
    const call = (name: string, out: string) => [
      ...['train', 'detector', '--frames', at('broken'), '--annotations', at(name), '--out', at(out), ...SMALL],
      ...['--validation-annotations', at(name)],
    ];
    const { code, stderr } = await cladenet(call('three.json', 'of-two'));
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/broken\/1\.png: left out: /);
    expect(await described('of-two')).toMatchObject({ data: { trained: 2, validation: 2 } });
    await writeFile(at('empty.json'), JSON.stringify({ ...first, annotations: [] }));
    const none = await cladenet(call('empty.json', 'of-empty'));
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/train: expected at least one organism, received 2 frames without any/),
    ]);
  });
});

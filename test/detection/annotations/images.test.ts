/** Annotations beside the images that they are of: what has no partner, or one of another size, is left out and named. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnnotations } from '../../../src/detection/annotations/read-annotations.js';
import { readFrames } from '../../../src/detection/learned/examples/read-frames.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const where = ({ problems }: { problems: readonly { where: string }[] }) => problems.map((problem) => problem.where);

const voc = (name: string, width: number, [xmin, ymin]: readonly [number, number]) =>
  `<annotation><filename>${name}.png</filename><size><width>${width}</width><height>30</height></size><object><name>disc</name>` +
  `<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmin + 9}</xmax><ymax>${ymin + 9}</ymax></bndbox></object></annotation>`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-images-'));
  for (const path of ['images', 'voc/Annotations', 'voc/ImageSets/Main']) await mkdir(at(path), { recursive: true });
  for (const name of ['a', 'b', 'c', 'd']) {
    await sharp({ create: { width: 40, height: 30, channels: 3, background: 'white' } }).toFile(
      at('images', `${name}.png`),
    );
  }
  await writeFile(at('voc', 'Annotations', 'a.xml'), voc('a', 50, [1, 1]));
  await writeFile(at('voc', 'Annotations', 'b.xml'), voc('gone', 40, [2, 2]));
  await writeFile(at('voc', 'Annotations', 'c.xml'), voc('c', 40, [3, 4]));
  await writeFile(at('voc', 'ImageSets', 'Main', 'test.txt'), 'c\n');
  await writeFile(at('broken.json'), '{"images": [');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('annotations with the folder of their images', () => {
  it('are of the frames that have an image of their size, and their numbers are those of these frames', async () => {
    const read = await readAnnotations(at('voc'), { images: at('images') });
    expect(read.frames).toEqual([{ file: 'c.png', width: 40, height: 30 }]);
    expect(read.annotations).toMatchObject([{ frame: 0, box: { x: 2, y: 3, width: 10, height: 10 } }]);
    expect(where(read)).toEqual(['a.png', 'gone.png', 'b.png', 'd.png'].map((name) => at('images', name)));
    const [frame] = await readFrames(read, at('images'));
    expect(frame?.boxes).toEqual([{ x: 2, y: 3, width: 10, height: 10 }]);
  });

  it('of a list, or of a part, leave other images to others', async () => {
    expect((await readAnnotations(at('voc'), { images: at('images'), list: 'test', strict: true })).problems).toEqual(
      [],
    );
    const part = await readAnnotations(at('voc'), { images: at('images'), part: true });
    expect(where(part)).toEqual([at('images', 'a.png'), at('images', 'gone.png')]);
    const whole = await readAnnotations(at('voc'), { images: at('images'), list: 'test', part: false });
    expect(where(whole)).toEqual(['a.png', 'b.png', 'd.png'].map((name) => at('images', name)));
  });

  it('that cannot be read are one problem, not one for each image, and so is a folder that is not there', async () => {
    await expect(readAnnotations(at('broken.json'), { images: at('images') })).rejects.toMatchObject({
      problems: [{ where: `${at('broken.json')}:1` }],
    });
    await expect(readAnnotations(at('voc'), { images: at('none') })).rejects.toMatchObject({
      code: 'DATASET',
      problems: [{ where: at('none'), expected: 'a folder of images', received: 'no such file' }],
    });
  });
});

describe('the pixels of annotated frames', () => {
  it('that cannot be had are an error with all of them, or left out and told', async () => {
    const frames = ['a', 'gone', 'b', 'none'].map((name) => ({ file: `${name}.png`, width: 40, height: 30 }));
    const box = { x: 1, y: 1, width: 5, height: 5 };
    const annotated = { frames, categories: ['disc'], annotations: [{ frame: 2, category: 0, box }] };
    await expect(readFrames(annotated, at('images'))).rejects.toMatchObject({
      problems: [{ where: at('images', 'gone.png') }, { where: at('images', 'none.png') }],
    });
    const left: string[] = [];
    const read = await readFrames(annotated, at('images'), { onLeftOut: (problem) => void left.push(problem.where) });
    expect(read.map(({ boxes }) => boxes)).toEqual([[], [box]]);
    expect(left).toEqual([at('images', 'gone.png'), at('images', 'none.png')]);
    const none = { ...annotated, frames: frames.slice(1, 2), annotations: [] };
    await expect(readFrames(none, at('images'), { onLeftOut: () => undefined })).rejects.toMatchObject({
      code: 'DATASET',
    });
  });
});

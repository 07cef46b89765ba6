/** `compose` and `judge`: scenes of the demo's organisms, written, read and judged. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import { formatCoco } from '../../src/formats/annotations/coco-write.js';
import { formatYolo } from '../../src/formats/annotations/yolo.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-compose-'));
  await generateOrganisms({ out: at('demo'), imagesPerClass: 4, seed: 1 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const compose = (out: string, ...more: string[]) =>
  cladenet(['compose', '--images', at('demo', 'images'), '--out', at(out), '--split', '0.5/0.2/0.3', ...more]);

describe('compose', () => {
  it('writes frames and their annotations, the same again for the same seed', async () => {
    const options = ['--count', '4', '--organisms', '2-3', '--width', '200', '--height', '160', '--seed', '3'];
    const { code, stderr } = await compose('scenes', ...options);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^4 frames of \d+ organisms, from \d+ crops of test, in .*: written to /m);
    expect(await readdir(at('scenes', 'frames'))).toEqual(['000001.png', '000002.png', '000003.png', '000004.png']);
    const { width, height, channels } = await sharp(at('scenes', 'frames', '000001.png')).metadata();
    expect([width, height, channels]).toEqual([200, 160, 1]);
    const read = await readAnnotations(at('scenes', 'annotations.json'), {
      images: at('scenes', 'frames'),
      strict: true,
    });
    expect([read.format, read.frames.length, read.problems]).toEqual(['coco', 4, []]);
    expect(read.annotations.length).toBeGreaterThanOrEqual(8);
    expect(String(read.annotations[0]?.attributes?.crop)).toContain(
      read.categories[read.annotations[0]?.category ?? -1],
    );
    const before = await readFile(at('scenes', 'annotations.json'), 'utf8');
    const pixels = await readFile(at('scenes', 'frames', '000002.png'));
    await compose('scenes', ...options);
    expect(await readFile(at('scenes', 'annotations.json'), 'utf8')).toBe(before);
    expect(pixels.equals(await readFile(at('scenes', 'frames', '000002.png')))).toBe(true);
  });

  it('takes no crop of one part into scenes of another', async () => {
    const cropsOf = async (part: string) => {
      const { code, stderr } = await compose(part, '--part', part, '--count', '12');
      expect(code, stderr).toBe(0);
      const { annotations } = await readAnnotations(at(part, 'annotations.json'));
      return new Set(annotations.map(({ attributes }) => attributes?.crop));
    };
    const [train, test] = [await cropsOf('train'), await cropsOf('test')];
    expect(train.size).toBeGreaterThan(10);
    expect([...test].filter((crop) => train.has(crop))).toEqual([]);
  });

  it('refuses a folder of other files, and options that cannot be', async () => {
    await mkdir(at('mine', 'frames'), { recursive: true });
    await writeFile(at('mine', 'frames', 'own.png'), 'mine');
    const foreign = await compose('mine', '--count', '1');
    expect(foreign.code).not.toBe(0);
    expect(foreign.stderr).toContain('own.png');
    expect(await readFile(at('mine', 'frames', 'own.png'), 'utf8')).toBe('mine');
    const wrong = await compose('none', '--overlap', '0.9', '--organisms', '5-2');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--overlap')]);
    expect(wrong.stderr).toContain('--organisms');
  });
});

describe('judge', () => {
  it('prints tables of pairs that are found, and writes all numbers', async () => {
    const made = await compose('pairs', '--layout', 'pairs', '--overlap', '0.3', '--count', '5');
    expect(made.code, made.stderr).toBe(0);
    const truth = await readAnnotations(at('pairs', 'annotations.json'));
    const found = { ...truth, annotations: truth.annotations.map((one, i) => ({ ...one, score: 1 - i / 100 })) };
    await writeFile(at('found.json'), formatCoco({ ...found, annotations: found.annotations.slice(0, 9) }));
    const options = ['--taxonomy', at('demo', 'taxonomy.csv'), '--json', at('judgement.json')];
    const { code, stdout, stderr } = await cladenet([
      'judge',
      at('found.json'),
      at('pairs', 'annotations.json'),
      ...options,
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/whatever the class +0\.\d+ +0\.\d+ +0\.\d+ +0\.900/);
    expect(stdout).toContain('count error: 0.20 a frame');
    expect(stdout).toMatch(/overlap 30\.0 % +5 +80\.0 % +20\.0 % +1\.80/);
    const judgement = JSON.parse(await readFile(at('judgement.json'), 'utf8')) as Record<string, unknown>;
    // 9 of 10 found, none wrong: 91 of 101 recalls.
    expect((judgement.agnostic as { ap: number }).ap).toBeCloseTo(91 / 101, 9);
  });

  it('reads YOLO beside its images, and names what is missing on either side', async () => {
    const truth = await readAnnotations(at('scenes', 'annotations.json'));
    const { labels, yaml } = formatYolo(truth);
    await mkdir(at('yolo', 'labels'), { recursive: true });
    await mkdir(at('yolo', 'images'));
    await writeFile(at('yolo', 'data.yaml'), yaml);
    for (const [name, text] of labels) await writeFile(at('yolo', 'labels', name), text);
    for (const { file } of truth.frames)
      await writeFile(at('yolo', 'images', file), await readFile(at('scenes', 'frames', file)));
    const read = await readAnnotations(at('yolo'), { strict: true });
    expect(read.format).toBe('yolo');
    expect(read.frames).toEqual(truth.frames);
    read.annotations.forEach(({ box, category }, i) => {
      expect(read.categories[category]).toBe(truth.categories[truth.annotations[i]?.category ?? -1]);
      expect(box.x).toBeCloseTo(truth.annotations[i]?.box.x ?? -1, 4);
      expect(box.height).toBeCloseTo(truth.annotations[i]?.box.height ?? -1, 4);
    });
    await rm(at('yolo', 'images', '000002.png'));
    await rm(at('yolo', 'labels', '000003.txt'));
    const { problems, notes } = await readAnnotations(at('yolo'));
    expect(problems.map(({ where }) => where)).toEqual([at('yolo', 'labels', '000002.txt')]);
    expect(notes).toEqual(['1 of 3 frames without annotations: 000003.png']);
    await expect(readAnnotations(at('yolo'), { strict: true })).rejects.toMatchObject({ code: 'DATASET' });
  });

  it('names files that are no annotations', async () => {
    await writeFile(at('notes.json'), '{"a": 1}');
    const { code, stderr } = await cladenet(['judge', at('notes.json'), at('scenes', 'annotations.json')]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('scenes');
    expect(stderr).toContain("expected a list 'images', as COCO has it");
  });
});

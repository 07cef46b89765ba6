/** `detect`: frames in, detections, drawings, crops and labels out; killed and resumed; with frames that cannot be used. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { trainTree } from '../../src/classifier/train/train-tree.js';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import type { Detector } from '../../src/detection/detector.js';
import { judgeDetections } from '../../src/detection/judging/judge.js';
import { thresholdDetector } from '../../src/detection/threshold/threshold-detector.js';
import type { GreyImage } from '../../src/features/grey-image.js';
import { detectInto } from '../../src/report/detections/detect-into.js';
import { disc } from '../detection/shapes.js';
import { compiled as make } from '../fixtures/device.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const png = ({ pixels, width, height }: GreyImage) =>
  sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png();
const detectionsIn = (name: string) => readFile(at(name, 'detections.json'), 'utf8');
const unseen = shapes(6, 99);

/** The unseen shapes in a row of cells. */
function sheet(): GreyImage {
  const [width, height] = [unseen.count * 24, 32];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => 225 + ((i * 7919) % 30));
  for (let i = 0; i < unseen.count; i++) {
    for (let y = 0; y < SIDE; y++) {
      pixels.set(
        unseen.pixels.subarray((i * SIDE + y) * SIDE, (i * SIDE + y + 1) * SIDE),
        (8 + y) * width + 24 * i + 4,
      );
    }
  }
  return { pixels, width, height };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-detect-'));
  await generateOrganisms({ out: at('demo'), imagesPerClass: 4, seed: 1 });
  const scenes = ['--count', '3', '--organisms', '3', '--laid-on-others', '0', '--width', '400', '--height', '300'];
  const sparse = ['--longest-side', '70', '--classes', 'Nimbora_nucleata,Pilula_minor,Bulbops_obesa,Pileola_nuda'];
  const composed = await cladenet([
    ...['compose', '--images', at('demo', 'images'), '--out', at('scenes'), '--split', '0.5/0.2/0.3', '--seed', '3'],
    ...scenes,
    ...sparse,
  ]);
  expect(composed.code, composed.stderr).toBe(0);
  await mkdir(at('sheets'));
  await png(sheet()).toFile(at('sheets', 'shapes.png'));
  const data = prepareData(shapes(60), { seed: 1 });
  const flat = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
  const tree = await trainTree(data, { taxonomy: shapesTaxonomy, from: flat, training: tinyTraining, make });
  await flat.save(at('flat'));
  await tree.save(at('tree'));
  for (const one of [flat, tree]) one.dispose();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const detect = (out: string, ...more: string[]) =>
  cladenet(['detect', at('scenes', 'frames'), '--with', 'threshold', '--split-depth', '0', '--out', at(out), ...more]);

describe('detect', () => {
  it('finds what is in composed frames, and writes it as detections, drawings, crops and labels', async () => {
    const { code, stderr, stdout } = await detect('found', '--draw', '--crops', '--yolo', '--json', at('found.json'));
    expect(code, stderr).toBe(0);
    const truth = await readAnnotations(at('scenes', 'annotations.json'));
    const found = await readAnnotations(at('found', 'detections.json'), {
      images: at('scenes', 'frames'),
      strict: true,
    });
    expect(found.frames).toEqual(truth.frames);
    expect(found.categories).toEqual(['organism']);
    expect(found.annotations).toAllSatisfy(({ mask, score = 0 }) => mask?.kind === 'runs' && score > 0);
    const { agnostic, counts } = judgeDetections(truth, found);
    // Two of nine organisms lie on each other.
    expect(agnostic.ap50).toBeGreaterThan(0.85);
    expect(counts.error).toBeLessThanOrEqual(0.5);
    const total = found.annotations.length;
    expect(stdout).toMatch(new RegExp(`all +${total} `));
    expect(JSON.parse(await readFile(at('found.json'), 'utf8'))).toMatchObject({
      frames: 3,
      organisms: total,
      problems: [],
    });
    expect(existsSync(at('found.partial'))).toBe(false);

    expect(await readdir(at('found', 'drawn'))).toEqual(['000001.png', '000002.png', '000003.png']);
    const drawn = await sharp(at('found', 'drawn', '000001.png')).metadata();
    expect(drawn.width).toBe(1200);
    expect(drawn.height).toBeGreaterThan(900);

    const yolo = await readAnnotations(at('found'), { images: at('scenes', 'frames'), strict: true });
    expect(yolo.format).toBe('yolo');
    yolo.annotations.forEach(({ box, score }, i) => {
      expect(score).toBeCloseTo(found.annotations[i]?.score ?? -1, 6);
      for (const side of ['x', 'y', 'width', 'height'] as const) {
        expect(box[side]).toBeCloseTo(found.annotations[i]?.box[side] ?? -1, 3);
      }
    });

    const crops = await listImages(at('found', 'crops'), {
      labelColumn: false,
      keepColumns: ['object_bx', 'object_frame'],
    });
    expect([crops.problems, crops.records.length]).toEqual([[], total]);
    const [first] = crops.records;
    const [box] = found.annotations;
    expect(first?.fields).toEqual({ object_bx: String(box?.box.x), object_frame: '000001.png' });
    const { width, height } = await sharp(first?.path).metadata();
    expect([width, height]).toEqual([(box?.box.width ?? 0) + 8, (box?.box.height ?? 0) + 8]);
  });

  it('names what is found by a flat classifier and a tree, with lineage, probability and a stop at an ancestor', async () => {
    const how = ['--with', 'threshold', '--threshold', '128', '--min-area', '8', '--split-depth', '0'];
    for (const model of ['flat', 'tree']) {
      const more = ['--classify', at(model), '--out', at(`by-${model}`), '--crops', '--draw'];
      const { code, stderr } = await cladenet(['detect', at('sheets'), ...how, ...more]);
      expect(code, stderr).toBe(0);
      const { annotations, categories } = await readAnnotations(at(`by-${model}`, 'detections.json'), { strict: true });
      expect(annotations).toHaveLength(unseen.count);
      const right = annotations.filter(({ box, category }) => {
        const label = unseen.labels[Math.floor((box.x + box.width / 2) / 24)] ?? -1;
        return categories[category] === SHAPES[label];
      });
      expect(right.length / unseen.count).toBeGreaterThan(0.8);
      const [first] = annotations;
      const name = categories[first?.category ?? -1] ?? '';
      const lineage = model === 'flat' ? name : shapesTaxonomy.leafOf(name);
      expect(first?.attributes).toEqual({ class: name, lineage, probability: expect.any(Number) });
      const listing = await listImages(at(`by-${model}`, 'crops'), { status: ['predicted'] });
      expect([listing.problems, listing.records.length]).toEqual([[], unseen.count]);
      expect(listing.classes).toAllSatisfy((label) => SHAPES.some((shape) => shape === label));
    }
    const stopped = ['--classify', at('tree'), '--min-confidence', '0.99999', '--out', at('stopped'), '--crops'];
    const { code, stderr } = await cladenet(['detect', at('sheets'), ...how, ...stopped]);
    expect(code, stderr).toBe(0);
    const { annotations, categories } = await readAnnotations(at('stopped', 'detections.json'), { strict: true });
    const above = annotations.find(({ attributes }) => attributes?.depth === 0);
    expect(categories[above?.category ?? -1]).toBe(above?.attributes?.node);
    expect(above?.attributes?.node_probability).toBeGreaterThan(0.9999);
  });

  it('goes on at the frame where it was stopped, with the result of a run without a stop', async () => {
    const frames = ['000001.png', '000002.png', '000003.png'].map((name) => ({
      name,
      image: { path: at('scenes', 'frames', name) },
    }));
    let looked = 0;
    const stopping = new AbortController();
    const counting = (stopAfter: number): Detector => {
      const detector = thresholdDetector();
      return {
        ...detector,
        async detect(frame) {
          looked++;
          if (looked === stopAfter) stopping.abort();
          return detector.detect(frame);
        },
      };
    };
    const options = { purpose: 'test', draw: true, crops: true } as const;
    await detectInto(at('whole'), frames, { ...options, detector: counting(-1) });
    expect(looked).toBe(3);
    looked = 0;
    await expect(
      detectInto(at('parts'), frames, { ...options, detector: counting(2), signal: stopping.signal }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect(existsSync(at('parts', 'detections.json'))).toBe(false);
    // A line that was cut off by the kill is a frame that is not done.
    const partial = at('parts.partial', 'detections.jsonl');
    const lines = (await readFile(partial, 'utf8')).split('\n');
    await writeFile(partial, `${lines.slice(0, 2).join('\n')}\n${lines[1]?.slice(0, 50)}`);
    looked = 0;
    const resumed: number[] = [];
    const onResumed = (done: number) => void resumed.push(done);
    await expect(
      detectInto(at('parts'), frames, { ...options, purpose: 'another', detector: counting(-1) }),
    ).rejects.toMatchObject({ code: 'USAGE', problems: [{ remedy: expect.stringContaining('fresh: true') }] });
    await detectInto(at('parts'), frames, { ...options, detector: counting(-1), onResumed });
    expect([looked, resumed]).toEqual([2, [1]]);
    expect(await detectionsIn('parts')).toBe(await detectionsIn('whole'));
    for (const name of ['drawn', 'crops']) {
      const names = await readdir(at('whole', name));
      expect(await readdir(at('parts', name))).toEqual(names);
      for (const file of names.filter((one) => one.endsWith('.png'))) {
        const [one, other] = await Promise.all(['whole', 'parts'].map((run) => readFile(at(run, name, file))));
        expect(other?.equals(one ?? Buffer.of()), file).toBe(true);
      }
    }
    expect(existsSync(at('parts.partial'))).toBe(false);
  });

  it('leaves out frames that cannot be read, says why, and loses nothing else', async () => {
    await mkdir(at('mixed', 'more'), { recursive: true });
    const { image } = disc(12);
    await png(image).toFile(at('mixed', 'a.png'));
    await sharp(
      Uint16Array.from(image.pixels, (level) => level * 257),
      {
        raw: { width: image.width, height: image.height, channels: 1 },
      },
    )
      .toColourspace('grey16')
      .png()
      .toFile(at('mixed', 'a16.png'));
    const inverted = { ...image, pixels: image.pixels.map((level) => 255 - level) };
    await png(inverted).toFile(at('mixed', 'more', 'dark.png'));
    await png({ ...image, pixels: new Uint8Array(image.pixels.length).fill(255) }).toFile(at('mixed', 'empty.png'));
    await sharp(
      Uint16Array.from(image.pixels, (level) => level * 16),
      {
        raw: { width: image.width, height: image.height, channels: 1 },
      },
    )
      .toColourspace('grey16')
      .png()
      .toFile(at('mixed', 'twelve-bits.png'));
    await writeFile(at('mixed', 'broken.png'), (await readFile(at('mixed', 'a.png'))).subarray(0, 80));
    await writeFile(at('mixed', 'text.jpg'), 'no image');
    const run = (out: string, ...more: string[]) =>
      cladenet(['detect', at('mixed'), '--with', 'threshold', '--out', at(out), ...more]);
    const { code, stderr } = await run('from-mixed');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/broken\.png: left out: expected an image that can be decoded/);
    expect(stderr).toMatch(/text\.jpg: left out: .* received a file of another kind/);
    expect(stderr).toMatch(/twelve-bits\.png: its levels reach 15 of 255, so it looks almost black; scale it/);
    const { frames, annotations } = await readAnnotations(at('from-mixed', 'detections.json'));
    expect(frames.map(({ file }) => file)).toEqual([
      'a.png',
      'a16.png',
      'empty.png',
      'more/dark.png',
      'twelve-bits.png',
    ]);
    const boxesOf = (file: string) =>
      annotations.filter(({ frame }) => frames[frame]?.file === file).map(({ box }) => box);
    expect(boxesOf('a.png')).toHaveLength(1);
    expect(boxesOf('a16.png')).toEqual(boxesOf('a.png'));
    expect(boxesOf('more/dark.png')).toEqual(boxesOf('a.png'));
    expect(boxesOf('empty.png')).toEqual([]);
    const { info } = JSON.parse(await detectionsIn('from-mixed')) as { info: { left_out: { where: string }[] } };
    expect(info.left_out.map(({ where }) => where)).toEqual([at('mixed', 'broken.png'), at('mixed', 'text.jpg')]);
    const strict = await run('from-strict', '--strict');
    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain('broken.png');
    expect(existsSync(at('from-strict', 'detections.json'))).toBe(false);
  });

  it('refuses options that do nothing, other people’s folders, and a classifier of another background', async () => {
    const unused = await detect('none', '--min-confidence', '0.5');
    expect([unused.code, unused.stderr]).toEqual([2, expect.stringContaining('--min-confidence')]);
    await mkdir(at('mine', 'crops'), { recursive: true });
    await writeFile(at('mine', 'crops', 'own.png'), 'mine');
    const foreign = await detect('mine', '--crops');
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('own.png')]);
    expect(await readFile(at('mine', 'crops', 'own.png'), 'utf8')).toBe('mine');
    const dark = ['detect', at('mixed', 'more'), '--with', 'threshold', '--classify', at('flat'), '--out', at('dark')];
    const refused = await cladenet(dark);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--any-background')]);
    expect(refused.stderr).toContain('dark.png: expected a light background');
    expect((await cladenet([...dark, '--any-background'])).code).toBe(0);
  });
});

/** Detectors learn, resume exactly, are saved and loaded, and find organisms in frames of any size. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Box, intersectionOverUnion } from '../../../src/box.js';
import { frameOf } from '../../../src/detection/frames/frame.js';
import { LearnedDetector } from '../../../src/detection/learned/learned-detector.js';
import { mapModel } from '../../../src/detection/learned/network/network-of.js';
import { separatorNetwork } from '../../../src/detection/learned/network/networks.js';
import type { OtherReading } from '../../../src/detection/learned/other-reading.js';
import { turnedPixels } from '../../../src/detection/learned/squares/turned.js';
import { loadDetector } from '../../../src/detection/learned/store.js';
import type { DetectorData } from '../../../src/detection/learned/training/detector-data.js';
import type { DetectorOptions } from '../../../src/detection/learned/training/detector-plan.js';
import { trainDetector, trainDetectorInto } from '../../../src/detection/learned/training/train-detector.js';
import { composeScenes } from '../../../src/detection/scenes/compose-scenes.js';
import { cutOut } from '../../../src/detection/scenes/cutout.js';
import { detectInTiles } from '../../../src/detection/tiles.js';
import type { GreyImage } from '../../../src/features/grey-image.js';
import { initialise } from '../../../src/network/initialise.js';
import { encodeWeights } from '../../../src/network/weights-file.js';
import { alive, compiled, eager } from '../../fixtures/device.js';
import { disc } from '../shapes.js';

const SIZE = 64;
const { cutouts } = cutOut([disc(6), disc(8, 60), disc(10, 120)]);
/** Of one camera: a training of seconds does not learn all of them. */
const scenes = { organisms: [1, 3], overlap: [0, 0.3], laidOnOthers: 0.2, texture: 1.5, noise: 1.5 } as const;
const data: DetectorData = { from: 'scenes', train: cutouts, validation: cutouts, scenes };
const training = {
  epochs: 3,
  batch: 8,
  averaging: 0.9,
  optimiser: { kind: 'adamw', rate: 0.012, warmup: 0.1 },
} as const;
const options: DetectorOptions = { kind: 'two-slot', size: SIZE, examples: 160, judged: 20, training, make: compiled };

const before = alive();
let folder: string;
let detector: LearnedDetector;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-detector-'));
  detector = await trainDetector(data, options);
}, 300_000);

afterAll(async () => {
  detector.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(alive()).toEqual(before);
});

const sceneOf = (width: number, height: number, seed: number) =>
  composeScenes(cutouts, { ...scenes, organisms: [4, 4], laidOnOthers: 0, overlap: 0, width, height, seed }).sceneAt(0);

async function found(frame: GreyImage, organisms: ReturnType<typeof sceneOf>['organisms']): Promise<number> {
  const detections = await detector.detect(frame);
  return organisms.filter(({ box }) => detections.some((one) => intersectionOverUnion(one.box, box) >= 0.5)).length;
}

describe('a detector that is trained on scenes of discs', () => {
  it('finds them', () => {
    expect(detector.history).toHaveLength(3);
    expect(detector.description.validation?.averagePrecision50).toBeGreaterThan(0.9);
    expect(detector.description.threshold).toBeGreaterThan(0.05);
  });

  it.each([
    ['of its own size', SIZE, SIZE],
    ['smaller', 50, 44],
    ['larger, in tiles', 150, 101],
  ])('finds them in a frame %s', async (_, width, height) => {
    const { frame, organisms } = sceneOf(width, height, 11);
    expect(organisms.length).toBeGreaterThanOrEqual(3);
    expect(await found(frame, organisms)).toBe(organisms.length);
    const detections = await detector.detect(frame);
    expect(detections.length).toBeLessThanOrEqual(organisms.length + 1);
    for (const { box, score } of detections) {
      expect(score).toBeGreaterThanOrEqual(detector.reading.threshold);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    expect(detections.map(({ score }) => score)).toEqual(
      [...detections.map(({ score }) => score)].sort((a, b) => b - a),
    );
  });

  it('finds the same in a frame with a dark background and light organisms, whole and in tiles', async () => {
    const { frame } = sceneOf(150, 101, 11);
    const dark = { ...frame, pixels: frame.pixels.map((level) => 255 - level) };
    const expected = await detector.detect(frame);
    expect(expected.length).toBeGreaterThanOrEqual(3);
    const onDark = await detector.detect(dark);
    expect(onDark).toEqual(expected);
    const tiles = { tile: 100, overlap: 40 };
    const tiled = (image: GreyImage) => detectInTiles(frameOf(image), detector, tiles);
    expect(await tiled(dark)).toEqual(await tiled(frame));
    // A part of a dark frame that an organism fills is light, and is inverted with the frame.
    const part = { ...dark, pixels: new Uint8Array(dark.pixels.length).fill(230) };
    const levels = { border: 5, counts: new Float64Array(256) };
    const inverse = { ...part, pixels: new Uint8Array(part.pixels.length).fill(25) };
    expect(await detector.withLevels(levels).detect(part)).toEqual(
      await detector.withLevels({ ...levels, border: 250 }).detect(inverse),
    );
  });

  it('finds the same in a frame and in its mirror image when it looks at mirrored views', async () => {
    const { mirrored } = detector.description;
    expect(mirrored?.validation.averagePrecision50).toBeGreaterThan(0.9);
    const looking = detector.withReading({ views: 4 });
    expect(looking.reading.threshold).toBe(mirrored?.threshold);
    const { frame, organisms } = sceneOf(SIZE, SIZE, 11);
    const detections = await looking.detect(frame);
    expect(detections.length).toBeGreaterThanOrEqual(organisms.length);
    // Each view of the mirror image is a view of the frame.
    const image = { ...frame, pixels: turnedPixels(frame.pixels, SIZE, { turns: 0, mirrored: true }) };
    const inMirror = await looking.detect(image);
    expect(inMirror.length).toBe(detections.length);
    for (const [i, { box, score }] of inMirror.entries()) {
      const expected = detections[i];
      expect(score).toBeCloseTo(expected?.score ?? 0, 5);
      expect(SIZE - box.x - box.width).toBeCloseTo(expected?.box.x ?? 0, 3);
      expect(box.y).toBeCloseTo(expected?.box.y ?? 0, 3);
    }
    // Read once, it depends on the side that it looks from.
    const [once, onceMirrored] = [await detector.detect(frame), await detector.detect(image)];
    expect(onceMirrored.map(({ score }) => score)).not.toEqual(once.map(({ score }) => score));
    looking.dispose();
  });

  it('finds the same in a frame of twice as many pixels that it scales by half', async () => {
    const { frame } = sceneOf(SIZE, SIZE, 11);
    const side = 2 * SIZE;
    const pixels = Uint8Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [(i % side) >> 1, Math.floor(i / side) >> 1];
      return frame.pixels[y * SIZE + x] ?? 0;
    });
    const looking = detector.withReading({ scale: 0.5 });
    const detections = await looking.detect({ pixels, width: side, height: side });
    const expected = await detector.detect(frame);
    expect(expected.length).toBeGreaterThanOrEqual(3);
    const doubled = ({ x, y, width, height }: Box) => ({ x: 2 * x, y: 2 * y, width: 2 * width, height: 2 * height });
    expect(detections).toEqual(expected.map(({ box, score }) => ({ box: doubled(box), score })));
    looking.dispose();
  });

  it('without a score for mirrored views does not look at them, unless one is given', async () => {
    const { description, weights, history } = detector;
    const earlier = new LearnedDetector(compiled, { ...description, mirrored: null }, weights, history);
    expect(() => earlier.withReading({ views: 4 })).toThrow(/a score from which on detections count in four views/);
    expect(earlier.withReading({ views: 4, threshold: 0.4 }).reading.threshold).toBe(0.4);
    earlier.dispose();
  });

  it('is not read in a way that is not valid: all that is wrong at once', () => {
    const wrong = { threshold: 2, scale: 0, separates: true, views: 3, edges: 'none' } as unknown as OtherReading;
    const where = ['views', 'edges', 'scale', 'separates', 'threshold'];
    expect(() => detector.withReading(wrong)).toThrow(
      expect.objectContaining({ code: 'USAGE', problems: where.map((one) => expect.objectContaining({ where: one })) }),
    );
  });

  it('is the same after it was saved and loaded', async () => {
    const saved = join(folder, 'saved');
    await detector.save(saved);
    const loaded = await loadDetector(saved, { device: 'cpu' });
    const { frame } = sceneOf(SIZE, SIZE, 12);
    expect(await loaded.detect(frame)).toEqual(await detector.detect(frame));
    expect(loaded.description).toEqual(detector.description);
    expect(loaded.history).toEqual(detector.history);
    const keen = loaded.withReading({ threshold: 0.06 });
    expect((await keen.detect(frame)).length).toBeGreaterThanOrEqual((await loaded.detect(frame)).length);
    keen.dispose();
    loaded.dispose();
  });

  it('keeps no native memory of the frames that it has looked at', async () => {
    const [small, large] = [sceneOf(SIZE, SIZE, 13).frame, sceneOf(150, 101, 14).frame];
    const look = async (times: number) => {
      for (let i = 0; i < times; i++) for (const frame of [small, large]) await detector.detect(frame);
    };
    // Buffers are made in the first calls.
    await look(10);
    const [tensors, { rss }] = [alive(), process.memoryUsage()];
    await look(40);
    expect(alive()).toEqual(tensors);
    // One 64 x 64 map of 16 channels that stayed of each of the 280 tiles would be 73 MB.
    expect(process.memoryUsage().rss - rss).toBeLessThan(40e6);
    const stopped = AbortSignal.abort();
    await expect(detector.detect(large, stopped)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(alive()).toEqual(tensors);
  });

  it('is refused where its folder is damaged, with all that is wrong', async () => {
    const damaged = join(folder, 'damaged');
    await cp(join(folder, 'saved'), damaged, { recursive: true });
    const weights = join(damaged, 'weights', 'detector.bin');
    const bytes = await readFile(weights);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(weights, bytes);
    const description = join(damaged, 'detector.json');
    await writeFile(
      description,
      (await readFile(description, 'utf8')).replace('"suppression": 0.8', '"suppression": 0.9'),
    );
    await expect(loadDetector(damaged)).rejects.toThrow(
      /damaged[\s\S]*other content[\s\S]*other bytes than were saved/,
    );
    await expect(loadDetector(join(folder, 'nothing'))).rejects.toThrow(/not a detector that cladenet can load/);
  });
});

it('a separator of an earlier version, which does not know the boxes of others, is refused', async () => {
  const network = { ...separatorNetwork(), input: { size: 64, channels: 2 } };
  const { training: config, summary } = detector.description;
  const weights = { ...detector.weights, separator: initialise(mapModel(network, 1).parameters, 1) };
  const description = { ...detector.description, separator: { network, training: config, summary } };
  const earlier = new LearnedDetector(eager, description, weights, detector.history);
  await earlier.save(join(folder, 'earlier'));
  earlier.dispose();
  await expect(loadDetector(join(folder, 'earlier'), { device: 'cpu' })).rejects.toMatchObject({
    code: 'MODEL',
    problems: [{ received: 'one of 2, as an earlier version trained it', remedy: 'Train it again.' }],
  });
});

describe('an interrupted training', () => {
  it('resumes to the same detector, with its separator', async () => {
    const short: DetectorOptions = {
      ...options,
      // As small as it can be: two steps in an epoch.
      ...{ make: eager, examples: 8, judged: 2 },
      training: { ...training, epochs: 2, batch: 4 },
      separator: true,
      separatorTraining: { epochs: 2, batch: 4 },
    };
    const whole = await trainDetector(data, short);
    const out = join(folder, 'resumed');
    for (const [part, step] of [
      ['detector', 3],
      ['separator', 2],
    ] as const) {
      const stop = new AbortController();
      let [current, steps] = ['', 0];
      const hooks = {
        signal: stop.signal,
        onPart: (name: string) => {
          [current, steps] = [name, 0];
        },
        onStep: () => {
          steps += 1;
          if (current === part && steps === step) stop.abort();
        },
      };
      await expect(trainDetectorInto(out, data, { ...short, hooks })).rejects.toThrow(/was stopped/);
    }
    const resumed = await trainDetectorInto(out, data, short);
    const print = ({ weights }: LearnedDetector) => [
      encodeWeights(weights.detector).description,
      encodeWeights(weights.separator ?? {}).description,
    ];
    expect(print(resumed)).toEqual(print(whole));
    expect(resumed.description.threshold).toBe(whole.description.threshold);
    const loaded = await loadDetector(out, { device: 'cpu' });
    expect(print(loaded)).toEqual(print(whole));
    for (const one of [whole, resumed, loaded]) one.dispose();
  });
});

describe('options that are not valid', () => {
  it('are refused, all at once', async () => {
    const bad = { ...options, size: 100, scale: 2, examples: 0 };
    await expect(trainDetector({ ...data, train: [] }, bad)).rejects.toThrow(
      /size[\s\S]*multiple of 32[\s\S]*scale[\s\S]*examples[\s\S]*train/,
    );
  });
});

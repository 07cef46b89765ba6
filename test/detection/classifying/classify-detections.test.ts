/** What is found in frames is named by classifiers of every kind. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Classifier } from '../../../src/classifier/classifier.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainForest } from '../../../src/classifier/train/train-forest.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import { classifyDetections, unknownCropsNote } from '../../../src/detection/classifying/classify-detections.js';
import { imagesOfCrops, withCropFile } from '../../../src/detection/classifying/crop-images.js';
import { cropsOf } from '../../../src/detection/classifying/crops.js';
import { litAs } from '../../../src/detection/classifying/lighting.js';
import type { Detection } from '../../../src/detection/detector.js';
import { frameOf } from '../../../src/detection/frames/frame.js';
import { thresholdDetector } from '../../../src/detection/threshold/threshold-detector.js';
import type { GreyImage } from '../../../src/features/grey-image.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const data = prepareData(shapes(60), { seed: 1 });
const [ACROSS, CELL] = [8, 24];
const unseen = shapes(ACROSS * 2, 99);
const before = alive();
let flat: Classifier;
let tree: Classifier;
let measured: Classifier;

/** The unseen shapes in a frame, a cell each, on the noise that they are drawn on. */
function sheet(): GreyImage {
  const side = ACROSS * CELL;
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => 225 + ((i * 7919) % 30));
  for (let i = 0; i < unseen.count; i++) {
    const [left, top] = [(i % ACROSS) * CELL + 4, Math.floor(i / ACROSS) * CELL + 4];
    for (let y = 0; y < SIDE; y++) {
      pixels.set(unseen.pixels.subarray((i * SIDE + y) * SIDE, (i * SIDE + y + 1) * SIDE), (top + y) * side + left);
    }
  }
  return { pixels, width: side, height: side };
}

const frame = sheet();
let found: readonly Detection[];
const truthOf = ({ box }: Detection) => {
  const cell = Math.floor((box.y + box.height / 2) / CELL) * ACROSS + Math.floor((box.x + box.width / 2) / CELL);
  return SHAPES[unseen.labels[cell] ?? -1] ?? '';
};

beforeAll(async () => {
  const flatClassifier = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
  flat = flatClassifier;
  tree = await trainTree(data, { taxonomy: shapesTaxonomy, from: flatClassifier, training: tinyTraining, make });
  found = await thresholdDetector({ threshold: 128, minArea: 8, splitDepth: 0 }).detect(frame);
});
afterAll(() => {
  for (const classifier of [flat, tree, measured]) classifier?.dispose();
});

describe('classifyDetections', () => {
  it('names what is found by a flat classifier and by a tree, nearly as well as whole images', async () => {
    expect(found).toHaveLength(unseen.count);
    for (const classifier of [flat, tree]) {
      const { decisions } = await classifier.classify(unseen);
      const wholeRight = decisions.filter((label, i) => label === unseen.labels[i]).length;
      const named = await classifyDetections(frameOf(frame), found, classifier);
      expect(named.map(({ box }) => box)).toEqual(found.map(({ box }) => box));
      const right = named.filter((one) => one.class === truthOf(one)).length;
      expect(right / found.length).toBeGreaterThan(0.85);
      expect(right).toBeGreaterThanOrEqual(wholeRight - 4);
      for (const { probability } of named) expect(probability).toBeGreaterThan(0.25);
    }
    const [first] = await classifyDetections(frameOf(frame), found, tree);
    expect(first?.lineage).toBe(shapesTaxonomy.leafOf(first?.class ?? ''));
    const [byFlat] = await classifyDetections(frameOf(frame), found, flat);
    expect(byFlat?.lineage).toBe(byFlat?.class);
  });

  it('names them the same in a frame that is darker throughout, as if it were lit as the training images', async () => {
    const dim = { ...frame, pixels: frame.pixels.map((level) => Math.round(0.7 * level)) };
    for (const classifier of [flat, tree]) {
      const bright = await classifyDetections(frameOf(frame), found, classifier);
      const named = await classifyDetections(frameOf(dim), found, classifier);
      const same = named.filter((one, i) => one.class === bright[i]?.class).length;
      expect(same).toBeGreaterThanOrEqual(found.length - 1);
      named.forEach(({ probability }, i) => {
        expect(Math.abs(probability - (bright[i]?.probability ?? 0))).toBeLessThan(0.1);
      });
    }
  });

  it('multiplies levels on a light background, adds to them on a dark one, and leaves crops of the other kind', () => {
    const crop = { data: Uint8Array.of(0, 20, 100, 200, 250), width: 5, height: 1, channels: 1, stride: 5 } as const;
    const levels = (paper: number, wanted: number | undefined) => [...litAs(crop, paper, wanted).data];
    expect(levels(200, 250)).toEqual([0, 25, 125, 250, 255]);
    expect(levels(20, 5)).toEqual([0, 5, 85, 185, 235]);
    for (const wanted of [undefined, 200, 10]) expect(litAs(crop, 200, wanted)).toBe(crop);
  });

  it('stops at an ancestor, as the classifier does', async () => {
    const named = await classifyDetections(frameOf(frame), found, tree, { minConfidence: 0.999_999 });
    expect(named.some(({ node }) => node?.path === shapesTaxonomy.root)).toBe(true);
    const sure = await classifyDetections(frameOf(frame), found, tree, { minConfidence: 0 });
    for (const one of sure) expect(one.node?.path).toBe(one.lineage);
  });

  it('tells users of a classifier that does not say how its images were cut', () => {
    expect(unknownCropsNote(flat)).toBeUndefined();
    const { crops: _, ...split } = flat.description.split;
    const older = { description: { ...flat.description, split } } as Classifier;
    expect(unknownCropsNote(older)).toContain('get 4 pixels of margin');
    expect(unknownCropsNote(older, 9)).toContain('get 9 pixels of margin');
  });

  it('gives crops the margin of the training images, and the squares that these have', async () => {
    const { crops } = flat.description.split;
    expect(crops?.border).toBeGreaterThan(230);
    expect(crops?.margin).toBeGreaterThanOrEqual(2);
    expect(crops?.margin).toBeLessThanOrEqual(6);
    const box = { x: 40, y: 30, width: 10, height: 12 };
    const [crop] = await cropsOf(frameOf(frame), [{ box, score: 1 }], { margin: 3, channels: 1, paper: 240 });
    expect([crop?.width, crop?.height]).toEqual([16, 18]);
    expect(crop?.data[0]).toBe(frame.pixels[27 * frame.width + 37]);
    const [atCorner] = await cropsOf(frameOf(frame), [{ box: { x: 0.4, y: 0, width: 5, height: 6.2 }, score: 1 }], {
      ...{ margin: 3, channels: 1, paper: 240 },
    });
    expect([atCorner?.width, atCorner?.height]).toEqual([9, 10]);
    const images = imagesOfCrops(crop === undefined ? [] : [crop], data.images.preprocessing);
    expect([images.count, images.widths[0], images.heights[0], images.pixels.length]).toEqual([1, 16, 18, SIDE * SIDE]);
  });

  it('takes an organism alone where another one reaches into its crop', async () => {
    const alone = { pixels: new Uint8Array(100).fill(7), width: 10, height: 10 };
    const near: Detection[] = [
      { box: { x: 20, y: 20, width: 10, height: 10 }, score: 1, alone },
      { box: { x: 31, y: 20, width: 10, height: 10 }, score: 1 },
    ];
    const options = { margin: 2, channels: 1, paper: 240 } as const;
    const [separated] = await cropsOf(frameOf(frame), near, options);
    expect([separated?.width, separated?.data[0], separated?.data[2 * 14 + 2]]).toEqual([14, 240, 7]);
    const [isolated] = await cropsOf(frameOf(frame), near.slice(0, 1), options);
    expect(isolated?.data[0]).toBe(frame.pixels[18 * frame.width + 18]);
  });

  it('names them by a forest on measured features, without a trace in the cache', async () => {
    const images = shapes(60);
    // The training images are measured as crops are: from a file that is removed.
    const rasters = Array.from({ length: images.count }, (_, i) => ({
      ...{ data: images.pixels.slice(i * SIDE * SIDE, (i + 1) * SIDE * SIDE) },
      ...{ width: SIDE, height: SIDE, channels: 1 as const, stride: SIDE },
    }));
    measured = await withCropFile(images, rasters, { paper: 240, cropBottom: 0 }, (stored) =>
      trainForest(prepareData(stored, { seed: 1 }), {
        ...{ features: ['biologists'], segmentation: { threshold: 128 }, trees: 40, missing: 'median', make },
      }),
    );
    const named = await classifyDetections(frameOf(frame), found, measured);
    const right = named.filter((one) => one.class === truthOf(one)).length;
    expect(right / found.length).toBeGreaterThan(0.85);
  });

  it('refuses a frame with another background, and a classifier on a table', async () => {
    const dark = { ...frame, pixels: frame.pixels.map((level) => 255 - level) };
    const bright = await thresholdDetector({ threshold: 128, minArea: 8 }).detect(dark);
    await expect(classifyDetections(frameOf(dark), bright, flat)).rejects.toMatchObject({
      code: 'USAGE',
      problems: [
        { where: 'frame', received: expect.stringMatching(/^a dark background \(grey level 1\d along the border\)/) },
      ],
    });
    const anyway = await classifyDetections(frameOf(dark), bright, flat, { anyBackground: true });
    expect(anyway).toHaveLength(bright.length);
    const table = { names: ['a', 'b'], rows: data.images.paths, values: new Float64Array(2 * data.images.count) };
    table.values.forEach((_, i) => {
      table.values[i] = (data.images.labels[Math.floor(i / 2)] ?? 0) + i / 1e4;
    });
    const onTable = await trainForest(data, { features: [{ table }], trees: 5, make });
    await expect(classifyDetections(frameOf(frame), found, onTable)).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ received: expect.stringContaining('table of features') }],
    });
    onTable.dispose();
  });

  it('holds no more native memory than the classifier, however often it is called', async () => {
    await classifyDetections(frameOf(frame), found, flat);
    const held = alive();
    for (let i = 0; i < 3; i++) await classifyDetections(frameOf(frame), found, flat);
    expect(alive()).toEqual(held);
    expect(await classifyDetections(frameOf(frame), [], flat)).toEqual([]);
    for (const classifier of [flat, tree, measured]) classifier.dispose();
    expect(alive()).toEqual(before);
  });
});

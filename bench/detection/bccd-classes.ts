/** Which cell is which: a classifier of the cells in the training frames names what a detector finds in the test frames. */
import { join } from 'node:path';
import type { Raster } from '../../src/dataset/decode/raster.js';
import type { ReadAnnotations } from '../../src/detection/annotations/read-annotations.js';
import { classifyDetections } from '../../src/detection/classifying/classify-detections.js';
import { imagesOfCrops } from '../../src/detection/classifying/crop-images.js';
import { cropsOf } from '../../src/detection/classifying/crops.js';
import type { Detection } from '../../src/detection/detector.js';
import { type OpenFrame, openFrame } from '../../src/detection/frames/frame.js';
import { borderOf } from '../../src/detection/frames/levels.js';
import { type DetectionJudgement, judgeDetections } from '../../src/detection/judging/judge.js';
import type { Annotation } from '../../src/formats/annotations/annotated-frames.js';
import { type Classifier, prepareData, preprocessingFor, trainFlat } from '../../src/index.js';

/** Pixels of the frame around a cell. Cells touch, so a classifier cannot measure how their crops are cut. */
const MARGIN = 4;
/** A few thousand small images of three classes. */
const EPOCHS = 12;

/** The cells of a list in their true boxes: an image and a class each. */
export interface Cells {
  readonly crops: readonly Raster[];
  readonly names: readonly string[];
}

export async function cellsOf(folder: string, read: ReadAnnotations): Promise<Cells> {
  const crops: Raster[] = [];
  const names: string[] = [];
  await eachFrame(folder, read, async (frame, cells) => {
    const boxes = cells.map(({ box }) => ({ box, score: 1 }));
    crops.push(...(await cropsOf(frame, boxes, { margin: MARGIN, channels: 1, paper: await borderOf(frame) })));
    names.push(...cells.map(({ category }) => read.categories[category] ?? ''));
  });
  return { crops, names };
}

/** A classifier of cells; those of the validation frames choose its epoch. */
export async function classifierOfCells(train: Cells, validation: Cells, seed: number): Promise<Classifier> {
  const names = [...train.names, ...validation.names];
  const classes = [...new Set(names)].sort();
  const labels = Int32Array.from(names, (name) => classes.indexOf(name));
  const subsets = names.map((_, i) => (i < train.names.length ? 'train' : 'validation'));
  const images = imagesOfCrops([...train.crops, ...validation.crops], preprocessingFor('compact'));
  const data = prepareData({ ...images, labels, classes, subsets }, { seed });
  return trainFlat(data, { training: { epochs: EPOCHS, seed } });
}

/** The share of the cells of each class that a classifier names right. */
export async function recallOfClasses({ crops, names }: Cells, classifier: Classifier): Promise<Map<string, number>> {
  const { classes, decisions } = await classifier.classify(imagesOfCrops(crops, classifier.description.preprocessing));
  const right = names.map((name, i) => classes[decisions[i] ?? -1] === name);
  const share = (name: string) => {
    const own = names.flatMap((other, i) => (other === name ? [i] : []));
    return own.filter((i) => right[i]).length / own.length;
  };
  return new Map(classes.map((name) => [name, share(name)]));
}

/**
 * Average precision of each class, of detections by their scores and the classes that the classifier gives them.
 *
 * @param found    in each frame
 * @param minScore detections from it on are counted
 */
export async function judgeByClass(
  folder: string,
  truth: ReadAnnotations,
  { found, minScore }: { readonly found: readonly (readonly Detection[])[]; readonly minScore: number },
  classifier: Classifier,
): Promise<DetectionJudgement> {
  const annotations: Annotation[] = [];
  await eachFrame(folder, truth, async (frame, _, number) => {
    for (const one of await classifyDetections(frame, found[number] ?? [], classifier, { margin: MARGIN })) {
      const category = classifier.classes.indexOf(one.class);
      annotations.push({ frame: number, category, box: one.box, score: one.score });
    }
  });
  return judgeDetections(truth, { frames: truth.frames, categories: classifier.classes, annotations }, { minScore });
}

/** Opens each frame in turn, with the cells that are marked in it. */
async function eachFrame(
  folder: string,
  { frames, annotations }: ReadAnnotations,
  work: (frame: OpenFrame, cells: readonly Annotation[], number: number) => Promise<void>,
): Promise<void> {
  for (const [number, { file }] of frames.entries()) {
    const frame = await openFrame(join(folder, file));
    try {
      const cells = annotations.filter((one) => one.frame === number && one.isCrowd !== true);
      await work(frame, cells, number);
    } finally {
      frame.close();
    }
  }
}

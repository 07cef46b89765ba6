/**
 * What overlap costs a classifier, and what separation wins back: each of two organisms as it is cut from the frame, separated by the
 * detector, and alone. Boxes are the true ones, so that only what is in them differs.
 */

import type { Raster } from '../../src/dataset/decode/raster.js';
import { imagesOfCrops } from '../../src/detection/classifying/crop-images.js';
import type { Detection } from '../../src/detection/detector.js';
import type { LearnedDetector } from '../../src/detection/learned/learned-detector.js';
import { sampled } from '../../src/detection/learned/squares/sample.js';
import { composeScenes, type Scene, type SceneOrganism } from '../../src/detection/scenes/compose-scenes.js';
import type { GreyImage } from '../../src/features/grey-image.js';
import { medianOfBorder } from '../../src/features/segmentation/background.js';
import { type Classifier, loadClassifier } from '../../src/index.js';
import { forEachLearned } from './contenders.js';
import { cropsFor } from './crops-for.js';
import { LEVELS, levelTitles } from './pairs.js';
import { cutoutsOf, head, mean, percent, row, say, setting } from './setting.js';

const VIEWS = ['as it is in the frame', 'separated', 'alone'] as const;
type View = (typeof VIEWS)[number];

export async function judgeSeparation(): Promise<void> {
  const [folder] = setting.classifiers;
  const classifier = folder === undefined ? undefined : await loadClassifier(folder);
  const test = await cutoutsOf('test');
  const unknown = test.find(({ category }) => classifier?.classes.includes(category) === false);
  if (unknown !== undefined) throw new Error(`the classifier has no class ${unknown.category}`);
  try {
    await forEachLearned(async ({ name, seed, learned }) => {
      if (learned.description.separator === null) return;
      say(
        `\nEach of two organisms in its true box, by overlap: density given to the right one; the classifier's accuracy`,
      );
      head('detector', 'seed', 'organism', 'measure', ...levelTitles);
      const density: Record<View, string[]> = { 'as it is in the frame': [], separated: [], alone: [] };
      const accuracy: Record<View, string[]> = { 'as it is in the frame': [], separated: [], alone: [] };
      for (const overlap of LEVELS) {
        const count = Math.round(setting.pairs / 4);
        const scenes = composeScenes(test, { seed: 3000 + 100 * overlap, count, layout: 'pairs', overlap });
        const crops: Record<View, Raster[]> = { 'as it is in the frame': [], separated: [], alone: [] };
        const categories: string[] = [];
        const given: Record<View, number[]> = { 'as it is in the frame': [], separated: [], alone: [] };
        for (const scene of scenes) {
          const paper = medianOfBorder(scene.frame);
          const views = scene.organisms.map((organism) => viewsOf(learned, scene, organism));
          for (const view of VIEWS) {
            given[view].push(...views.map((one) => rightDensity(one[view], one.alone, paper)));
            if (classifier === undefined) continue;
            const images = views.map((one) => one[view]);
            crops[view].push(...(await cut(classifier, scene, view, images)));
          }
          categories.push(...scene.organisms.map(({ category }) => scenes.categories[category] ?? ''));
        }
        for (const view of VIEWS) {
          density[view].push(percent(mean(given[view])));
          if (classifier === undefined) continue;
          const images = imagesOfCrops(crops[view], classifier.description.preprocessing);
          const { classes, decisions } = await classifier.classify(images);
          const right = categories.map((category, i) => (classes[decisions[i] ?? -1] === category ? 1 : 0));
          accuracy[view].push(percent(mean(right)));
        }
      }
      for (const view of VIEWS) {
        row(name, seed ?? '', view, 'density', ...density[view]);
        if (classifier !== undefined) row(name, seed ?? '', view, 'accuracy', ...accuracy[view]);
      }
    });
  } finally {
    classifier?.dispose();
  }
}

type Views = Record<View, GreyImage>;

/** On the frame's background in all three. */
function viewsOf(detector: LearnedDetector, { frame, organisms }: Scene, organism: SceneOrganism): Views {
  const { box, alone } = organism;
  const others = organisms.flatMap((other) => (other === organism ? [] : [other.box]));
  const { width, height } = box;
  const paper = medianOfBorder(frame);
  const pixels = alone.pixels.map((level) => Math.round((level * paper) / 255));
  return {
    'as it is in the frame': { pixels: sampled(frame, { ...box, step: 1 }), width, height },
    separated: detector.separate(frame, box, others, paper),
    alone: { pixels, width, height },
  };
}

/** The share of the organism's density that an image of it has, less what it has too much; at least 0. */
function rightDensity(image: GreyImage, alone: GreyImage, paper: number): number {
  const densities = ({ pixels }: GreyImage) =>
    Float32Array.from(pixels, (level) => Math.max(0, -Math.log(Math.max(1, level) / paper)));
  const [given, own] = [densities(image), densities(alone)];
  const total = own.reduce((sum, value) => sum + value, 0);
  const wrong = given.reduce((sum, value, i) => sum + Math.abs(value - (own[i] as number)), 0);
  return Math.max(0, 1 - wrong / Math.max(1, total));
}

/** The images of a scene's organisms in a view, cut as `detect` cuts them. */
async function cut(
  classifier: Classifier,
  { frame, organisms }: Scene,
  view: View,
  images: readonly GreyImage[],
): Promise<Raster[]> {
  const detections = organisms.map(({ box }, i): Detection => {
    const alone = view === 'as it is in the frame' ? undefined : images[i];
    return { box, score: 1, ...(alone && { alone }) };
  });
  return cropsFor(classifier, frame, detections);
}

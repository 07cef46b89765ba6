/**
 * What overlap costs a classifier, and what separation wins back: each of two organisms as it is cut from the frame, separated by the
 * detector, and alone. Boxes are the true ones, so that only what is in them differs.
 */

import type { Box } from '../../src/box.js';
import { letterbox } from '../../src/dataset/decode/letterbox.js';
import type { ImageSet } from '../../src/dataset/images.js';
import { type Preprocessing, squareAt, squareBytes } from '../../src/dataset/preprocessing.js';
import type { LearnedDetector } from '../../src/detection/learned/learned-detector.js';
import { composeScenes, type SceneOrganism } from '../../src/detection/scenes/compose-scenes.js';
import type { GreyImage } from '../../src/features/grey-image.js';
import { type Classifier, loadClassifier } from '../../src/index.js';
import { forEachLearned } from './contenders.js';
import { LEVELS, levelTitles } from './pairs.js';
import { cutoutsOf, head, mean, percent, row, say, setting } from './setting.js';

const VIEWS = ['as it is in the frame', 'separated', 'alone'] as const;
type View = (typeof VIEWS)[number];

export async function judgeSeparation(): Promise<void> {
  const classifier = setting.classifier === undefined ? undefined : await loadClassifier(setting.classifier);
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
        const seen: { readonly view: Record<View, GreyImage>; readonly category: string }[] = [];
        for (const { frame, organisms } of scenes) {
          for (const organism of organisms) {
            const category = scenes.categories[organism.category] ?? '';
            seen.push({ view: viewsOf(learned, frame, organism), category });
          }
        }
        for (const view of VIEWS) {
          density[view].push(percent(mean(seen.map((one) => rightDensity(one.view[view], one.view.alone)))));
          if (classifier === undefined) continue;
          const named = await namesOf(
            classifier,
            seen.map((one) => one.view[view]),
          );
          accuracy[view].push(percent(mean(seen.map(({ category }, i) => (named[i] === category ? 1 : 0)))));
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

/** Its background is white in all three, as it is around `alone`. */
function viewsOf(detector: LearnedDetector, frame: GreyImage, { box, alone }: SceneOrganism): Record<View, GreyImage> {
  return { 'as it is in the frame': cropOf(frame, box), separated: detector.separate(frame, box), alone };
}

const cropOf = (frame: GreyImage, { x, y, width, height }: Box): GreyImage => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height }, (_, i) => {
    return frame.pixels[(y + Math.floor(i / width)) * frame.width + x + (i % width)] as number;
  }),
});

/** The share of the organism's density that an image of it has, less what it has too much; at least 0. */
function rightDensity(image: GreyImage, alone: GreyImage): number {
  const densities = ({ pixels }: GreyImage) =>
    Float32Array.from(pixels, (level) => -Math.log(Math.max(1, level) / 255));
  const [given, own] = [densities(image), densities(alone)];
  const total = own.reduce((sum, value) => sum + value, 0);
  const wrong = given.reduce((sum, value, i) => sum + Math.abs(value - (own[i] as number)), 0);
  return Math.max(0, 1 - wrong / Math.max(1, total));
}

/** The classes that a classifier gives to images of organisms. */
async function namesOf(classifier: Classifier, images: readonly GreyImage[]): Promise<string[]> {
  const { classes } = classifier;
  const probabilities = await classifier.predict(imageSet(images, classifier.description.preprocessing));
  return images.map((_, i) => {
    const of = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
    return classes[of.indexOf(of.reduce((a, b) => Math.max(a, b)))] ?? '';
  });
}

function imageSet(images: readonly GreyImage[], preprocessing: Preprocessing): ImageSet {
  const bytes = squareBytes(preprocessing);
  const pixels = new Uint8Array(images.length * bytes);
  images.forEach(({ pixels: data, width, height }, i) => {
    letterbox({ data, width, height, channels: 1, stride: width }, preprocessing, squareAt(pixels, i, bytes));
  });
  return {
    preprocessing,
    count: images.length,
    pixels,
    widths: Float32Array.from(images, ({ width }) => width),
    heights: Float32Array.from(images, ({ height }) => height),
    paths: images.map((_, i) => `organism ${i}`),
    labels: new Int32Array(images.length).fill(-1),
    classes: [],
  };
}

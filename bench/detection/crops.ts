/**
 * What cutting organisms out of a frame costs a classifier: it names organisms that lie apart, cut out by the boxes that are detected, and by
 * the true ones. Both over the organisms that are found, so that only the boxes differ. Organisms that lie as in their own images
 * also tell what the frame costs: there the classifier names those images, too.
 */
import { judgingTaxonomy } from '../../src/classifier/judging/judging-taxonomy.js';
import { decodeGrey } from '../../src/dataset/decode/decode-grey.js';
import type { Raster } from '../../src/dataset/decode/raster.js';
import { imagesOfCrops } from '../../src/detection/classifying/crop-images.js';
import type { Detection } from '../../src/detection/detector.js';
import { judgeDetections } from '../../src/detection/judging/judge.js';
import { matchFrame } from '../../src/detection/judging/matching.js';
import { annotatedScenes } from '../../src/detection/scenes/annotated-scenes.js';
import { composeScenes, type Scene } from '../../src/detection/scenes/compose-scenes.js';
import type { SceneOptions } from '../../src/detection/scenes/options.js';
import { type Classifier, loadClassifier, type Taxonomy } from '../../src/index.js';
import { type Contender, forEachContender, surest } from './contenders.js';
import { cropsFor } from './crops-for.js';
import { cutoutsOf, head, pathsOfImages, percent, row, say, setting } from './setting.js';

/** How organisms lie in the scenes. */
const POSES = {
  'turned, mirrored and scaled as in training scenes': {},
  'as in their own images': { scale: 1, rotate: false, mirror: false, width: 512, height: 512, longestSide: 512 },
} as const;

export async function judgeCrops(): Promise<void> {
  const classifiers: Classifier[] = [];
  for (const folder of setting.classifiers) classifiers.push(await loadClassifier(folder));
  try {
    for (const [name, pose] of Object.entries(POSES)) await judgeIn(name, pose, classifiers);
  } finally {
    for (const classifier of classifiers) classifier.dispose();
  }
}

async function judgeIn(
  name: string,
  pose: Omit<SceneOptions, 'seed'>,
  classifiers: readonly Classifier[],
): Promise<void> {
  const taxonomy = judgingTaxonomy(classifiers, undefined);
  const composed = composeScenes(await cutoutsOf('test'), {
    ...{ seed: 4001, count: setting.frames, layout: 'apart' },
    ...pose,
  });
  const scenes = [...composed];
  const organisms = scenes.reduce((sum, scene) => sum + scene.organisms.length, 0);
  const isOwn = 'rotate' in pose;
  say(
    `\n${organisms} organisms apart in ${scenes.length} scenes, ${name}: named in the boxes that are found, and in the true ones`,
  );
  head(
    ...['detector', 'seed', 'found', 'classifier', 'accuracy, found', 'true box', 'points', 'AHD, found', 'true box'],
    ...(isOwn ? ['accuracy, own image', 'AHD'] : []),
  );
  await forEachContender(async (contender) => {
    const matched: Matched[] = [];
    for (const [number, scene] of scenes.entries()) matched.push(...(await matchedIn(contender, scene, number)));
    for (const classifier of classifiers) {
      const naming = { matched, scenes, categories: composed.categories, classifier, taxonomy };
      const [found, real] = [await judged(naming, 'found'), await judged(naming, 'truth')];
      const own = isOwn ? await judged(naming, 'own image') : undefined;
      row(
        ...[contender.name, contender.seed ?? '', percent(matched.length / organisms), classifier.description.kind],
        ...[percent(found.accuracy), percent(real.accuracy), (100 * (found.accuracy - real.accuracy)).toFixed(1)],
        ...[found.distance?.toFixed(3) ?? '', real.distance?.toFixed(3) ?? ''],
        ...(own === undefined ? [] : [percent(own.accuracy), own.distance?.toFixed(3) ?? '']),
      );
    }
  });
}

/** An organism that is found. */
interface Matched {
  readonly scene: number;
  readonly category: number;
  /** The number of its own image. */
  readonly image: number;
  /** What was found, and the organism in its true box, each among the others of its frame. */
  readonly found: Placed;
  readonly truth: Placed;
}

interface Placed {
  readonly among: readonly Detection[];
  readonly number: number;
}

/** What counts as found at an intersection over union of 0.5, each with its organism. */
async function matchedIn(contender: Contender, { frame, organisms }: Scene, scene: number): Promise<Matched[]> {
  const found = surest(await contender.all.detect(frame), contender);
  const truths = organisms.map(({ box }): Detection => ({ box, score: 1 }));
  const { order, at } = matchFrame(
    truths.map(({ box }) => ({ box, isCrowd: false })),
    found,
    [0.5],
  );
  return order.flatMap((number, place) => {
    const truth = at[0]?.truth[place] ?? -1;
    if (truth < 0) return [];
    const { category = 0, crop = 0 } = organisms[truth] ?? {};
    return [{ scene, category, image: crop, found: { among: found, number }, truth: { among: truths, number: truth } }];
  });
}

interface Naming {
  readonly matched: readonly Matched[];
  readonly scenes: readonly Scene[];
  readonly categories: readonly string[];
  readonly classifier: Classifier;
  readonly taxonomy: Taxonomy | undefined;
}

/** How right a classifier is about organisms that are cut out by the boxes found, by the true ones, or in their own images. */
async function judged(
  { matched, scenes, categories, classifier, taxonomy }: Naming,
  by: 'found' | 'truth' | 'own image',
) {
  const crops = by === 'own image' ? await ownImages(matched) : await cut(matched, scenes, classifier, by);
  const { classes, decisions } = await classifier.classify(imagesOfCrops(crops, classifier.description.preprocessing));
  const names = matched.map((_, i) => classes[decisions[i] ?? -1] ?? '');
  const right = matched.filter(({ category }, i) => categories[category] === names[i]).length;
  const truth = annotatedScenes(scenes, categories);
  const annotations = matched.map((one, i) => {
    const { among, number } = one[by === 'found' ? 'found' : 'truth'];
    const { box, score } = among[number] as Detection;
    return { frame: one.scene, category: classes.indexOf(names[i] ?? ''), box, score };
  });
  const { lineages } = judgeDetections(truth, { ...truth, categories: classes, annotations }, { taxonomy });
  return { accuracy: right / matched.length, distance: lineages?.averageHierarchicalDistance };
}

async function cut(
  matched: readonly Matched[],
  scenes: readonly Scene[],
  classifier: Classifier,
  by: 'found' | 'truth',
): Promise<Raster[]> {
  const known = new Map<readonly Detection[], readonly Raster[]>();
  const crops: Raster[] = [];
  for (const one of matched) {
    const { among, number } = one[by];
    const { frame } = scenes[one.scene] as Scene;
    const all = known.get(among) ?? (await cropsFor(classifier, frame, among));
    known.set(among, all);
    crops.push(all[number] as Raster);
  }
  return crops;
}

async function ownImages(matched: readonly Matched[]): Promise<Raster[]> {
  const paths = await pathsOfImages();
  const images: Raster[] = [];
  for (const { image } of matched) {
    const { pixels, width, height } = await decodeGrey({ path: paths[image] ?? '' });
    images.push({ data: pixels, width, height, channels: 1, stride: width });
  }
  return images;
}

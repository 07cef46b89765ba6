/**
 * What inexact boxes cost a classifier: it names organisms that lie apart, cut out by the boxes that are detected and by the true ones.
 * Both over the organisms that are found, so that only the boxes differ.
 */
import { judgingTaxonomy } from '../../src/classifier/judging/judging-taxonomy.js';
import type { Raster } from '../../src/dataset/decode/raster.js';
import { marginOf } from '../../src/detection/classifying/classify-detections.js';
import { imagesOfCrops } from '../../src/detection/classifying/crop-images.js';
import { cropsOf } from '../../src/detection/classifying/crops.js';
import type { Detection } from '../../src/detection/detector.js';
import { frameOf } from '../../src/detection/frames/frame.js';
import { judgeDetections } from '../../src/detection/judging/judge.js';
import { matchFrame } from '../../src/detection/judging/matching.js';
import { annotatedScenes } from '../../src/detection/scenes/annotated-scenes.js';
import { composeScenes, type Scene } from '../../src/detection/scenes/compose-scenes.js';
import { medianOfBorder } from '../../src/features/segmentation/background.js';
import { type Classifier, loadClassifier, type Taxonomy } from '../../src/index.js';
import { type Contender, forEachContender, surest } from './contenders.js';
import { cutoutsOf, head, percent, row, say, setting } from './setting.js';

export async function judgeCrops(): Promise<void> {
  const classifiers: Classifier[] = [];
  for (const folder of setting.classifiers) classifiers.push(await loadClassifier(folder));
  const taxonomy = judgingTaxonomy(classifiers, undefined);
  const test = await cutoutsOf('test');
  const composed = composeScenes(test, { seed: 4001, count: setting.frames, layout: 'apart' });
  const scenes = [...composed];
  const organisms = scenes.reduce((sum, scene) => sum + scene.organisms.length, 0);
  say(
    `\n${organisms} organisms apart in ${scenes.length} scenes: named in the boxes that are found, and in the true ones`,
  );
  head('detector', 'seed', 'found', 'classifier', 'accuracy, found', 'true box', 'points', 'AHD, found', 'true box');
  await forEachContender(async (contender) => {
    const matched: Matched[] = [];
    for (const [number, scene] of scenes.entries()) matched.push(...(await matchedIn(contender, scene, number)));
    for (const classifier of classifiers) {
      const [found, real] = [
        await named(matched, scenes, composed.categories, classifier, taxonomy, 'found'),
        await named(matched, scenes, composed.categories, classifier, taxonomy, 'truth'),
      ];
      row(
        ...[contender.name, contender.seed ?? '', percent(matched.length / organisms), classifier.description.kind],
        ...[percent(found.accuracy), percent(real.accuracy), (100 * (found.accuracy - real.accuracy)).toFixed(1)],
        ...[found.distance?.toFixed(3) ?? '', real.distance?.toFixed(3) ?? ''],
      );
    }
  });
  for (const classifier of classifiers) classifier.dispose();
}

/** An organism that is found. */
interface Matched {
  readonly scene: number;
  readonly category: number;
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
    const { category = 0 } = organisms[truth] ?? {};
    return [{ scene, category, found: { among: found, number }, truth: { among: truths, number: truth } }];
  });
}

/** How right a classifier is about organisms that are cut out by the boxes found, or by the true ones. */
async function named(
  matched: readonly Matched[],
  scenes: readonly Scene[],
  categories: readonly string[],
  classifier: Classifier,
  taxonomy: Taxonomy | undefined,
  by: 'found' | 'truth',
) {
  const crops: Raster[] = [];
  const cut = new Map<readonly Detection[], readonly Raster[]>();
  for (const one of matched) {
    const { among, number } = one[by];
    const { frame } = scenes[one.scene] as Scene;
    const options = { margin: marginOf(classifier), channels: classifier.description.preprocessing.channels };
    const all = cut.get(among) ?? (await cropsOf(frameOf(frame), among, { ...options, paper: medianOfBorder(frame) }));
    cut.set(among, all);
    crops.push(all[number] as Raster);
  }
  const { classes, decisions } = await classifier.classify(imagesOfCrops(crops, classifier.description.preprocessing));
  const names = matched.map((_, i) => classes[decisions[i] ?? -1] ?? '');
  const right = matched.filter(({ category }, i) => categories[category] === names[i]).length;
  const truth = annotatedScenes(scenes, categories);
  const annotations = matched.map((one, i) => {
    const { box, score } = one[by].among[one[by].number] as Detection;
    return { frame: one.scene, category: classes.indexOf(names[i] ?? ''), box, score };
  });
  const judged = judgeDetections(truth, { ...truth, categories: classes, annotations }, { taxonomy });
  return { accuracy: right / matched.length, distance: judged.lineages?.averageHierarchicalDistance };
}

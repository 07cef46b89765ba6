/** Real microscope frames of touching blood cells, by their own lists of training, validation and test frames. */
import { join } from 'node:path';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import type { Detection } from '../../src/detection/detector.js';
import { readFrames } from '../../src/detection/learned/examples/read-frames.js';
import { precisionOf } from '../../src/detection/learned/reading/validation-score.js';
import { loadDetector } from '../../src/detection/learned/store.js';
import { cellsOf, classifierOfCells, judgeByClass, recallOfClasses } from './bccd-classes.js';
import { folderOf, head, mean, percent, row, say, setting } from './setting.js';
import { trainOne } from './training.js';

/** Cells of about 100 pixels, as large as organisms of the scenes. */
const SCALE = 0.5;
const KINDS = ['centre', 'two-slot'] as const;
/** Cells of three kinds need fewer examples than organisms of all shapes. */
const EXAMPLES = 1000;

export async function judgeBccd(folder: string): Promise<void> {
  const images = join(folder, 'JPEGImages');
  const listed = async (list: string) => {
    const annotations = await readAnnotations(folder, { list });
    return { annotations, frames: await readFrames(annotations, images) };
  };
  const lists = { train: await listed('train'), validation: await listed('val'), test: await listed('test') };
  const [train, validation, test] = [lists.train.frames, lists.validation.frames, lists.test.frames];
  say(`\nBCCD: ${train.length} frames to train on, ${validation.length} to choose by, ${test.length} to judge by`);
  const kinds = KINDS.filter((kind) => setting.kinds.includes(kind));
  for (const kind of kinds) {
    for (const seed of setting.seeds) {
      const data = { from: 'frames', train, validation } as const;
      const options = { kind, seed, scale: SCALE, examples: EXAMPLES };
      await trainOne(`bccd ${kind}`, folderOf(`bccd-${kind}`, seed), data, options);
    }
  }
  const found: Found[] = [];
  head('detector', 'seed', 'AP', 'AP50', 'count error a frame', 'cells a frame');
  for (const { kind, seed, views } of setting.seeds.flatMap((seed) =>
    kinds.flatMap((kind) => setting.views.map((views) => ({ kind, seed, views }))),
  )) {
    const detector = await loadDetector(folderOf(`bccd-${kind}`, seed), { views });
    const all = detector.withReading({ threshold: 0.05 });
    const frames = [];
    for (const { image, boxes } of test) frames.push({ found: await all.detect(image), boxes });
    const minScore = detector.reading.threshold;
    const name = views === 1 ? kind : `${kind}, ${views} views`;
    found.push({ name, seed, found: frames.map((frame) => frame.found), minScore });
    const { ap, ap50 } = precisionOf(frames);
    const errors = frames.map(({ found, boxes }) => {
      return Math.abs(found.filter(({ score }) => score >= minScore).length - boxes.length);
    });
    const cells = mean(frames.map(({ boxes }) => boxes.length));
    row(name, seed, percent(ap), percent(ap50), mean(errors).toFixed(2), cells.toFixed(2));
    all.dispose();
    detector.dispose();
  }

  say('\nEach class, as a classifier of the cells in the training frames names what is found');
  head('detector', 'seed', 'class', 'cells', 'AP', 'AP50', 'count error a frame', 'named right in its true box');
  const cells = {
    train: await cellsOf(images, lists.train.annotations),
    validation: await cellsOf(images, lists.validation.annotations),
    test: await cellsOf(images, lists.test.annotations),
  };
  for (const seed of setting.seeds) {
    const classifier = await classifierOfCells(cells.train, cells.validation, seed);
    const recalls = await recallOfClasses(cells.test, classifier);
    for (const { name, ...detections } of found.filter((one) => one.seed === seed)) {
      const { categories, perCategory } = await judgeByClass(images, lists.test.annotations, detections, classifier);
      for (const { category, organisms, ap, ap50, countError } of categories) {
        const right = percent(recalls.get(category) ?? 0);
        row(name, seed, category, organisms, percent(ap), percent(ap50), countError.toFixed(2), right);
      }
      row(
        name,
        seed,
        'mean over classes',
        cells.test.names.length,
        percent(perCategory.ap),
        percent(perCategory.ap50),
        '',
        '',
      );
    }
    classifier.dispose();
  }
}

interface Found {
  readonly name: string;
  readonly seed: number;
  readonly found: readonly (readonly Detection[])[];
  readonly minScore: number;
}

/** Real microscope frames of touching blood cells, by their own lists of training, validation and test frames. */
import { join } from 'node:path';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import { readFrames } from '../../src/detection/learned/read-frames.js';
import { loadDetector } from '../../src/detection/learned/store.js';
import { precisionOf } from '../../src/detection/learned/validation-score.js';
import { folderOf, head, mean, percent, row, say, setting } from './setting.js';
import { trainOne } from './training.js';

/** Cells of about 100 pixels, as large as organisms of the scenes. */
const SCALE = 0.5;
const KINDS = ['centre', 'two-slot'] as const;
/** Cells of three kinds need fewer examples than organisms of all shapes. */
const EXAMPLES = 600;

export async function judgeBccd(folder: string): Promise<void> {
  const [train, validation, test] = await Promise.all(
    ['train', 'val', 'test'].map(async (list) =>
      readFrames(await readAnnotations(folder, { list }), join(folder, 'JPEGImages')),
    ),
  );
  if (train === undefined || validation === undefined || test === undefined) throw new Error('three lists');
  say(`\nBCCD: ${train.length} frames to train on, ${validation.length} to choose by, ${test.length} to judge by`);
  const kinds = KINDS.filter((kind) => setting.kinds.includes(kind));
  for (const kind of kinds) {
    for (const seed of setting.seeds) {
      const data = { from: 'frames', train, validation } as const;
      const options = { kind, seed, scale: SCALE, examples: EXAMPLES };
      await trainOne(`bccd ${kind}`, folderOf(`bccd-${kind}`, seed), data, options);
    }
  }
  head('detector', 'seed', 'AP', 'AP50', 'count error a frame', 'cells a frame');
  for (const kind of kinds) {
    for (const seed of setting.seeds) {
      const detector = await loadDetector(folderOf(`bccd-${kind}`, seed));
      const all = detector.withReading({ threshold: 0.05 });
      const frames = [];
      for (const { image, boxes } of test) frames.push({ found: await all.detect(image), boxes });
      const { ap, ap50 } = precisionOf(frames);
      const errors = frames.map(({ found, boxes }) => {
        return Math.abs(found.filter(({ score }) => score >= detector.threshold).length - boxes.length);
      });
      const cells = mean(frames.map(({ boxes }) => boxes.length));
      row(kind, seed, percent(ap), percent(ap50), mean(errors).toFixed(2), cells.toFixed(2));
      all.dispose();
      detector.dispose();
    }
  }
}

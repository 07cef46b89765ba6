/** `cladenet detect`: organisms in whole images, and what they are. */
import { z } from 'zod';
import type { Classifier } from '../../classifier/classifier.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { identify } from '../../classifier/store/store.js';
import { unknownCropsNote } from '../../detection/classifying/classify-detections.js';
import type { Detector } from '../../detection/detector.js';
import { loadDetector } from '../../detection/learned/store.js';
import { thresholdDetector } from '../../detection/threshold/threshold-detector.js';
import { writeJson } from '../../files.js';
import { sha256OfJson } from '../../hash.js';
import { config, fresh, gpu, json } from '../../options/common.js';
import { decidingOptions, stoppingOptions } from '../../options/deciding.js';
import { detectOptions } from '../../options/detecting.js';
import { ecotaxaChoice, imageChoice, tableColumns } from '../../options/images.js';
import { option } from '../../options/option.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { partialFolder } from '../../outputs/unfinished.js';
import { log, print, startProgress } from '../../progress.js';
import { detectInto } from '../../report/detections/detect-into.js';
import { namedFrames } from '../../report/detections/frame-names.js';
import { detectedLines, detectedTable } from '../../report/tables/detected-text.js';
import { counted, duration } from '../../units.js';
import { text, toggle } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { chooseSources } from '../images.js';
import { interruptible } from '../interrupt.js';
import { chooseStopping, trainedImages } from '../stopping.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';
import { networkHint } from '../training.js';

const options = z.strictObject({
  out: option(text('a folder'), {
    description: 'folder to write: detections.json in the format of COCO, and what else is asked for',
    value: 'dir',
    writes: 'folder',
  }),
  ...detectOptions,
  draw: option(toggle().default(false), {
    description: 'draw each frame with boxes, names and probabilities, into drawn/',
  }),
  crops: option(toggle().default(false), {
    description: 'write a crop of each organism into crops/, with a table that EcoTaxa imports',
  }),
  yolo: option(toggle().default(false), {
    description: 'also write the detections for YOLO: labels/ and data.yaml',
  }),
  ...decidingOptions,
  ...stoppingOptions,
  images: option(stoppingOptions.images, {
    description:
      'for --target-accuracy and --class-thresholds: the images the classifier was trained with, whose validation set chooses; ' +
      '--target-accuracy needs none for a tree that decides as it chose itself',
  }),
  pathColumn: tableColumns.pathColumn,
  status: option(ecotaxaChoice.status, { default: 'all' }),
  objectImages: ecotaxaChoice.objectImages,
  stitch: imageChoice.stitch,
  strict: option(toggle().default(false), {
    description: 'stop at a frame that cannot be used, instead of leaving it out',
  }),
  maxPixels: option(imageChoice.maxPixels, {
    description: 'largest frame that is read',
    default: '536870912, or 23170 x 23170',
  }),
  ...{ gpu, fresh, json, config },
});

type DetectCommand = z.output<typeof options>;

export const detect = command({
  arguments: z.object({
    frames: option(z.array(z.string()), {
      description: 'frames: images, folders, tables of images or zip files of these',
      reads: 'images',
    }),
  }),
  options,
  details: 'A run that is stopped goes on at the frame where it stopped when the same command is given again.',
  outputs: (_, { out }) => [{ where: 'out', path: partialFolder(out), kind: 'unfinished' }],
  run: ({ frames }, options) => interruptible(networkHint(options.out), (signal) => detectAll(frames, options, signal)),
});

async function detectAll(paths: readonly string[], command: DetectCommand, signal: AbortSignal): Promise<void> {
  const { out, draw, crops, yolo, strict, maxPixels, tile, overlap } = command;
  const { detector, minScore, purpose } = await detectorOf(command);
  const classifier =
    command.classify === undefined ? undefined : await loadClassifier(command.classify, { device: deviceOf(command) });
  try {
    const naming = await namingOf(classifier, command, signal);
    const frames = namedFrames(await chooseSources(paths, command, signal));
    const started = performance.now();
    const progress = startProgress('detecting', frames.length);
    const detected = await detectInto(out, frames, {
      ...{ detector, classifier, classifying: naming.options, tiles: { tile, overlap }, minScore },
      purpose: [purpose, naming.purpose],
      info: { description: 'organisms found by cladenet', with: command.with, ...naming.info },
      ...{ draw, crops, yolo, strict, maxPixels, fresh: command.fresh, signal },
      onFrame: (done, _, organisms) => progress.update(done, counted(organisms, 'organism')),
      onResumed: (done) => log(`resuming: ${counted(done, 'frame')} of ${frames.length} already looked at`),
    }).finally(() => progress.stop());
    for (const line of detectedLines(detected)) log(line);
    print(detectedTable(detected));
    const took = duration((performance.now() - started) / 1000);
    log(`${counted(detected.frames, 'frame')} in ${took}, written to ${out}`);
    await writeJson(command.json, { ...detected, counts: Object.fromEntries(detected.counts) });
  } finally {
    detector.dispose();
    classifier?.dispose();
  }
}

const OF_THRESHOLD = ['background', 'threshold', 'minArea', 'splitDepth'] as const;

async function detectorOf(
  command: DetectCommand,
): Promise<{ readonly detector: Detector; readonly minScore: number | undefined; readonly purpose: unknown }> {
  const { background, threshold, minArea, splitDepth, minScore, views, scale } = command;
  if (command.with === 'threshold') {
    refuseOptions(unusedOptions(command, ['views', 'scale'], 'none beside `--with threshold`'));
    const how = { background, threshold, minArea, splitDepth };
    return { detector: thresholdDetector(how), minScore, purpose: how };
  }
  refuseOptions(unusedOptions(command, OF_THRESHOLD, 'none beside a detector that was trained'));
  const detector = await loadDetector(command.with, { device: deviceOf(command), threshold: minScore, views, scale });
  const purpose = [sha256OfJson(detector.description), detector.reading];
  return { detector, minScore: undefined, purpose };
}

async function namingOf(classifier: Classifier | undefined, command: DetectCommand, signal: AbortSignal) {
  const { classify, routing, decide, tta, margin, anyBackground } = command;
  if (classify === undefined || classifier === undefined) {
    const stopping = ['minConfidence', 'targetAccuracy', 'classThresholds', 'stopBy', 'taxonomy'] as const;
    refuseOptions(unusedOptions(command, ['anyBackground', 'routing', ...stopping], 'none without `classify`'));
    return { options: { margin }, purpose: null, info: {} };
  }
  const note = unknownCropsNote(classifier, margin);
  if (note !== undefined) log(note);
  const known = trainedImages(classifier, command, signal);
  const stopping = await chooseStopping(classify, classifier, command, await readIfGiven(command), known, signal);
  const { sha256, name } = await identify(classify);
  return {
    options: { routing, decide, tta, margin, anyBackground, ...stopping },
    purpose: sha256,
    info: { classifier: name },
  };
}

/** `cladenet judge`: detections against what is in the frames. */
import { z } from 'zod';
import { readAnnotations } from '../../detection/annotations/read-annotations.js';
import { judgeDetections } from '../../detection/judging/judge.js';
import { MOST_DETECTIONS } from '../../detection/judging/matching.js';
import { writeJson } from '../../files.js';
import { config, json } from '../../options/common.js';
import { option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { log, print } from '../../progress.js';
import { categoryTable, judgementText, precisionTable } from '../../report/tables/detection-tables.js';
import { leftOutLines } from '../../report/tables/left-out-text.js';
import { counted } from '../../units.js';
import { share, text, toggle, whole } from '../../value-schemas.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const FORMATS = 'COCO, YOLO, Pascal VOC, LabelMe or CVAT, recognised by its content';

const options = z.strictObject({
  taxonomy: option(taxonomyFile.optional(), {
    description: 'taxonomy of the classes: average precision at each depth, hierarchical F1, AHD',
    value: 'file',
  }),
  singleChild,
  minScore: option(share().default(0), {
    description:
      'leave out less sure detections from counts, pairs and hierarchical metrics; choose it on validation frames',
    value: 'score',
  }),
  maxDetections: option(whole(1).default(MOST_DETECTIONS), {
    description:
      'detections of a frame that average precision takes, the surest first; 100 is what COCO takes, and too few for frames with more organisms',
    value: 'n',
  }),
  list: option(text('the name of a list').optional(), {
    description: 'of a Pascal VOC folder, the list of frames in ImageSets/Main, such as test',
    value: 'name',
  }),
  strict: option(toggle().default(false), {
    description: 'stop if any annotation cannot be used, instead of leaving it out',
  }),
  json,
  config,
});

export const judge = command({
  arguments: z.object({
    detections: option(text('a file or a folder'), {
      description: `detections with scores: ${FORMATS}`,
      reads: 'images',
    }),
    truth: option(text('a file or a folder'), { description: `what is in the frames: ${FORMATS}`, reads: 'images' }),
  }),
  options,
  run: ({ detections, truth }, options) => judgeFiles(detections, truth, options),
});

async function judgeFiles(detections: string, truth: string, command: z.output<typeof options>): Promise<void> {
  const { list, strict, minScore, maxDetections } = command;
  const real = await opened(truth, { list, strict });
  const found = await opened(detections, { strict });
  const taxonomy = await readIfGiven(command);
  const judgement = judgeDetections(real, found, { taxonomy, minScore, maxDetections });
  print(precisionTable(judgement));
  print('');
  print(categoryTable(judgement));
  print('');
  print(judgementText(judgement));
  await writeJson(command.json, judgement);
}

async function opened(path: string, options: { readonly list?: string | undefined; readonly strict: boolean }) {
  const read = await readAnnotations(path, options);
  const { frames, annotations, format, problems, notes } = read;
  log(`${path}: ${counted(annotations.length, 'annotation')} in ${counted(frames.length, 'frame')} (${format})`);
  for (const line of leftOutLines(problems, '--strict')) log(line);
  for (const note of notes) log(note);
  return read;
}

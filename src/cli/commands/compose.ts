/** `cladenet compose`: frames composed of single organisms, with their annotations. */
import { z } from 'zod';
import { preprocessingFor } from '../../classifier/preprocessing.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { composeScenes } from '../../detection/scenes/compose-scenes.js';
import { cutOutPart } from '../../detection/scenes/cut-out-part.js';
import { writeScenes } from '../../detection/scenes/write-scenes.js';
import { config, seed, splitOptions } from '../../options/common.js';
import { imageChoice } from '../../options/images.js';
import { option } from '../../options/option.js';
import { sceneOptions } from '../../options/scenes.js';
import { log, startProgress } from '../../progress.js';
import { counted, duration } from '../../units.js';
import { oneOf, text, whole } from '../../value-schemas.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { knownSubsets, openTrainingData } from '../training.js';

const options = z.strictObject({
  out: option(text('a folder'), {
    description: 'folder to write: frames/*.png, and annotations.json in the format of COCO',
    value: 'dir',
    writes: 'folder',
  }),
  count: option(whole(1, 1_000_000).default(100), { description: 'number of frames', value: 'n' }),
  part: option(oneOf('train', 'validation', 'test').default('test'), {
    description: 'part of the split whose organisms are used, so that none of another part is in a frame',
    value: 'name',
  }),
  from: option(text('the folder of a classifier').optional(), {
    description: 'classifier whose split the images keep',
    value: 'model',
    reads: 'classifier',
  }),
  ...sceneOptions,
  ...imageChoice,
  ...splitOptions,
  seed,
  config,
});

export const compose = command({
  arguments: z.object({}),
  options,
  run: (_, options) => interruptible(null, (signal) => composeAll(options, signal)),
});

async function composeAll(command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const { out, part, from: folder, count } = command;
  const from = folder === undefined ? undefined : await loadClassifier(folder);
  const { preprocessing = preprocessingFor(), split: usual } = from?.description ?? {};
  const known = from && knownSubsets(command, from);
  from?.dispose();
  const data = await openTrainingData(command, { preprocessing, usual, known, signal });
  const cutting = startProgress('cutting out', data.split[part].length);
  const { cutouts, problems } = await cutOutPart(data, part, {
    signal,
    onProgress: (done) => cutting.update(done),
  }).finally(() => cutting.stop());
  for (const { where, received } of problems.slice(0, 5)) log(`${where}: left out: ${received}`);
  if (problems.length > 5) log(`... and ${problems.length - 5} more are left out`);
  const scenes = composeScenes(cutouts, command);
  const started = performance.now();
  const progress = startProgress('composing', count);
  const { seed: splitSeed } = data.drawnBy;
  const { organisms } = await writeScenes(out, scenes, {
    info: { description: 'frames composed by cladenet', part, seed: command.seed, splitSeed },
    names: data.images.paths,
    onProgress: (done) => progress.update(done),
    signal,
  }).finally(() => progress.stop());
  const took = duration((performance.now() - started) / 1000);
  const what = `${counted(count, 'frame')} of ${counted(organisms, 'organism')}`;
  log(`${what}, from ${counted(cutouts.length, 'crop')} of ${part}, in ${took}: written to ${out}`);
}

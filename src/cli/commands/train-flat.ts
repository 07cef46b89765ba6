/** `cladenet train flat`: the baseline. */
import { z } from 'zod';
import { requireReplaceable } from '../../classifier/store/store.js';
import { partialFolder } from '../../classifier/train/train-into.js';
import { outModel } from '../../options/common.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { trainingOptions } from '../../options/training.js';
import { networkOptions, running, trainedOn } from '../../options/training-run.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import { requirePrecision } from '../../tensorflow/precision.js';
import { deviceOf } from '../device.js';
import { trainFlatWithProgress } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { openTrainingData, preprocessingOf } from '../training.js';

export const trainFlatCommand = command({
  arguments: z.object({}),
  options: z.strictObject({
    ...trainedOn,
    out: outModel,
    ...networkOptions,
    ...trainingOptions,
    ...grouped('Labels', {
      taxonomy: option(taxonomyFile.optional(), {
        description: 'taxonomy, where images are labelled at its inner nodes: any class below the node is then right',
        value: 'file',
      }),
      singleChild,
    }),
    ...running,
  }),
  async run(_, command) {
    requirePrecision(command.precision, deviceOf(command));
    await requireReplaceable(command.out);
    const hint = `the same command resumes from the finished epochs, in ${partialFolder(command.out)}`;
    await interruptible(hint, async (signal) => {
      const taxonomy =
        command.taxonomy === undefined
          ? undefined
          : await readTaxonomy(command.taxonomy, { singleChild: command.singleChild });
      const data = await openTrainingData(command, { preprocessing: preprocessingOf(command), taxonomy, signal });
      await trainFlatWithProgress(command.out, command, data, signal);
    });
  },
});

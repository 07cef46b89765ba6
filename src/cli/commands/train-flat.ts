/** `cladenet train flat`: the baseline. */
import { z } from 'zod';
import { preprocessingFor } from '../../classifier/preprocessing.js';
import { outModel } from '../../options/common.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { fineTuningOptions, teacherOptions, trainingOptions } from '../../options/training.js';
import { networkOf } from '../../options/training-config.js';
import { networkOptions, running, trainedOn } from '../../options/training-run.js';
import { requirePrecision } from '../../tensorflow/precision.js';
import { deviceOf } from '../device.js';
import { trainFlatWithProgress } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { readIfGiven } from '../taxonomy.js';
import { loadTeachers, openTaught } from '../teachers.js';
import { command } from '../toolkit/command.js';
import { networkHint } from '../training.js';
import { checkTrunkWeights } from '../trunk-weights.js';

export const trainFlatCommand = command({
  arguments: z.object({}),
  options: z.strictObject({
    ...trainedOn,
    out: outModel,
    ...networkOptions,
    ...trainingOptions,
    ...fineTuningOptions,
    ...teacherOptions,
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
    await interruptible(networkHint(command.out), async (signal) => {
      const classifiers = await loadTeachers(command.teacher ?? [], command);
      await checkTrunkWeights(command, signal);
      const taxonomy = await readIfGiven(command);
      const preprocessing = preprocessingFor(networkOf(command), command.background, command.cropBottom);
      const { data, teachers } = await openTaught(command, classifiers, { preprocessing, taxonomy, signal });
      await trainFlatWithProgress(command.out, command, data, signal, teachers.length === 0 ? {} : { teachers });
    });
  },
});

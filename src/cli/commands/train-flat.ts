/** `cladenet train flat`: the baseline. */
import { z } from 'zod';
import { parseTraining } from '../../classifier/configuration.js';
import { preprocessingFor } from '../../classifier/preprocessing.js';
import { isWholeTrunkFrozen, requireSomethingToTrain } from '../../classifier/train/flat-plan.js';
import { outModel } from '../../options/common.js';
import { pseudoOptions } from '../../options/labels.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { fineTuningOptions, teacherOptions, trainingOptions, views } from '../../options/training.js';
import { networkOf, presetTrainingOf } from '../../options/training-config.js';
import { networkOptions, running, trainedOn } from '../../options/training-run.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { requirePrecision } from '../../tensorflow/precision.js';
import { deviceOf } from '../device.js';
import { trainFlatWithProgress } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { labelledBy, openLabeller } from '../pseudo-labels.js';
import { readIfGiven, requireInTaxonomy } from '../taxonomy.js';
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
    views: option(views, {
      group: 'Fine-tuning',
      description: 'with --frozen-stages all: augmented views of each training image whose features are computed',
    }),
    ...grouped('Labels', {
      taxonomy: option(taxonomyFile.optional(), {
        description: 'taxonomy, where images are labelled at its inner nodes: any class below the node is then right',
        value: 'file',
      }),
      singleChild,
    }),
    ...pseudoOptions,
    ...running,
  }),
  async run(_, command) {
    requirePrecision(command.precision, deviceOf(command));
    const network = networkOf(command);
    const isFrozen = isWholeTrunkFrozen(network, command);
    if (!isFrozen) refuseOptions(unusedOptions(command, ['views'], 'none, only with all stages frozen'));
    requireSomethingToTrain(network, parseTraining(presetTrainingOf(command)), { teachers: command.teacher });
    await interruptible(networkHint(command.out), async (signal) => {
      const labeller = await openLabeller(command);
      const classifiers = await loadTeachers(command.teacher ?? [], command);
      await checkTrunkWeights(command, signal);
      const taxonomy = await readIfGiven(command);
      const preprocessing = preprocessingFor(network, command.background, command.cropBottom);
      const onClasses = (classes: readonly string[]) => {
        if (taxonomy !== undefined) requireInTaxonomy(taxonomy, classes);
      };
      const given = { preprocessing, taxonomy, labeller, onClasses, signal };
      const { data: opened, teachers } = await openTaught(command, classifiers, given);
      const data = await labelledBy(labeller, opened, command, signal);
      await trainFlatWithProgress(command.out, command, data, signal, {
        ...(teachers.length > 0 && { teachers }),
        // Without augmentation the views of an image would all be the same.
        views: command.augment ? command.views : 0,
      });
    });
  },
});

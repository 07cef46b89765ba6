/** `cladenet train head`: an MLP block on features. */
import { z } from 'zod';
import { featureHeadTraining, trainFeatureHead } from '../../classifier/train/train-feature-head.js';
import { outModel } from '../../options/common.js';
import { sourceOptions } from '../../options/feature-sources.js';
import { measuringOptions } from '../../options/measuring.js';
import { option } from '../../options/option.js';
import { headTrainingOf } from '../../options/training-config.js';
import { headDefault, measuredOn, partTraining } from '../../options/training-run.js';
import { deviceOf } from '../device.js';
import { openFeatureData, saveOnFeatures, sourcesOf } from '../feature-training.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { epochProgress } from '../training.js';
import { workProgress } from '../work-progress.js';

const { epochs, batch, rate, labelSmoothing, classWeights, balance } = partTraining({
  ...headDefault,
  epochs: String(featureHeadTraining.epochs),
});

export const trainHeadCommand = command({
  arguments: z.object({}),
  options: z.strictObject({
    ...measuredOn,
    out: outModel,
    ...sourceOptions,
    epochs: option(epochs, { description: 'passes over the features of the training images' }),
    batch,
    rate,
    labelSmoothing,
    classWeights,
    balance,
    ...measuringOptions,
  }),
  details:
    'A training on features takes minutes at most and keeps no checkpoints: after a stop, the same command starts anew.',
  async run(_, command) {
    const { out } = command;
    await interruptible(null, async (signal) => {
      const sources = await sourcesOf(command);
      const { from, data } = await openFeatureData(command, signal);
      const progress = workProgress();
      const { stop, ...hooks } = epochProgress();
      const options = {
        ...sources,
        from,
        training: headTrainingOf({ ...command, augment: true }),
        hooks,
        device: deviceOf(command),
        signal,
        ...progress,
      };
      const trained = await trainFeatureHead(data, options).finally(() => {
        progress.stop();
        stop();
      });
      await saveOnFeatures(out, 'head', trained);
    });
  },
});

/** `cladenet train forest`: a random forest on features. */
import { z } from 'zod';
import { trainForest } from '../../classifier/train/train-forest.js';
import { outModel } from '../../options/common.js';
import { forestOptions, sourceOptions } from '../../options/feature-sources.js';
import { measuringOptions } from '../../options/measuring.js';
import { measuredOn } from '../../options/training-run.js';
import { deviceOf } from '../device.js';
import { openFeatureData, saveOnFeatures, sourcesOf } from '../feature-training.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { workProgress } from '../work-progress.js';

export const trainForestCommand = command({
  arguments: z.object({}),
  options: z.strictObject({ ...measuredOn, out: outModel, ...sourceOptions, ...forestOptions, ...measuringOptions }),
  details: 'A forest is grown within minutes and keeps no checkpoints: after a stop, the same command starts anew.',
  async run(_, command) {
    const { out, trees, classWeights, minLeaf, mtry, seed } = command;
    await interruptible(null, async (signal) => {
      const sources = await sourcesOf(command);
      const { from, data } = await openFeatureData(command, signal);
      const progress = workProgress();
      const forest = { classWeights, minLeaf, mtry };
      const options = { ...sources, from, trees, seed, forest, device: deviceOf(command), signal, ...progress };
      const trained = await trainForest(data, options).finally(() => progress.stop());
      await saveOnFeatures(out, 'forest', trained);
    });
  },
});

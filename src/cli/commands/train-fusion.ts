/** `cladenet train fusion`: two classifiers, of which the probabilities are averaged. */
import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { fuse } from '../../classifier/train/fuse.js';
import { outModel } from '../../options/common.js';
import { option } from '../../options/option.js';
import { measuredOn } from '../../options/training-run.js';
import { refuseOptions } from '../../options/unused.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { saveOnFeatures } from '../feature-training.js';
import { interruptible } from '../interrupt.js';
import { predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';
import { knownSubsets, openTrainingData } from '../training.js';

export const trainFusionCommand = command({
  arguments: z.object({}),
  options: z.strictObject({
    ...measuredOn,
    of: option(z.array(text('the folder of a classifier')), {
      description: 'one of the two classifiers; the split of the first is taken over',
      value: 'model',
      repeatable: true,
      reads: 'classifier',
    }),
    out: outModel,
  }),
  async run(_, command) {
    const { out } = command;
    const [first, second, ...more] = command.of;
    if (first === undefined || second === undefined || more.length > 0) {
      refuseOptions([{ where: 'of', expected: 'two classifiers', received: `${command.of.length}` }]);
      return;
    }
    const device = deviceOf(command);
    await interruptible(null, async (signal) => {
      const of = [await loadClassifier(first, { device }), await loadClassifier(second, { device })] as const;
      const { preprocessing, split } = of[0].description;
      const data = await openTrainingData(command, {
        preprocessing,
        usual: split,
        known: knownSubsets(command, of[0]),
        taxonomy: await readIfGiven(command),
        signal,
      });
      const trained = await predicting('predicting', (onProgress) => fuse(data, { of, device, signal, onProgress }));
      await saveOnFeatures(out, 'fusion', trained);
    });
  },
});

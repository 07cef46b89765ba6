/** `cladenet train flat`: the baseline. */
import { requireReplaceable } from '../../classifier/store/store.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import { requirePrecision } from '../../tensorflow/precision.js';
import { deviceOf } from '../device.js';
import { partialFolder, trainFlatInto } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { flatSchema, resolveOptions } from '../options.js';
import { openTrainingData, preprocessingOf } from '../training.js';

export async function trainFlatCommand(given: Record<string, unknown>): Promise<void> {
  const command = await resolveOptions(flatSchema, given);
  requirePrecision(command.precision, deviceOf(command));
  await requireReplaceable(command.out);
  const hint = `the same command goes on from the finished epochs, in ${partialFolder(command.out)}`;
  await interruptible(hint, async (signal) => {
    const taxonomy =
      command.taxonomy === undefined
        ? undefined
        : await readTaxonomy(command.taxonomy, { singleChild: command.singleChild });
    const data = await openTrainingData(command, { preprocessing: preprocessingOf(command), taxonomy, signal });
    await trainFlatInto(command.out, command, data, signal);
  });
}

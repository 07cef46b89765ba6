/** `cladenet train flat`: the baseline. */

import { trainFlat } from '../../classifier/train-flat.js';
import { checkpointFolder } from '../../training/checkpoint.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { type FlatCommand, flatSchema, resolveOptions } from '../options.js';
import { say } from '../progress.js';
import { epochProgress, networkOf, openTrainingData, presetTrainingOf, purposeOf, testLine } from '../training.js';

export async function trainFlatCommand(given: Record<string, unknown>): Promise<void> {
  const command: FlatCommand = await resolveOptions(flatSchema, given);
  const network = networkOf(command);
  const training = presetTrainingOf(command);
  const data = await openTrainingData(command);
  const checkpoint = checkpointFolder(`${command.out}.partial`, purposeOf('flat', data, { network, training }));
  if (command.fresh) await checkpoint.clear();
  else if ((await checkpoint.load()) !== undefined) say(`going on from ${command.out}.partial`);
  const progress = epochProgress();
  await interruptible(
    `go on with the same command; ${command.out}.partial holds the finished epochs`,
    async (signal) => {
      try {
        const flat = await trainFlat(data, {
          network,
          training,
          deviceMemory: command.deviceMemory * 2 ** 20,
          device: deviceOf(command),
          hooks: { ...progress, signal, checkpoint },
        });
        await flat.save(command.out);
        await checkpoint.clear();
        say(testLine('flat', flat.description.test));
        say(`saved to ${command.out}`);
      } finally {
        progress.stop();
      }
    },
  );
}

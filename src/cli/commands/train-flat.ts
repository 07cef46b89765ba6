/** `cladenet train flat`: the baseline. */
import { partialFolder, trainFlatInto } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { flatSchema, resolveOptions } from '../options.js';
import { openTrainingData } from '../training.js';

export async function trainFlatCommand(given: Record<string, unknown>): Promise<void> {
  const command = await resolveOptions(flatSchema, given);
  const data = await openTrainingData(command);
  const hint = `go on with the same command; ${partialFolder(command.out)} holds the finished epochs`;
  await interruptible(hint, (signal) => trainFlatInto(command.out, command, data, signal));
}

/** `--among` and `--below`: two ways to say within which taxa images are predicted. */
import { refuseOptions, unusedOptions } from '../options/unused.js';

interface AmongCommand {
  readonly among?: readonly string[] | undefined;
  readonly below?: string | undefined;
}

/** The taxa; undefined for all classes. */
export function amongOf(command: AmongCommand): readonly string[] | undefined {
  const { among, below } = command;
  if (below === undefined) return among;
  refuseOptions(unusedOptions(command, ['among'], 'none beside `below`'));
  return [below];
}

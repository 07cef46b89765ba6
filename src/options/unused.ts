/** Options that do nothing beside others are errors, not silence. */
import { CladenetError, type Problem } from '../errors.js';

/** Options that were given and would do nothing, as problems. @param expected with names of options in backticks */
export function unusedOptions<C extends object>(
  options: C,
  names: readonly (keyof C & string)[],
  expected: string,
): Problem[] {
  return names.flatMap((name) => {
    const value = options[name];
    if (value === undefined || value === false) return [];
    return [{ where: name, expected, received: value === true ? 'it' : String(value) }];
  });
}

/** @throws CladenetError USAGE if there is any problem */
export function refuseOptions(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('USAGE', 'These options cannot be used', problems);
}

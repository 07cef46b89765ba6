/** Options that do nothing beside others are errors, not silence. */
import type { Problem } from '../errors.js';
import { flag } from './toolkit/flags.js';

/** Options that were given and would do nothing, as problems. */
export function unusedOptions<C extends object>(
  options: C,
  names: readonly (keyof C & string)[],
  expected: string,
): Problem[] {
  return names.flatMap((name) => {
    const value = options[name];
    if (value === undefined || value === false) return [];
    return [{ where: flag(name), expected, received: value === true ? 'it' : String(value) }];
  });
}

/** `--fresh` says something about folds only. */
export function freshProblems(options: {
  readonly outOfFold?: number | undefined;
  readonly fresh: boolean;
}): Problem[] {
  return options.outOfFold === undefined ? unusedOptions(options, ['fresh'], 'none, only with --out-of-fold') : [];
}

/** What the checks of all kinds of arms share. */
import { didYouMean, type Problem } from '../errors.js';

/** The parts of a study that arms are checked against, as far as they could be parsed. */
export interface Around {
  readonly taxonomy: unknown;
  readonly decide: unknown;
  readonly validation: unknown;
  /** Names of all arms, including invalid ones. */
  readonly names: readonly string[];
  readonly flatNames: readonly string[];
  /** Names of the fusions. */
  readonly fused: readonly string[];
}

/** Where a field of the arm is. */
export type At = (field: string) => string;

/** @param needed whether a flat arm is required even if none is named */
export function flatArmProblems(
  name: string | undefined,
  { names, flatNames }: Around,
  where: string,
  needed: boolean,
): Problem[] {
  if (name === undefined) {
    if (!needed || flatNames.length > 0) return [];
    return [{ where, expected: 'a flat arm to build on', received: 'none', remedy: 'Add an arm of kind flat.' }];
  }
  if (flatNames.includes(name)) return [];
  const received = names.includes(name) ? `${name}, which is not a flat arm` : name;
  const remedy = didYouMean(name, flatNames);
  return [{ where, expected: 'the name of a flat arm', received, remedy }];
}

/** A problem for a setting that would have no effect. */
export function idle(value: unknown, where: string, expected: string): Problem[] {
  return value === undefined ? [] : [{ where, expected, received: JSON.stringify(value) }];
}

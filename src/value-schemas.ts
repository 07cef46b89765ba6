/** Schemas of the values that options and configurations hold: each error says in words what is allowed. */
import { z } from 'zod';

const MOST = Number.MAX_SAFE_INTEGER;

export const number = (expected: string, allowed: (value: number) => boolean) =>
  z.number(expected).refine(allowed, expected);

export function whole(least: number, most = MOST) {
  const expected = most === MOST ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`;
  return number(expected, (value) => Number.isInteger(value) && value >= least && value <= most);
}

export const positive = () => number('a number above 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY);
export const atLeast0 = () =>
  number('a number of at least 0', (value) => value >= 0 && value < Number.POSITIVE_INFINITY);
export const share = () => number('a number from 0 to 1', (value) => value >= 0 && value <= 1);
export const shareBelow1 = () => number('a number from 0 to below 1', (value) => value >= 0 && value < 1);
export const text = (expected: string) => z.string(expected).min(1, expected);
export const toggle = () => z.boolean('true or false');
export const names = () => z.array(z.string('a list of names'), 'a list of names');

export const oneOf = <const T extends string>(...choices: readonly T[]) => z.enum(choices, inWords(choices));
export const oneOfNumbers = <const T extends number>(...choices: readonly T[]) =>
  z.literal(choices, inWords(choices.map(String)));

/** `1, 2, 4 or 8`. */
export const inWords = (choices: readonly string[]) =>
  [choices.slice(0, -1).join(', '), ...choices.slice(-1)].filter((part) => part !== '').join(' or ');

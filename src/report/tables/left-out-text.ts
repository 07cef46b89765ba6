/** What was left out of an input, as lines for the log. */
import type { Problem } from '../../errors.js';

/** Lines of one kind that are shown. */
const SHOWN = 10;

/** What was wrong with each thing that is left out; of many, the first. @param all what names all of them */
export function leftOutLines(problems: readonly Problem[], all: string): string[] {
  const lines = problems.map(({ where, expected, received, remedy }) => {
    const what = `${where}: left out: expected ${expected}, received ${received}`;
    return remedy === undefined ? what : `${what}. ${remedy}`;
  });
  return cutLines(lines, `are left out; ${all} names all of them`);
}

/** The first of many lines, and how many more there are. */
export const cutLines = (lines: readonly string[], what: string): string[] =>
  lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `... and ${lines.length - SHOWN} more ${what}`];

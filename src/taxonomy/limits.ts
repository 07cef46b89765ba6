/**
 * How large a taxonomy may be: far larger than any that is meant, so that a damaged or hostile file is refused at once
 * instead of filling the memory. A node is identified by its path, so deep trees of long names need much text.
 */
import { inMiddle } from '../errors.js';
import type { Finding, Place } from './findings.js';
import { SEPARATOR } from './names.js';
import type { PlacedLineage } from './reading.js';

/** Names from the top down to a leaf. */
export const MOST_LEVELS = 5000;
/** Characters of a name. */
export const LONGEST_NAME = 1000;
/** Characters of a path. Longer strings of one length are all one hash to V8. */
export const LONGEST_PATH = 16_000;
/** Names in all lineages together. */
export const MOST_STEPS = 20_000_000;
/** Characters of the paths of all nodes together. */
export const MOST_TEXT = 250_000_000;

const count = (n: number) => n.toLocaleString('en-US');

export function tooDeep(at: Place): Finding {
  return { at, expected: `at most ${count(MOST_LEVELS)} levels`, received: 'more' };
}

function nameTooLong(at: Place, name: string): Finding {
  const expected = `a name of at most ${count(LONGEST_NAME)} characters`;
  return { at, expected, received: `one of ${count(name.length)}: '${inMiddle(name, 100)}'` };
}

export function pathTooLong(at: Place, path: string): Finding {
  const expected = `a path of at most ${count(LONGEST_PATH)} characters`;
  return { at, expected, received: `one of ${count(path.length)}: '${inMiddle(path, 100)}'` };
}

/** The finding of a taxonomy that is too large as a whole. */
export function tooLarge(source: string): Finding {
  return {
    at: { where: source, order: Number.POSITIVE_INFINITY },
    expected: `a taxonomy of at most ${count(MOST_STEPS)} names, whose paths have ${count(MOST_TEXT)} characters at most`,
    received: 'a larger one',
  };
}

/** Everything that exceeds a limit, each lineage once. */
export function limitFindings(lineages: readonly PlacedLineage[], source: string): Finding[] {
  const findings = lineages.flatMap((lineage) => limitFinding(lineage) ?? []);
  if (findings.length > 0) return findings;
  return isTooLarge(lineages) ? [tooLarge(source)] : [];
}

function limitFinding({ label = '', names }: PlacedLineage): Finding | undefined {
  const at = names.at(-1)?.at;
  if (at === undefined) return undefined;
  if (names.length > MOST_LEVELS) return tooDeep(at);
  const long = names.find(({ name }) => name.length > LONGEST_NAME);
  if (long !== undefined) return nameTooLong(long.at, long.name);
  if (label.length > LONGEST_NAME) return nameTooLong(at, label);
  const length = names.reduce((sum, { name }) => sum + name.length + 1, -1);
  return length > LONGEST_PATH ? pathTooLong(at, names.map(({ name }) => name).join(SEPARATOR)) : undefined;
}

/** The nodes below a node, by their names. */
type Below = Map<string, Below>;

function isTooLarge(lineages: readonly PlacedLineage[]): boolean {
  const top: Below = new Map();
  let [steps, text] = [0, 0];
  for (const { names } of lineages) {
    steps += names.length;
    let [below, length] = [top, 0];
    for (const { name } of names) {
      length += name.length + 1;
      let next = below.get(name);
      if (next === undefined) {
        next = new Map();
        below.set(name, next);
        text += length;
      }
      below = next;
    }
    if (steps > MOST_STEPS || text > MOST_TEXT) return true;
  }
  return false;
}

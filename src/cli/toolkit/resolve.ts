/** The options of a call: from the command line over those of a configuration file, checked, every problem at once. */
import type { z } from 'zod';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { readJsonObject } from '../../json-config.js';
import { factsOf } from '../../options/option.js';
import type { Command } from './command.js';
import { flag, readTyped } from './flags.js';

export interface Resolved {
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of the options that were given at all. */
  readonly given: ReadonlySet<string>;
  /** The configuration file that options were read from. */
  readonly file: string | undefined;
}

/**
 * Options from a configuration file (JSON, the same names in camelCase), overridden by those of the command line.
 *
 * @param all what was typed, by the names of the options: text, several texts, or true or false for a switch
 * @throws CladenetError USAGE naming every option that is missing, unknown or out of range, with the nearest known name
 */
export async function resolveOptions(
  schema: z.ZodObject,
  all: Readonly<Record<string, unknown>>,
  { option = 'config', usual }: Partial<NonNullable<Command['optionsFile']>> = {},
): Promise<Resolved> {
  const { [option]: named = usual?.(), ...typed } = all;
  const file = typeof named === 'string' ? named : undefined;
  const written = file === undefined ? {} : await readJsonObject(file, 'options');
  const read = Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, readValue(schema, name, value)]));
  const merged: Record<string, unknown> = { ...readWritten(schema, written), ...read };
  const result = schema.safeParse(merged);
  if (result.success) return { options: result.data, given: new Set(Object.keys(merged)), file };
  const where = (name: PropertyKey) =>
    Object.hasOwn(typed, name) || file === undefined ? flag(name) : `${file}: ${String(name)}`;
  const problems = result.error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownOption(where(key), key, schema, Object.hasOwn(typed, key)));
    }
    const name = String(issue.path[0]);
    const given = Object.hasOwn(typed, name) ? typed[name] : (written[name] ?? merged[name]);
    const received = given === undefined ? 'nothing' : typeof given === 'string' ? given : JSON.stringify(given);
    const known = 'values' in issue ? issue.values.map(String) : [];
    const remedy = typeof given === 'string' ? didYouMean(given, known) : undefined;
    return [{ where: where(name), expected: issue.message, received, remedy }];
  });
  throw new CladenetError('USAGE', 'These options cannot be used', withoutRepeats(problems));
}

function readValue(schema: z.ZodObject, name: string, typed: unknown): unknown {
  if (!Object.hasOwn(schema.shape, name) || typeof typed !== 'string') return typed;
  return readTyped(schema.shape[name] as z.ZodType, typed);
}

/** In a file a value may also be written as it is typed. */
const readWritten = (schema: z.ZodObject, written: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(written).map(([name, value]) => [name, readValue(schema, name, value)]));

function unknownOption(where: string, key: string, schema: z.ZodObject, isTyped: boolean): Problem {
  const shown = (name: string) => (isTyped ? flag(name) : name);
  const renamed = renamedFrom(schema, key);
  const remedy =
    renamed === undefined ? didYouMean(key, Object.keys(schema.shape), shown) : `It is called ${shown(renamed)} now.`;
  return { where, expected: 'a known option', received: shown(key), remedy };
}

/** The option that had this name in earlier versions. */
export const renamedFrom = (schema: z.ZodObject, name: string): string | undefined =>
  Object.entries(schema.shape).find(([, option]) => factsOf(option as z.ZodType).former === name)?.[0];

/** Parts of one value (fractions of a split) are one problem. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const keys = problems.map(({ where, expected }) => JSON.stringify([where, expected]));
  return problems.filter((_, i) => keys.indexOf(keys[i] as string) === i);
}

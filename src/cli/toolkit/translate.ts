/** Errors of the library speak of arguments; on the command line they speak of the flags of the command that runs. */
import type { z } from 'zod';
import { CladenetError, type Problem } from '../../errors.js';
import { factsOf, isSwitch } from '../../options/option.js';
import { flag } from './flags.js';

/** An error as the command with these options reports it; anything else as it is. */
export function translated(error: unknown, options: z.ZodObject): unknown {
  if (!(error instanceof CladenetError)) return error;
  const flags = flagsByArgument(options);
  const { code, summary, problems, cause } = error;
  const translatedProblems = problems.map(({ where, expected, received, output, remedy }): Problem => {
    return {
      output,
      where: inPlace(where, flags),
      expected: inText(expected, flags),
      received: inText(received, flags),
      remedy: remedy && (inRemedy(remedy, flags) || undefined),
    };
  });
  return new CladenetError(code, inText(summary, flags), translatedProblems, { cause });
}

interface Flag {
  readonly flag: string;
  readonly isSwitch: boolean;
}

/** What this command has an option for, by the option's own name and by the library's. */
function flagsByArgument({ shape }: z.ZodObject): ReadonlyMap<string, Flag> {
  const options = Object.entries(shape) as [string, z.ZodType][];
  return new Map(
    options.flatMap(([name, schema]) => {
      const typed = { flag: flag(name), isSwitch: isSwitch(schema) };
      return [name, factsOf(schema).argument ?? name].map((argument) => [argument, typed] as const);
    }),
  );
}

/** `headKind, trunk` names options; `trees/a.csv, line 3` and `split.json` do not. */
function inPlace(where: string, flags: ReadonlyMap<string, Flag>): string {
  const names = where.split(', ');
  if (!names.every((name) => flags.has(argumentIn(name)))) return inText(where, flags);
  return names.map((name) => flags.get(argumentIn(name))?.flag).join(', ');
}

/** `training.epochs` is what `--epochs` sets. */
const argumentIn = (where: string) => where.replace(/^(?:options|training|training\.optimiser)\./, '');

/** `trainTree`, or `cladenet train tree`: what the library has and the command line has. */
const EITHER = /`\w+`, or (`cladenet [^`]+`)/g;
const SENTENCE = /(?<=[.?!]) (?=\S)/;
/** `allowMissing: true`, or `allowMissing`: not a word that is a name in any language, like `taxonomy`. */
const ARGUMENT = /`[a-z]\w*: [^`]*`|`[a-z]+[A-Z]\w*`/;

/** A remedy in what this command can be told: sentences with arguments that it has no option for are left out. */
function inRemedy(remedy: string, flags: ReadonlyMap<string, Flag>): string {
  return remedy
    .replaceAll(EITHER, '$1')
    .split(SENTENCE)
    .map((sentence) => inText(sentence, flags))
    .filter((sentence) => !ARGUMENT.test(sentence))
    .map((sentence) => sentence.replaceAll(/`([a-z]+)`/g, '$1'))
    .join(' ');
}

/** `singleChild: 'collapse'` between backticks becomes `--single-child collapse`. */
function inText(text: string, flags: ReadonlyMap<string, Flag>): string {
  return text.replaceAll(/`([a-z]\w*)(?:: ([^`]*))?`/gi, (quoted, name: string, value: string | undefined) => {
    const known = flags.get(name);
    if (known === undefined) return quoted;
    if (value === undefined || (known.isSwitch && value === 'true')) return known.flag;
    if (known.isSwitch) return known.flag.replace('--', '--no-');
    return `${known.flag} ${value.replaceAll(/^'(.*)'$/g, '$1')}`;
  });
}

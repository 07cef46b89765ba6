/** The commander program of one call, made from the list of the commands. */
import { Argument, Option, Command as Program } from 'commander';
import { z } from 'zod';
import { factsOf, isRequired, valueSchema } from '../../options/option.js';
import { VERSION } from '../../version.js';
import type { Command, CommandEntry } from './command.js';
import { flag, flagHelp } from './flags.js';
import { resolveOptions } from './resolve.js';
import { translated } from './translate.js';

export interface ProgramOptions {
  readonly commands: readonly CommandEntry[];
  /** Descriptions of the words that begin several commands, like `train`. */
  readonly families: Readonly<Record<string, string>>;
  /** Is given the exit code of the command that ran. */
  readonly exit: (code: number) => void;
}

/**
 * Only the command that `argv` calls has its flags: the files of the others are not loaded.
 *
 * @param argv the words after `cladenet`
 */
export async function createProgram(argv: readonly string[], options: ProgramOptions): Promise<Program> {
  const { commands, families, exit } = options;
  const program = new Program('cladenet')
    .description('Hierarchical image classification: train flat and tree classifiers on a taxonomy, and compare them.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('(cladenet --help lists the commands, cladenet COMMAND --help its options)')
    .exitOverride();
  const called = calledBy(argv, commands);
  const parents = new Map<string, Program>();
  for (const entry of commands) {
    const words = entry.name.split(' ');
    const own = words.at(-1) as string;
    let parent = program;
    if (words.length > 1) {
      const family = words[0] as string;
      parent =
        parents.get(family) ??
        program
          .command(family)
          .description(sentence(families[family] ?? ''))
          .summary(families[family] ?? '')
          .helpOption('-h, --help', 'print this help')
          .helpGroup(entry.group)
          .helpCommand(false);
      parents.set(family, parent);
    }
    const made = parent.command(own).description(sentence(entry.description)).summary(entry.description);
    made.helpOption('-h, --help', 'print this help').helpGroup(words.length > 1 ? 'Commands:' : entry.group);
    if (entry === called) addCommand(made, await entry.load(), exit);
  }
  return program;
}

const sentence = (phrase: string) => `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;

function calledBy(argv: readonly string[], commands: readonly CommandEntry[]): CommandEntry | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, i) => argv[i] === word));
}

function addCommand(made: Program, command: Command, exit: (code: number) => void): void {
  if (command.details !== undefined) made.description(`${made.description()} ${command.details}`);
  for (const argument of argumentsOf(command)) made.addArgument(argument);
  for (const [name, schema] of Object.entries(command.options.shape) as [string, z.ZodType][]) {
    addOption(made, name, schema);
  }
  made.action(async (...received: unknown[]) => {
    const names = Object.keys(command.arguments.shape);
    const args = Object.fromEntries(names.map((name, i) => [name, received[i]]));
    const { options, given } = await resolveOptions(command.options, received[names.length] as Record<string, unknown>);
    try {
      exit(await command.run(args, options, { given }));
    } catch (error) {
      throw translated(error, command.options);
    }
  });
}

export const argumentsOf = ({ arguments: { shape } }: Command): Argument[] =>
  Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const word = `${name}${valueSchema(schema) instanceof z.ZodArray ? '...' : ''}`;
    return new Argument(isRequired(schema) ? `<${word}>` : `[${word}]`, factsOf(schema).description);
  });

function addOption(made: Program, name: string, schema: z.ZodType): void {
  const { repeatable, former } = factsOf(schema);
  for (const { flags, description, group } of flagHelp(name, schema)) {
    const option = new Option(flags, description);
    if (repeatable) option.argParser((typed, before: readonly string[] = []) => [...before, typed]);
    const heading = isRequired(schema) ? 'Required' : group;
    if (heading !== undefined) option.helpGroup(`${heading}:`);
    made.addOption(option);
  }
  if (former !== undefined) made.addOption(new Option(`${flag(former)} [value]`).hideHelp());
}

/** The commander program of one call, made from the list of the commands. */
import { Argument, Option, Command as Program } from 'commander';
import { z } from 'zod';
import { factsOf, isRequired, valueSchema } from '../../options/option.js';
import { withOutputs } from '../../outputs/with-outputs.js';
import { VERSION } from '../../version.js';
import { visibleLines } from '../../visible.js';
import type { Command, CommandEntry } from './command.js';
import { flag, flagHelp, REST } from './flags.js';
import { pathsOf } from './paths.js';
import { type Resolved, resolveOptions } from './resolve.js';
import { translated } from './translate.js';

export interface ProgramOptions {
  readonly commands: readonly CommandEntry[];
  /** Descriptions of the words that begin several commands, like `train`. */
  readonly families: Readonly<Record<string, string>>;
  /** Is given the exit code of the command that ran. */
  readonly exit: (code: number) => void;
  /** Is given the call instead of running it. */
  readonly onCall?: ((call: ReadCall) => void) | undefined;
  /** Prints nothing about what is wrong with the call. Default false. */
  readonly isQuiet?: boolean;
}

/** A call with its checked options. */
export interface ReadCall extends Resolved {
  readonly entry: CommandEntry;
  readonly command: Command;
  readonly args: Readonly<Record<string, unknown>>;
}

const EXIT_CODES = `
Exit codes: 0 success, 1 the work failed, 2 the call was wrong, 99 stopped by a
signal (the same command resumes), 128 + n ended by signal n.`;

/**
 * Only the command that `argv` calls has its flags: the files of the others are not loaded.
 *
 * @param argv the words after `cladenet`
 */
export async function createProgram(argv: readonly string[], options: ProgramOptions): Promise<Program> {
  const { commands, families } = options;
  const program = new Program('cladenet')
    .description('Hierarchical image classification: train flat and tree classifiers on a taxonomy, and compare them.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(cladenet --help lists the commands, cladenet COMMAND --help its options)')
    .exitOverride()
    .configureOutput({
      writeOut: write(process.stdout),
      writeErr: options.isQuiet ? () => undefined : write(process.stderr),
    });
  const called = calledBy(argv, commands);
  const parents = new Map<string, Program>();
  for (const entry of commands) {
    const [own = '', family] = entry.name.split(' ').reverse();
    let parent = program;
    if (family !== undefined) {
      parent = parents.get(family) ?? addProgram(program, family, families[family] ?? '', entry.group);
      parents.set(family, parent);
    }
    const made = addProgram(parent, own, entry.description, family === undefined ? entry.group : 'Commands:');
    if (entry !== called) continue;
    const command = await entry.load();
    describeCommand(made, entry, command, options);
    if (command.takesCommand) {
      for (const above of [program, parent]) above.enablePositionalOptions();
      made.passThroughOptions();
    }
  }
  return program;
}

const write = (stream: NodeJS.WriteStream) => (text: string) => {
  stream.write(visibleLines(text));
};

const addProgram = (parent: Program, word: string, description: string, group: string): Program =>
  parent
    .command(word)
    .summary(description)
    .description(sentence(description))
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .helpGroup(group);

const sentence = (phrase: string) => `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;

/** Whole sentences about a command. */
export const descriptionOf = ({ description }: CommandEntry, { details }: Command): string =>
  [sentence(description), ...(details === undefined ? [] : [details])].join(' ');

function calledBy(argv: readonly string[], commands: readonly CommandEntry[]): CommandEntry | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, i) => argv[i] === word));
}

function describeCommand(
  made: Program,
  entry: CommandEntry,
  command: Command,
  { exit, onCall }: Pick<ProgramOptions, 'exit' | 'onCall'>,
): void {
  made.description(descriptionOf(entry, command));
  for (const { typed, description } of argumentsOf(command)) made.addArgument(new Argument(typed, description));
  for (const [name, schema] of inHelpOrder(command)) addOption(made, name, schema);
  made.action(async (...received: unknown[]) => {
    const names = Object.keys(command.arguments.shape);
    const args = Object.fromEntries(names.map((name, i) => [name, received[i]]));
    const typed = received[names.length] as Record<string, unknown>;
    const resolved = await resolveOptions(command.options, typed, command.optionsFile);
    const { options, given, file } = resolved;
    if (onCall !== undefined) {
      onCall({ ...resolved, entry, command, args });
      return;
    }
    try {
      const { outputs, inputs } = pathsOf(command, args, options, file);
      exit(await withOutputs(outputs, inputs, () => command.run(args, options, { given })));
    } catch (error) {
      throw translated(error, command.options);
    }
  });
}

/** Options as the help lists them: those below no heading of their own last. */
export const inHelpOrder = ({ options: { shape } }: Command): [name: string, schema: z.ZodType][] => {
  const isLast = ([name, schema]: [string, z.ZodType]) => flagHelp(name, schema).some((one) => one.heading === REST);
  const all = Object.entries(shape) as [string, z.ZodType][];
  return [...all.filter((one) => !isLast(one)), ...all.filter(isLast)];
};

/** Arguments as they are typed: `<model>`, `[model]`, `<paths...>`. */
export const argumentsOf = ({ arguments: { shape } }: Command): { typed: string; description: string }[] =>
  Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const word = `${name}${valueSchema(schema) instanceof z.ZodArray ? '...' : ''}`;
    return { typed: isRequired(schema) ? `<${word}>` : `[${word}]`, description: factsOf(schema).description };
  });

function addOption(made: Program, name: string, schema: z.ZodType): void {
  const { repeatable, former } = factsOf(schema);
  let group = '';
  for (const { flags, description, heading } of flagHelp(name, schema)) {
    group = `${heading}:`;
    const option = new Option(flags, description).helpGroup(group);
    if (repeatable) option.argParser((typed, before: readonly string[] = []) => [...before, typed]);
    made.addOption(option);
  }
  if (former !== undefined) made.addOption(new Option(`${flag(former)} [value]`).helpGroup(group).hideHelp());
}

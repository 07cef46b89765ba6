/** A command: what it takes, as schemas with facts, and what it does. Everything else derives from these. */
import type { z } from 'zod';
import type { Division } from '../../cluster/make-plan.js';
import type { ImageListing } from '../../dataset/listing.js';
import type { OutputPath } from '../../outputs/output-path.js';

/** What the work of a call divides into, and what it is made of. */
export interface Divided extends Division {
  /** Undefined where there are none. */
  readonly images: ImageListing | undefined;
  /** Files and folders that are read beside images, and those that are read instead of given. */
  readonly files: readonly string[];
}

export interface Call {
  /** Names of the options that were given, on the command line or in a configuration file. */
  readonly given: ReadonlySet<string>;
}

export interface Command<A extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  /** In the order in which they are typed; an array takes all that are left. */
  readonly arguments: A;
  readonly options: O;
  /** What its help says beside its description: whole sentences. */
  readonly details?: string | undefined;
  /** What is written beside the paths that options name: see `writes` of their facts. */
  outputs?(args: z.output<A>, options: z.output<O>): OutputPath[];
  /** Whether the last argument is another command with options of its own, which follow the options of this one. */
  readonly takesCommand?: boolean | undefined;
  /** The option that names a file of options, and a file that is read without it. Default: `config`. */
  readonly optionsFile?: { readonly option: string; usual?(): string | undefined } | undefined;
  /** What a cluster may divide its work into. */
  divide?(args: z.output<A>, options: z.output<O>): Promise<Divided>;
  /** Whether the call writes only parts of its outputs, beside other processes that write others. */
  inParts?(options: z.output<O>): boolean;
  /** @returns the exit code */
  run(args: z.output<A>, options: z.output<O>, call: Call): Promise<number>;
}

/** Types a command by its schemas. Its `run` may return an exit code; without one it is 0. */
export function command<A extends z.ZodObject, O extends z.ZodObject>(definition: {
  readonly arguments: A;
  readonly options: O;
  readonly details?: string;
  readonly takesCommand?: boolean;
  readonly optionsFile?: Command['optionsFile'];
  divide?(args: z.output<A>, options: z.output<O>): Promise<Divided>;
  outputs?(args: z.output<A>, options: z.output<O>): OutputPath[];
  inParts?(options: z.output<O>): boolean;
  run(args: z.output<A>, options: z.output<O>, call: Call): Promise<unknown>;
}): Command {
  const { outputs, inParts, divide } = definition;
  return {
    ...definition,
    ...(divide && { divide: (args, options) => divide(args as z.output<A>, options as z.output<O>) }),
    inParts: (options) => inParts?.(options as z.output<O>) ?? false,
    outputs: (args, options) => outputs?.(args as z.output<A>, options as z.output<O>) ?? [],
    async run(args, options, call) {
      const outcome = await definition.run(args as z.output<A>, options as z.output<O>, call);
      return typeof outcome === 'number' ? outcome : 0;
    },
  };
}

/** What is known of a command before its file is loaded. */
export interface CommandEntry {
  /** One word, or a group's and its own: `train flat`. */
  readonly name: string;
  readonly description: string;
  /** Under which heading of `cladenet --help` it stands. */
  readonly group: string;
  readonly load: () => Promise<Command>;
}

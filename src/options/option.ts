/**
 * An option is a zod schema with metadata for its documentation. Flags, help, configuration files and the reference of the
 * commands derive from the two; see `src/cli/toolkit`.
 */
import { z } from 'zod';
import type { InputKind, OutputKind, OutputPath } from '../outputs/output-path.js';

export interface OptionFacts {
  /** What the option does, as a phrase without a full stop. The choices and the default are appended. */
  readonly description: string;
  /** The name of its value, like `file`; left out for switches. */
  readonly value?: string;
  /** The unit of its value, like `pixels`, which is shown instead of `value`. */
  readonly unit?: string;
  /** The default in words, if the schema has none. */
  readonly default?: string;
  /** The meaning of each choice, if the names do not say it. */
  readonly choices?: Readonly<Record<string, string>>;
  /** For a switch that is on by default: what switching it off does. */
  readonly negated?: string;
  /** The heading of the help that lists it. */
  readonly group?: string;
  /** Whether it can be given several times; the values are collected. */
  readonly repeatable?: boolean;
  /** Parses the typed text, if the kind of the schema is not enough. Returns text that it cannot parse unchanged. */
  readonly read?: (typed: string) => unknown;
  /** Formats a value, if `String` is not enough. */
  readonly show?: (value: never) => string;
  /** For a path that is read: what is there. */
  readonly reads?: InputKind;
  /** For a path that is written: what is written there. */
  readonly writes?: OutputKind;
  /** Where what is written depends on other options, or is several files: all that is at the path, or beside it. */
  readonly places?: (path: string, options: Readonly<Record<string, unknown>>) => readonly Omit<OutputPath, 'where'>[];
  /** The name of the library's argument, if it differs. */
  readonly argument?: string;
  /** A letter that it may be given by, as by the programs it passes its value to. */
  readonly short?: string;
  /** Its name in earlier versions. */
  readonly former?: string;
}

const facts = z.registry<Partial<OptionFacts>>();

/** Adds metadata to a schema. Existing metadata that `changes` does not replace is kept. */
export function option<S extends z.ZodType>(schema: S, changes: Partial<OptionFacts>): S {
  const described = schema.clone();
  facts.add(described, changes);
  return described;
}

/** The metadata of an option, even if it was made optional or given a default later. */
export function factsOf(schema: z.ZodType): OptionFacts {
  const { description, ...rest } = collected(schema);
  if (description === undefined) throw new Error('an option without a description');
  return { description, ...rest };
}

function collected(schema: z.ZodType): Partial<OptionFacts> {
  return { ...(isWrapper(schema) && collected(schema.unwrap() as z.ZodType)), ...facts.get(schema) };
}

/** The options of a shape under a heading. */
export function grouped<S extends Record<string, z.ZodType>>(group: string, shape: S): S {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, option(schema, { group })])) as S;
}

type Wrapper = z.ZodOptional | z.ZodDefault | z.ZodPrefault;

const isWrapper = (schema: z.ZodType): schema is Wrapper =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;

/** The schema of the value, without default and optionality. */
export const valueSchema = (schema: z.ZodType): z.ZodType =>
  isWrapper(schema) ? valueSchema(schema.unwrap() as z.ZodType) : schema;

/** The default of the schema. */
export const defaultOf = (schema: z.ZodType): unknown =>
  schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;

export const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;

export const isSwitch = (schema: z.ZodType): boolean => valueSchema(schema) instanceof z.ZodBoolean;

/**
 * An option is a zod schema with facts for people beside it. Flags, help, configuration files and the reference of the
 * commands derive from the two; see `src/cli/toolkit`.
 */
import { z } from 'zod';

export interface OptionFacts {
  /** What it does, as a phrase without a full stop. The choices and the default are added to it. */
  readonly description: string;
  /** What its value is called, like `file`; left out for switches. */
  readonly value?: string;
  /** What its value is measured in, like `pixels`: shown in place of `value`. */
  readonly unit?: string;
  /** What holds where it is left out, if the schema has no default of its own. */
  readonly default?: string;
  /** What each choice means, where their names do not say it. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Of a switch that is on by default: what switching it off does. */
  readonly negated?: string;
  /** Under which heading of the help it stands. */
  readonly group?: string;
  /** May be given several times; the values are collected. */
  readonly repeatable?: boolean;
  /** How a value is typed, where the kind of the schema does not say; returns text that cannot be read as it is. */
  readonly read?: (typed: string) => unknown;
  /** How a value is shown, where `String` does not do. */
  readonly show?: (value: never) => string;
  /** What the library calls it, where that is another name. */
  readonly argument?: string;
  /** A name that it had in earlier versions. */
  readonly former?: string;
}

const facts = z.registry<Partial<OptionFacts>>();

/** Gives a schema facts; those that it has already stay where `changes` does not replace them. */
export function option<S extends z.ZodType>(schema: S, changes: Partial<OptionFacts>): S {
  const described = schema.clone();
  facts.add(described, changes);
  return described;
}

/** What is known of an option, also where it was made optional or given a default later. */
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

/** The schema of a value itself, without default and optionality. */
export const valueSchema = (schema: z.ZodType): z.ZodType =>
  isWrapper(schema) ? valueSchema(schema.unwrap() as z.ZodType) : schema;

/** The default that the schema itself has. */
export const defaultOf = (schema: z.ZodType): unknown =>
  schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;

export const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;

export const isSwitch = (schema: z.ZodType): boolean => valueSchema(schema) instanceof z.ZodBoolean;

/** Options as they are typed and explained on the command line. */
import { z } from 'zod';
import { defaultOf, factsOf, isRequired, isSwitch, type OptionFacts, valueSchema } from '../../options/option.js';
import { inWords } from '../../value-schemas.js';

/** `limitPerClass` as it is typed: `--limit-per-class`. */
export const flag = (name: PropertyKey) =>
  `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A line of the help: how an option is typed, what it does, and under which heading it stands. */
export interface FlagHelp {
  readonly flags: string;
  readonly description: string;
  readonly heading: string;
}

/** The heading of options without one of their own. */
export const REST = 'Options';

/** One for each option; two for a switch that is on by default. */
export function flagHelp(name: string, schema: z.ZodType): FlagHelp[] {
  const facts = factsOf(schema);
  const heading = isRequired(schema) ? 'Required' : (facts.group ?? REST);
  const typed = facts.short === undefined ? flag(name) : `${flag(name)}, -${facts.short}`;
  const flags = isSwitch(schema) ? typed : `${typed} <${facts.unit ?? facts.value}>`;
  const description = [facts.description, choicesText(schema, facts), defaultText(schema, facts)].join('');
  if (facts.negated === undefined) return [{ flags, description, heading }];
  return [
    { flags, description: `${facts.description} (default)`, heading },
    { flags: flag(name).replace('--', '--no-'), description: facts.negated, heading },
  ];
}

/** `: a, b or c`, each with what it means where that is said. */
function choicesText(schema: z.ZodType, { choices = {} }: OptionFacts): string {
  const inner = valueSchema(schema);
  const values = inner instanceof z.ZodEnum ? inner.options : inner instanceof z.ZodLiteral ? [...inner.values] : [];
  if (values.length === 0) return '';
  const explained = values.map((value) => {
    const meaning = choices[String(value)];
    return meaning === undefined ? String(value) : `${value} (${meaning})`;
  });
  return `: ${inWords(explained)}`;
}

/** The default as a value; nothing for switches and what may be left out without effect. */
export function shownDefault(schema: z.ZodType): string | undefined {
  const facts = factsOf(schema);
  const value = defaultOf(schema);
  if (facts.default !== undefined || value === undefined) return facts.default;
  if (typeof value === 'boolean') return facts.negated === undefined ? undefined : 'on';
  return (facts.show ?? String)(value as never);
}

function defaultText(schema: z.ZodType, { repeatable }: OptionFacts): string {
  const shown = shownDefault(schema);
  const again = repeatable ? ' (may be repeated)' : '';
  return shown === undefined ? again : `${again} (default: ${shown})`;
}

/** Reads what was typed as the schema's kind of value; text that is none stays as it is, for the schema to refuse. */
export function readTyped(schema: z.ZodType, typed: string): unknown {
  const { read } = factsOf(schema);
  if (read !== undefined) return read(typed);
  const inner = valueSchema(schema);
  if (inner instanceof z.ZodArray) return typed.split(',').map((part) => part.trim());
  if (!allowsNumbers(inner) || typed.trim() === '' || Number.isNaN(Number(typed))) return typed;
  return Number(typed);
}

/** Also beside words: `none, balanced or a number`. */
function allowsNumbers(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodUnion) return schema.options.some((option) => allowsNumbers(option as z.ZodType));
  if (schema instanceof z.ZodLiteral) return [...schema.values].every((value) => typeof value === 'number');
  return schema instanceof z.ZodNumber;
}

/** Fields of JSON values with lines, as annotations are read from. */
import type { JsonValue } from '../../json-lines.js';

/** The last value of a key, as `JSON.parse` takes it. */
export function fieldOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return value?.kind === 'object' ? value.members.findLast((member) => member.key === key)?.value : undefined;
}

export const itemsOf = (value: JsonValue | undefined): readonly JsonValue[] | undefined =>
  value?.kind === 'array' ? value.items : undefined;

export const textOf = (value: JsonValue | undefined): string | undefined =>
  value?.kind === 'string' ? value.text : undefined;

export function numberOf(value: JsonValue | undefined): number | undefined {
  if (value?.kind !== 'other') return undefined;
  const number = Number(value.text);
  return Number.isFinite(number) ? number : undefined;
}

/** Numbers of a list; undefined where one is not. */
export function numbersOf(value: JsonValue | undefined): number[] | undefined {
  const numbers = itemsOf(value)?.map(numberOf);
  return numbers?.every((number) => number !== undefined) ? (numbers as number[]) : undefined;
}

/** A value in an error. */
export function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value.kind === 'object') return 'an object';
  if (value.kind === 'array') return `a list of ${value.items.length}`;
  return value.kind === 'string' ? `'${value.text}'` : value.text;
}

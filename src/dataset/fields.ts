/** Columns of a table that travel with its images: the identifiers of objects, samples and cruises. */
import type { ImageRecord } from './listing.js';

/** The columns by their names, each with a text for every image; empty where the table has nothing. */
export type ImageFields = Readonly<Record<string, readonly string[]>>;

/** The columns of records; undefined where no record has any. */
export function fieldsOf(records: readonly ImageRecord[]): ImageFields | undefined {
  const names = new Set<string>();
  let shape: ImageRecord['fields'];
  for (const { fields } of records) {
    // Records of one table have the same columns, mostly in objects of one shape.
    if (fields === undefined || fields === shape) continue;
    for (const name in fields) names.add(name);
    shape = fields;
  }
  if (names.size === 0) return undefined;
  return Object.fromEntries(Array.from(names, (name) => [name, records.map(({ fields }) => fields?.[name] ?? '')]));
}

export function mapFields(fields: ImageFields, change: (column: readonly string[]) => readonly string[]): ImageFields {
  return Object.fromEntries(Object.entries(fields).map(([name, column]) => [name, change(column)]));
}

/** Different texts that are looked for again. In a column with more, such as one of identifiers, none is there twice. */
const MOST_SHARED = 2 ** 16;

/** A copy without the texts that it was cut from or put together of: a million of them would keep those in memory. */
export const ownText = (text: string): string => Buffer.from(text).toString();

/** Keeps one copy of each text, without the text of a whole table behind it, so that a million rows stay small. */
export function sharedTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const first = known.get(text);
    if (first !== undefined) return first;
    const copy = ownText(text);
    if (known.size < MOST_SHARED) known.set(copy, copy);
    return copy;
  };
}

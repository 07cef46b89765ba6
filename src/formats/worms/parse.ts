/**
 * Reads classifications as the REST service of WoRMS gives them, saved to files: nested objects, one within the other.
 *
 * @see https://www.marinespecies.org/rest/ (AphiaClassificationByAphiaID)
 */
import { JsonSyntaxError, type JsonValue, parseJson } from '../../json-lines.js';
import { asId, asRank } from '../taxon.js';
import { type FormatFault, someOf, type TaxonRecord, type TaxonRecords } from '../taxon-record.js';

/** A saved file. */
export interface WormsFile {
  /** For places; undefined where there is only one text. */
  readonly file?: string | undefined;
  readonly text: string;
}

/** Whether a JSON text is of WoRMS. */
export const isWorms = (text: string): boolean => /"AphiaID"\s*:/.test(text);

type JsonObject = JsonValue & { readonly kind: 'object' };
type Draft = { -readonly [Field in keyof TaxonRecord]: TaxonRecord[Field] };

/**
 * The taxa of classification records `{AphiaID, rank, scientificname, child}`: one, an array, one a line, or any of these in
 * several files. Records are joined where they have taxa in common. The last taxon of each record is a class. A record that
 * states another `valid_AphiaID` is that of a name which is not accepted: the record of the accepted taxon stands for it, and has
 * to be there too.
 */
export function parseWorms(files: readonly WormsFile[]): TaxonRecords {
  const reader = new Reader();
  for (const { file, text } of files) {
    for (const record of recordsOf(text, file, reader.faults)) reader.add(record, file);
  }
  return reader.finish();
}

/** The records of a text: a value, the items of an array, or a value a line. */
function recordsOf(text: string, file: string | undefined, faults: FormatFault[]): JsonValue[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const values: JsonValue[] = [];
  // A record a line: what follows the first one is not JSON as a whole.
  const isLines =
    isJson(lines.find((line) => line.trim() !== '') ?? '') && lines.filter((line) => line.trim() !== '').length > 1;
  const texts = isLines ? lines.map((line, i) => ({ line, before: i })) : [{ line: lines.join('\n'), before: 0 }];
  for (const { line, before } of texts) {
    if (line.trim() === '') continue;
    try {
      // The parser counts lines from the beginning of its text.
      const value = parseJson('\n'.repeat(before) + line);
      if (value.kind === 'array') for (const item of value.items) values.push(item);
      else values.push(value);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      faults.push({ file, line: error.line, expected: error.expected, received: error.received });
    }
  }
  return values;
}

function isJson(line: string): boolean {
  try {
    parseJson(line);
    return true;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return false;
  }
}

/** A name that is not accepted, and the id of the accepted one. */
interface NotAccepted {
  readonly name: string;
  readonly valid: string;
  readonly validName: string | undefined;
  readonly file: string | undefined;
  readonly line: number;
}

class Reader {
  readonly taxa: Draft[] = [];
  readonly faults: FormatFault[] = [];
  readonly #byId = new Map<string, number>();
  readonly #byName = new Map<string, number>();
  readonly #notAccepted: NotAccepted[] = [];

  /** Adds the taxa of a record, from the top down. */
  add(record: JsonValue, file: string | undefined): void {
    let [parent, value]: [number | undefined, JsonValue | undefined] = [undefined, record];
    for (let isTop = true; value !== undefined; isTop = false) {
      if (value.kind !== 'object') {
        const received = value.kind === 'other' ? value.text : value.kind === 'array' ? 'a list' : 'a string';
        const where = isTop ? 'a classification record' : "an object or null as 'child'";
        this.faults.push({ file, line: value.line, expected: `${where} of WoRMS`, received });
        return;
      }
      const child = below(value);
      const at = this.#taxon(value, parent, file, child === undefined);
      if (at === undefined) return;
      if (child === undefined) (this.taxa[at] as Draft).isClass = true;
      [parent, value] = [at, child];
    }
  }

  /** The position of the taxon of an object; undefined where it is refused, or its accepted taxon stands for it. */
  #taxon(
    object: JsonObject,
    parent: number | undefined,
    file: string | undefined,
    isLast: boolean,
  ): number | undefined {
    const { line } = object;
    const name = textOf(object, 'scientificname');
    const id = asId(textOf(object, 'AphiaID'));
    const rank = asRank(textOf(object, 'rank'));
    if (name === undefined || name === '') {
      const expected = "a record with a 'scientificname'";
      this.faults.push({ file, line, expected, received: id === undefined ? 'none' : `none for the AphiaID ${id}` });
      return undefined;
    }
    const valid = asId(textOf(object, 'valid_AphiaID'));
    if (isLast && valid !== undefined && valid !== id) {
      this.#notAccepted.push({ name, valid, validName: textOf(object, 'valid_name'), file, line });
      return undefined;
    }
    const key = JSON.stringify([parent ?? -1, id ?? name]);
    const known = id === undefined ? this.#byName.get(key) : this.#byId.get(id);
    if (known === undefined) {
      const position = this.taxa.push({ name, id, rank, parent, at: { file, line } }) - 1;
      if (id === undefined) this.#byName.set(key, position);
      else this.#byId.set(id, position);
      return position;
    }
    const { at: first, ...earlier } = this.taxa[known] as Draft;
    const place = `${first.file === undefined ? '' : `${first.file}, `}line ${first.line}`;
    if (earlier.name !== name) {
      const received = `${id} for '${name}' and for '${earlier.name}' (${place})`;
      this.faults.push({ file, line, expected: 'each AphiaID for one name', received, remedy: FETCH });
    } else if (earlier.parent !== parent) {
      const above = (position: number | undefined) =>
        position === undefined ? 'at the top' : `below '${this.taxa[position]?.name}'`;
      const received = `${above(parent)}, and ${above(earlier.parent)} (${place})`;
      this.faults.push({ file, line, expected: `one place for '${name}'`, received, remedy: FETCH });
    }
    return known;
  }

  finish(): TaxonRecords {
    const followed: string[] = [];
    const synonyms: { readonly name: string; readonly of: number }[] = [];
    for (const { name, valid, validName, file, line } of this.#notAccepted) {
      const of = this.#byId.get(valid) ?? -1;
      const taxon = this.taxa[of];
      if (taxon !== undefined) {
        followed.push(`'${name}' is '${taxon.name}'`);
        synonyms.push({ name, of });
      } else {
        const accepted = `${validName === undefined ? '' : `'${validName}', `}AphiaID ${valid}`;
        const remedy = `Save the classification of AphiaID ${valid}.`;
        this.faults.push({
          file,
          line,
          expected: 'an accepted name',
          received: `'${name}', whose accepted name is ${accepted}`,
          remedy,
        });
      }
    }
    const notes =
      followed.length === 0 ? [] : [`Names that are not accepted stand for the accepted ones: ${someOf(followed)}.`];
    const isSound = this.faults.length === 0;
    return { taxa: isSound ? this.taxa : [], faults: this.faults, synonyms: isSound ? synonyms : [], notes };
  }
}

const FETCH = 'The records are of different days: fetch them again.';

/** The child of an object, unless there is none. */
function below({ members }: JsonObject): JsonValue | undefined {
  const child = members.find(({ key }) => key === 'child')?.value;
  return child?.kind === 'other' && child.text === 'null' ? undefined : child;
}

/** A field as text; undefined where it is `null`, not there, or no string or number. */
function textOf({ members }: JsonObject, key: string): string | undefined {
  const value = members.find((member) => member.key === key)?.value;
  if (value?.kind === 'string') return value.text.trim();
  return value?.kind === 'other' && /^\d/.test(value.text) ? value.text : undefined;
}

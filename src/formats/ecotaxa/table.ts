/** EcoTaxa tables: those for import, and all kinds of export. */
import { crc32 } from 'node:zlib';
import type { Problem } from '../../errors.js';
import { isImageName } from '../../image-names.js';
import { type ByteRow, ByteRows } from '../byte-rows.js';
import { EXPECTED, isValid } from './cells.js';
import {
  ANNOTATION_STATUSES,
  type AnnotationStatus,
  type CellKind,
  headerFaults,
  isTypeLine,
  kindOf,
} from './columns.js';

/** What a line of a table says of an image and its object. Texts are empty where the table has nothing. */
export interface EcotaxaLine {
  /** Counted from 1. */
  readonly line: number;
  /** `img_file_name`: relative to the folder of the table. */
  readonly image: string;
  /** `img_rank`: which image of its object; 0 where the table has none. */
  readonly rank: number;
  /** `object_id`: the name of the object. */
  readonly object: string;
  /** `objid`: EcoTaxa's number of the object, which exports have. */
  readonly objid: string;
  /** The number of the object in the table, in the order of their first lines, from 0. */
  readonly objectNumber: number;
  readonly status: AnnotationStatus | undefined;
  /** `object_annotation_category`: as EcoTaxa displays it, `egg<other` where several taxa are called `egg`. */
  readonly category: string;
  /** `object_annotation_category_id`, or the `classif_id` of exports with internal numbers. */
  readonly categoryId: string;
  /** `object_annotation_hierarchy`: the names from the top down, joined by `>`. */
  readonly hierarchy: string;
  /** The text of another column, by its name in lower case; undefined where there is no such column. */
  readonly text: (column: string) => string | undefined;
}

/** How an EcoTaxa table is read. */
export interface EcotaxaTableOptions {
  /** How the table is called in problems, such as its file. Default `the table`. */
  readonly source?: string | undefined;
  /** Whether each line has to name an image. Default `false`. */
  readonly needsImages?: boolean | undefined;
  /** Called with the names of the columns, trimmed and in lower case, before any line. */
  readonly onHeader?: ((names: readonly string[]) => void) | undefined;
  /** Called with each line that is as it should be. */
  readonly onLine: (line: EcotaxaLine) => void;
}

/** What is wrong with a table, and how many lines it has. */
export interface EcotaxaTableRead {
  readonly columns: readonly string[];
  /** Lines without the header and the types. */
  readonly lines: number;
  readonly problems: readonly Problem[];
}

/** Problems of one kind in one column that are given one by one; further ones are counted. */
const MOST_ALIKE = 20;

interface LineProblem {
  readonly line: number;
  readonly problem: Problem;
}

/** Reads a table of any size: `push` its bytes piece by piece, then `end`. */
export class EcotaxaTable {
  readonly #options: EcotaxaTableOptions;
  readonly #source: string;
  readonly #rows: ByteRows;
  readonly #alike = new Map<string, { readonly problems: LineProblem[]; more: number; last: number }>();
  #names: readonly string[] | undefined;
  #kinds: readonly CellKind[] = [];
  #types: readonly string[] | undefined;
  /** Columns whose cells are checked. */
  #checked: Int32Array = new Int32Array(0);
  #columns = columnsIn([]);
  #lines = 0;
  /** Whether the rows could not be told apart to the end. */
  #isBroken = false;
  readonly #objects = new Objects();

  constructor(options: EcotaxaTableOptions) {
    this.#options = options;
    this.#source = options.source ?? 'the table';
    this.#rows = new ByteRows({
      onRow: (row) => this.#row(row),
      onFault: ({ line, ...fault }) => {
        this.#isBroken = true;
        this.#problem(line, '', fault);
      },
    });
  }

  /** Reads the next bytes of the table. */
  push(bytes: Uint8Array): void {
    this.#rows.push(bytes);
  }

  /** Reads what is left. @returns everything that is wrong with the table, by line and column */
  end(): EcotaxaTableRead {
    this.#rows.end();
    if (this.#names === undefined && !this.#isBroken) {
      this.#problem(1, '', { expected: 'a header line with the names of the columns', received: 'an empty file' });
    } else if (this.#lines === 0 && !this.#isBroken) {
      const received = this.#types === undefined ? 'a header only' : 'a header and types only';
      this.#problem(this.#types === undefined ? 1 : 2, '', { expected: 'a line for each image', received });
    }
    const counted = [...this.#alike.values()].flatMap(({ problems, more, last }): LineProblem[] => {
      const [first] = problems;
      if (first === undefined || more === 0) return problems;
      const where = `${this.#source}, ${more} more lines down to ${last}`;
      return [...problems, { line: last, problem: { ...first.problem, where, remedy: undefined } }];
    });
    const problems = counted.sort((a, b) => a.line - b.line).map(({ problem }) => problem);
    return { columns: this.#names ?? [], lines: this.#lines, problems };
  }

  #problem(line: number, column: string, problem: Omit<Problem, 'where'>): void {
    const key = `${column}\t${problem.expected}`;
    const alike = this.#alike.get(key) ?? { problems: [], more: 0, last: 0 };
    this.#alike.set(key, alike);
    alike.last = line;
    if (alike.problems.length === MOST_ALIKE) {
      alike.more++;
      return;
    }
    const place = `${this.#source}:${line}`;
    const where = column === '' ? place : `${place}, column ${column}`;
    alike.problems.push({ line, problem: { where, ...problem } });
  }

  #row(row: ByteRow): void {
    if (this.#names === undefined) this.#header(row);
    else if (this.#lines === 0 && this.#types === undefined && isTypeLine(textsOf(row))) this.#typeLine(row);
    else this.#line(row);
  }

  #header(row: ByteRow): void {
    const names = textsOf(row).map((name) => name.toLowerCase());
    while (names.at(-1) === '') names.pop();
    this.#names = names;
    const isNeeded = (name: string) =>
      name === 'object_id' || (name === 'img_file_name' && this.#options.needsImages === true);
    for (const { column, ...fault } of headerFaults(names, isNeeded)) this.#problem(row.line, column, fault);
    this.#columns = columnsIn(names);
    this.#setKinds();
    this.#options.onHeader?.(names);
  }

  #typeLine(row: ByteRow): void {
    const types = textsOf(row);
    const names = this.#names ?? [];
    this.#types = types;
    names.forEach((name, i) => {
      const type = types[i] ?? '';
      if (type === '' || /^\[[ft]\]$/i.test(type)) return;
      this.#problem(row.line, name, { expected: '[f] for numbers or [t] for text', received: type });
    });
    this.#setKinds();
  }

  #setKinds(): void {
    this.#kinds = (this.#names ?? []).map((name, i) => kindOf(name, this.#types?.[i]));
    this.#checked = Int32Array.from(this.#kinds.keys()).filter((i) => this.#kinds[i] !== 'text');
  }

  #line(row: ByteRow): void {
    this.#lines++;
    const names = this.#names ?? [];
    const { starts, ends, line } = row;
    let isRight = true;
    const fault = (column: string, problem: Omit<Problem, 'where'>) => {
      isRight = false;
      this.#problem(line, column, problem);
    };
    if (row.fields > names.length && !isBlank(row, names.length)) {
      const remedy = 'Tabs within a cell, or a column without a name? Put such cells between double quotes.';
      fault('', { expected: `${names.length} cells, as in the header`, received: `${row.fields}`, remedy });
    }
    for (const field of this.#checked) {
      if (field >= row.fields || starts[field] === ends[field]) continue;
      const kind = this.#kinds[field] as CellKind;
      if (isValid(kind, row, field) || /^(nan|na)$/i.test(row.text(field))) continue;
      fault(names[field] ?? '', { expected: EXPECTED[kind], received: `'${row.text(field)}'` });
    }
    const { object, image, rank, objid, status, category, categoryId, hierarchy } = this.#columns;
    const [name, number] = [row.text(object), row.text(objid)];
    const own: EcotaxaLine = {
      line,
      image: row.text(image),
      rank: Number.parseInt(row.text(rank), 10) || 0,
      object: name,
      objid: number,
      objectNumber: this.#objects.numberOf(number || name),
      status: ANNOTATION_STATUSES.find((known) => known === row.text(status).toLowerCase()),
      category: row.text(category),
      categoryId: wholeNumber(row.text(categoryId)),
      hierarchy: row.text(hierarchy),
      text: (column) => (names.includes(column) ? row.text(names.indexOf(column)) : undefined),
    };
    if (object >= 0 && own.object === '')
      fault('object_id', { expected: 'the name of the object', received: 'nothing' });
    if (image >= 0 && !isImageName(own.image)) {
      const received = own.image === '' ? 'nothing' : `'${own.image}'`;
      fault('img_file_name', { expected: 'the name of an image file, such as copepod.jpg', received });
    }
    const isNamed = own.category !== '' || own.categoryId !== '' || own.hierarchy !== '';
    if (isNamed && row.text(status) === '') {
      const received = `nothing, but the category ${own.category || own.categoryId || own.hierarchy}`;
      fault('object_annotation_status', { expected: `${EXPECTED.status} for an object with a category`, received });
    }
    if (!isNamed && own.status !== undefined) {
      const expected = 'a category for an object with a status';
      fault('object_annotation_category', { expected, received: `nothing, but the status ${own.status}` });
    }
    if (image >= 0 && own.image !== '' && own.object !== '') {
      const first = this.#objects.lineOf(own.objectNumber, own.image, line);
      if (first !== undefined) {
        const received = `${own.image} of ${own.object} again (first in line ${first})`;
        fault('img_file_name', {
          expected: 'each image of an object once',
          received,
          remedy: 'Remove one of the lines.',
        });
      }
    }
    if (isRight) this.#options.onLine(own);
  }
}

/** The objects of a table, and the images that they have: a million of them take little memory. */
class Objects {
  readonly #numbers = new Map<string, number>();
  /** A hash of the first image of each object, and its line. */
  readonly #first: number[] = [];
  readonly #lines: number[] = [];
  /** The lines of further images, by object and hash. */
  readonly #further = new Map<string, number>();

  numberOf(object: string): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** The line on which an object has had this image before; otherwise the image is remembered. */
  lineOf(object: number, image: string, line: number): number | undefined {
    const hash = hash53(image);
    if (this.#lines[object] === undefined) {
      this.#first[object] = hash;
      this.#lines[object] = line;
      return undefined;
    }
    if (this.#first[object] === hash) return this.#lines[object];
    const key = `${object} ${hash}`;
    const known = this.#further.get(key);
    if (known === undefined) this.#further.set(key, line);
    return known;
  }
}

/** 53 bits: those of CRC-32, and some of FNV-1a. */
function hash53(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return crc32(text) * 2 ** 21 + (hash & (2 ** 21 - 1));
}

/** An id of a spreadsheet or of R may be written `85012.0`. */
const wholeNumber = (text: string) => text.replace(/^(\d+)[.,]0+$/, '$1');

function columnsIn(names: readonly string[]) {
  const find = (name: string) => names.indexOf(name);
  const id = find('object_annotation_category_id');
  return {
    image: find('img_file_name'),
    rank: find('img_rank'),
    object: find('object_id'),
    objid: find('objid'),
    status: find('object_annotation_status'),
    category: find('object_annotation_category'),
    categoryId: id >= 0 ? id : find('classif_id'),
    hierarchy: find('object_annotation_hierarchy'),
  };
}

const textsOf = (row: ByteRow) => Array.from({ length: row.fields }, (_, i) => row.text(i));

function isBlank({ fields, starts, ends }: ByteRow, from: number): boolean {
  for (let i = from; i < fields; i++) if (starts[i] !== ends[i]) return false;
  return true;
}

/** Reads a whole table. */
export function parseEcotaxaTable(
  bytes: Uint8Array,
  options: Omit<EcotaxaTableOptions, 'onLine' | 'onHeader'> = {},
): EcotaxaTableRead & { readonly objects: readonly Omit<EcotaxaLine, 'text'>[] } {
  const objects: Omit<EcotaxaLine, 'text'>[] = [];
  const table = new EcotaxaTable({ ...options, onLine: ({ text: _, ...line }) => objects.push(line) });
  table.push(bytes);
  return { ...table.end(), objects };
}

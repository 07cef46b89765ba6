/** EcoTaxa tables: those for import, and all kinds of export. */
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
import { Objects } from './objects.js';

/** What a line of a table says of an image and its object. Texts are empty where the table has nothing. */
export interface EcotaxaLine {
  /** Counted from 1. */
  readonly line: number;
  /** `img_file_name`: relative to the folder of the table; empty in a table without that column, as exports without images are. */
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

/** Reports what is wrong in a column; an empty name stands for the line. */
type Fault = (column: string, problem: Omit<Problem, 'where'>) => void;

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
    for (const { column, ...fault } of headerFaults(names)) this.#problem(row.line, column, fault);
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
    const fault: Fault = (column, problem) => {
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
    this.#checkRepeats(own, fault);
    if (isRight) this.#options.onLine(own);
  }

  /** An object has each image on one line, and a line for each image; without names of images, for each rank. */
  #checkRepeats({ object, objectNumber, image, rank, line }: EcotaxaLine, fault: Fault): void {
    const isNamed = this.#columns.image >= 0;
    if (object === '' || (isNamed && image === '')) return;
    const first = this.#objects.lineOf(objectNumber, isNamed ? image : String(rank), line);
    if (first === undefined) return;
    const remedy = 'Remove one of the lines.';
    const again = `again (first in line ${first})`;
    if (isNamed) {
      const received = `${image} of ${object} ${again}`;
      fault('img_file_name', { expected: 'each image of an object once', received, remedy });
    } else if (this.#columns.rank >= 0) {
      const received = `${rank} for ${object} ${again}`;
      fault('img_rank', { expected: 'each rank of an object once', received, remedy });
    } else fault('object_id', { expected: 'each object once', received: `${object} ${again}`, remedy });
  }
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

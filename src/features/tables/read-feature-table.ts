/** Reads tables of features: CSV and TSV, those of ZooProcess and EcoTaxa among them, and `.npy` with a list of paths. */

import { extname } from 'node:path';
import { append } from '../../arrays.js';
import { isTypeLine, rowsOf } from '../../dataset/sources/table.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { MAX_TABLE_BYTES, readProblem, readRegularFile } from '../../regular-file.js';
import { TableNumbers } from '../../table-numbers.js';
import { decodeText } from '../../text.js';
import type { FeatureTable } from '../feature-table.js';
import { type Matrix, readNpy } from './npy.js';
import { chooseColumns, type TableText } from './table-columns.js';

/** Options of {@link readFeatureTable}. */
export interface ReadFeaturesOptions {
  /**
   * The column that says which image a row is about. Default: the one with a common name of path columns (`path`,
   * `img_file_name`, `file_name`, ...), or else of identifiers (`object_id`, `objid`, `object_label`, `id`, `roi_number`).
   */
  readonly tableColumn?: string | undefined;
  /** The features to read, with or without the prefix `object_`, in this order. Default: all columns of numbers. */
  readonly columns?: readonly string[] | undefined;
  /**
   * For a `.npy` file, the list of the images that its rows are about: a text file with one path a line. Default: the file of
   * the same name that ends in `.paths.txt`.
   */
  readonly paths?: string | undefined;
}

/** A feature table as it was read. */
export interface ReadFeatures extends FeatureTable {
  /** The column that says which image a row is about; undefined for a `.npy` file. */
  readonly tableColumn?: string | undefined;
  /** Columns of the file that are no features, or were not asked for. */
  readonly leftOut: readonly string[];
}

/**
 * Reads a table of features: a row an image, a column a feature.
 *
 * - **CSV, TSV**: the delimiter is found by itself. Decimals have a point or, between semicolons or tabs, a comma. EcoTaxa's line of types is skipped, its prefix `object_` taken off, and
 *   its columns about samples, places, dates and annotations are left out. Empty cells, `NaN` and `NA` are values that could
 *   not be measured. Units are those of the table.
 * - **`.npy`**: a matrix of `float32` or `float64`, by rows or by columns, with a list of paths. Features are called `f0`, `f1`,
 *   ..., or as the lines of a file that ends in `.columns.txt` instead of `.npy`.
 *
 * @throws CladenetError USAGE for a column that is not there; DATASET for a file that cannot be read whole, text in place of
 *   numbers, infinite numbers, rows that are too short or too long, and rows about one image: all at once, by line and column
 * @example
 * ```ts
 * import { readFeatureTable, writeFeatureTable } from 'cladenet/features';
 *
 * await writeFeatureTable('features.csv', { names: ['area'], rows: ['a.png'], values: Float64Array.of(12) });
 * const table = await readFeatureTable('features.csv');
 * [table.names, table.rows, table.values[0]]; // => [ [ 'area' ], [ 'a.png' ], 12 ]
 * ```
 */
export async function readFeatureTable(file: string, options: ReadFeaturesOptions = {}): Promise<ReadFeatures> {
  return extname(file).toLowerCase() === '.npy' ? readMatrix(file, options) : readText(file, options);
}

async function readText(file: string, { columns, tableColumn }: ReadFeaturesOptions): Promise<ReadFeatures> {
  const {
    rows: [header, ...all],
    delimiter,
  } = await rowsOf(file);
  if (!header) throw new CladenetError('DATASET', `The table ${file} is empty.`);
  const rows = isTypeLine(all[0]) ? all.slice(1) : all;
  const table: TableText = { file, names: header.fields, line: header.line, rows, delimiter };
  const numbers = new TableNumbers(delimiter);
  const { path, features, note, leftOut } = chooseColumns(table, columns, tableColumn);
  const problems: Problem[] = [];
  const images: { readonly name: string; readonly line: number }[] = [];
  const values = new Float64Array(rows.length * features.length);
  const notes = new Map<number, string>();
  rows.forEach(({ fields, line }, row) => {
    if (fields.length !== header.fields.length) {
      const expected = `${header.fields.length} columns`;
      problems.push({ where: `${file}:${line}`, expected, received: `${fields.length}` });
      return;
    }
    images.push({ name: fields[path] ?? '', line });
    features.forEach(({ index }, k) => {
      const cell = fields[index] ?? '';
      const where = () => `${file}:${line}, column ${header.fields[index] ?? ''}`;
      const number = numbers.read(cell, where);
      if (number === undefined || number === Number.POSITIVE_INFINITY || number === Number.NEGATIVE_INFINITY) {
        const remedy = numbers.remedyFor(cell);
        problems.push({ where: where(), expected: 'a number, or nothing', received: `'${cell}'`, remedy });
      }
      values[row * features.length + k] = number ?? Number.NaN;
    });
    if (note !== undefined && fields[note]) notes.set(row, fields[note]);
  });
  append(problems, unnamed(file, images));
  const mixed = numbers.mixed();
  if (mixed !== undefined) problems.push(mixed);
  if (problems.length > 0) throw new CladenetError('DATASET', `The table ${file} cannot be read.`, problems);
  const names = features.map(({ name }) => name);
  const read = { names, rows: images.map(({ name }) => name), values, leftOut, ...(notes.size > 0 && { notes }) };
  return { ...read, tableColumn: header.fields[path] ?? '' };
}

/** Rows that do not say which image they are about, and rows about one image. */
function unnamed(file: string, images: readonly { readonly name: string; readonly line: number }[]): Problem[] {
  const first = new Map<string, number>();
  return images.flatMap(({ name, line }): Problem[] => {
    const where = `${file}:${line}`;
    if (name === '') return [{ where, expected: 'a path or an identifier', received: 'none' }];
    const before = first.get(name);
    if (before !== undefined)
      return [{ where, expected: 'every image once', received: `${name}, as in line ${before}` }];
    first.set(name, line);
    return [];
  });
}

async function readMatrix(file: string, { columns, paths, tableColumn }: ReadFeaturesOptions): Promise<ReadFeatures> {
  if (tableColumn !== undefined) {
    const problem = {
      where: 'tableColumn',
      expected: 'nothing: a .npy file has no columns of text',
      received: tableColumn,
    };
    throw new CladenetError('USAGE', `The matrix ${file} cannot be read.`, [problem]);
  }
  const matrix = await readNpy(file);
  const list = paths ?? besideNpy(file, 'paths');
  const rows = await linesOf(list, `a list of the paths of its ${matrix.rows} rows`);
  const own = await linesOf(besideNpy(file, 'columns'), 'names').catch(() => undefined);
  const names = own ?? Array.from({ length: matrix.columns }, (_, i) => `f${i}`);
  const problems: Problem[] = [
    ...unnamed(
      list,
      rows.map((name, i) => ({ name, line: i + 1 })),
    ),
    ...infinite(file, matrix),
  ];
  if (rows.length !== matrix.rows) {
    problems.unshift({ where: list, expected: `${matrix.rows} paths, one a row`, received: `${rows.length}` });
  }
  if (names.length !== matrix.columns) {
    const where = besideNpy(file, 'columns');
    problems.unshift({ where, expected: `${matrix.columns} names, one a column`, received: `${names.length}` });
  }
  if (problems.length > 0) throw new CladenetError('DATASET', `The matrix ${file} cannot be read.`, problems);
  if (columns === undefined) return { names, rows, values: matrix.values, leftOut: [] };
  return { ...selected(file, matrix, names, columns), rows };
}

/** The file of lines that belongs to a `.npy` file: the paths of its rows, or the names of its columns. */
export function besideNpy(file: string, what: 'paths' | 'columns'): string {
  return `${file.slice(0, -extname(file).length)}.${what}.txt`;
}

async function linesOf(file: string, expected: string): Promise<string[]> {
  const summary = `The list ${file} cannot be read.`;
  const bytes = await readRegularFile(file, { maxBytes: MAX_TABLE_BYTES }).catch((error: unknown) => {
    throw new CladenetError('DATASET', summary, [readProblem(file, error, expected)], { cause: error });
  });
  const decoded = decodeText(bytes);
  if (!('text' in decoded)) {
    throw new CladenetError('DATASET', summary, [{ where: `${file}:${decoded.line}`, ...decoded.problem }]);
  }
  return decoded.text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function infinite(file: string, { columns, values }: Matrix): Problem[] {
  const at = values.findIndex((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY);
  if (at < 0) return [];
  const where = `${file}: row ${Math.floor(at / columns)}, column ${at % columns}`;
  return [{ where, expected: 'a finite number, or NaN', received: `${values[at]}` }];
}

function selected(
  file: string,
  { rows, columns: width, values }: Matrix,
  names: readonly string[],
  columns: readonly string[],
): Omit<ReadFeatures, 'rows'> {
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const problems = missing.map((name) => {
      return { where: file, expected: `a column ${name}`, received: 'none', remedy: didYouMean(name, names) };
    });
    throw new CladenetError('USAGE', `The matrix ${file} lacks features.`, problems);
  }
  const indices = columns.map((name) => names.indexOf(name));
  const chosen = new Float64Array(rows * columns.length);
  for (let row = 0, to = 0; row < rows; row++) {
    for (const index of indices) chosen[to++] = values[row * width + index] as number;
  }
  return { names: columns, values: chosen, leftOut: names.filter((name) => !columns.includes(name)) };
}

/** Lists the images of a table: one image per row, with a column of paths and a column of labels. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { byCodePoint } from '../order.js';
import type { ImageRecord, SourceRecords } from './listing.js';

/** How a table is read. */
export interface ImageTableOptions {
  /**
   * The column of paths, absolute or relative to the table's folder. Default: the first of `path`, `image_path`,
   * `img_path`, `file_path`, `filepath`, `img_file_name`, `image_file_name`, `file_name`, `filename`, `file`, `image`.
   */
  readonly pathColumn?: string | undefined;
  /**
   * The column of labels. Default: the first of `label`, `class`, `class_name`, `taxon`, `species`,
   * `object_annotation_category`, `category` that the table has; without one, no image has a label.
   */
  readonly labelColumn?: string | undefined;
}

/** Names of a path column, tried in this order, ignoring case. EcoTaxa uses `img_file_name`. */
export const PATH_COLUMNS = [
  ...['path', 'image_path', 'img_path', 'file_path', 'filepath', 'img_file_name', 'image_file_name'],
  ...['file_name', 'filename', 'file', 'image'],
] as const;

/** Names of a label column, tried in this order, ignoring case. EcoTaxa uses `object_annotation_category`. */
export const LABEL_COLUMNS = [
  ...['label', 'class', 'class_name', 'taxon', 'species', 'object_annotation_category', 'category'],
] as const;

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Reads a CSV or TSV file with a header. The delimiter is the most frequent of tab, comma and semicolon in the header.
 * EcoTaxa's second line, which gives the types [t] and [f] of the columns, is skipped.
 *
 * @throws CladenetError USAGE when a column named in `options` is missing; DATASET when the table is empty, cannot be
 *   parsed or has no column of paths
 */
export async function listTable(file: string, options: ImageTableOptions): Promise<SourceRecords> {
  const [header, ...rows] = parseTable(file, await readFile(file, 'utf8'));
  if (!header) throw new CladenetError('DATASET', `The table ${file} is empty.`);
  const names = header.cells.map((name) => name.trim());
  const pathColumn = findColumn(file, names, options.pathColumn, PATH_COLUMNS);
  const labelColumn = findColumn(file, names, options.labelColumn, LABEL_COLUMNS);
  if (pathColumn === undefined) {
    throw new CladenetError('DATASET', `The table ${file} has no column of image paths.`, [
      missingColumn(file, names, 'path', PATH_COLUMNS),
    ]);
  }
  const problems: Problem[] = [];
  if (labelColumn === undefined) problems.push(missingColumn(file, names, 'label', LABEL_COLUMNS));

  const seen = new Map<string, { record: ImageRecord; line: number; clash: boolean }>();
  for (const { cells, line } of isTypeLine(rows[0]) ? rows.slice(1) : rows) {
    const where = `${file}:${line}`;
    const path = cells[pathColumn]?.trim() ?? '';
    const label = labelColumn === undefined ? undefined : cells[labelColumn]?.trim() || undefined;
    if (cells.length > names.length) {
      problems.push({ where, expected: `${names.length} columns`, received: `${cells.length}; the row is left out` });
      continue;
    }
    if (path === '' || path.includes('\0')) {
      problems.push({
        where,
        expected: `a path in column ${names[pathColumn]}`,
        received: 'none; the row is left out',
      });
      continue;
    }
    if (labelColumn !== undefined && label === undefined) {
      problems.push({ where, expected: `a label in column ${names[labelColumn]}`, received: `none for ${path}` });
    }
    const record = { path: isAbsolute(path) ? path : join(dirname(file), path), label };
    const first = seen.get(record.path);
    if (!first) {
      seen.set(record.path, { record, line, clash: false });
      continue;
    }
    if (first.record.label !== label) first.clash = true;
    problems.push(repeated(where, path, first.line, first.record.label, label));
  }
  const records = [...seen.values()].filter(({ clash }) => !clash).map(({ record }) => record);
  return { records: records.sort((a, b) => byCodePoint(a.path, b.path)), problems };
}

function parseTable(file: string, text: string): Row[] {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const count = (separator: string) => header.split(separator).length;
  const delimiter = ['\t', ',', ';'].reduce((best, other) => (count(other) > count(best) ? other : best));
  try {
    const rows = parse(text, {
      ...{ bom: true, delimiter, info: true, skip_empty_lines: true },
      ...{ relax_column_count: true, relax_quotes: delimiter === '\t' },
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CladenetError('DATASET', `The table ${file} cannot be read.`, [
      { where: file, expected: 'comma or tab separated values', received: error.message },
    ]);
  }
}

function isTypeLine(row: Row | undefined): boolean {
  const filled = row?.cells.filter((cell) => cell !== '') ?? [];
  return filled.length > 0 && filled.every((cell) => /^\[\w\]$/.test(cell));
}

function findColumn(
  file: string,
  names: readonly string[],
  wanted: string | undefined,
  common: readonly string[],
): number | undefined {
  if (wanted !== undefined) {
    const index = names.indexOf(wanted);
    if (index >= 0) return index;
    throw new CladenetError('USAGE', `The table ${file} has no column ${wanted}.`, [
      {
        where: `${file}:1`,
        expected: `one of ${names.join(', ')}`,
        received: wanted,
        remedy: didYouMean(wanted, names),
      },
    ]);
  }
  const lower = names.map((name) => name.toLowerCase());
  const found = common.find((name) => lower.includes(name));
  return found === undefined ? undefined : lower.indexOf(found);
}

function missingColumn(file: string, names: readonly string[], kind: string, common: readonly string[]): Problem {
  return {
    where: `${file}:1`,
    expected: `a ${kind} column (${common.join(', ')})`,
    received: names.join(', '),
    remedy: `Name the column with \`${kind}Column\`.`,
  };
}

function repeated(where: string, path: string, line: number, first?: string, second?: string): Problem {
  const same = first === second;
  return {
    where,
    expected: 'every image once',
    received: same
      ? `${path} again (first in line ${line})`
      : `${path} as ${second ?? 'nothing'}, but as ${first ?? 'nothing'} in line ${line}; the image is left out`,
  };
}

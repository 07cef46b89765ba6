/** Rows of a delimited table (CSV, TSV), each with its line. */
import { CsvError, parse } from 'csv-parse/sync';
import { ofCell } from './csv.js';
import type { Problem } from './errors.js';
import type { Delimiter } from './table-numbers.js';

/** A row of a table. */
export interface Row {
  /** The line on which the row begins, counted from 1. */
  readonly line: number;
  /** Trimmed, without the empty fields that follow the last column of the header. */
  readonly fields: readonly string[];
}

/** A place in a table that is not valid CSV, or that is most likely several rows read as one. */
export interface RowFault extends Omit<Problem, 'where'> {
  readonly line: number;
}

/** What is in a table. */
export interface TableRows {
  readonly rows: readonly Row[];
  /** What separates the fields, which says what a comma in a number is: see `TableNumbers`. */
  readonly delimiter: Delimiter;
  readonly faults: readonly RowFault[];
  /** Whether a fault hides several rows, so that what is read is not the whole table. */
  readonly isIncomplete: boolean;
}

/** Reading stops after this many faults: what follows is not a table. */
const MOST_FAULTS = 100;

/** How Excel writes the delimiter into the first line. */
const SEP_LINE = /^\s*"?sep=([,;\t])"?\s*$/i;

/**
 * Reads the rows of a table, header included, without blank rows. The delimiter is the one of a first line `sep=;`, or else
 * the most frequent of comma, tab and semicolon in the header; between tabs, a quote within a cell stands for itself. The
 * apostrophe with which `formatCsv` keeps a field from being a formula is removed. After a row that is not valid CSV,
 * reading continues on the next line.
 *
 * A quote that is never meant to open a cell swallows all rows up to the next quote. Two such quotes look like one cell of
 * several lines, with at least as many delimiters in it as there are in a row, so such a cell is a fault.
 */
export function parseRows(text: string): TableRows {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const top = Math.max(0, lines.findIndex(isFilled));
  const declared = SEP_LINE.exec(lines[top] ?? '')?.[1] as Delimiter | undefined;
  if (declared !== undefined) lines[top] = '';
  const delimiter = declared ?? delimiterOf(lines[top] ?? '');
  const rows: Row[] = [];
  const faults: RowFault[] = [];
  let isIncomplete = false;
  for (let begin = 0; begin < lines.length && faults.length < MOST_FAULTS; ) {
    let next = begin;
    const startOfRow = (): number => {
      while (next < lines.length && !isFilled(lines[next] ?? '')) next++;
      return next;
    };
    try {
      parse(lines.slice(begin).join('\n'), {
        delimiter,
        record_delimiter: '\n',
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        relax_quotes: delimiter === '\t',
        on_record: (record: string[], { lines: read }) => {
          const line = startOfRow() + 1;
          next = begin + read;
          if (!record.some(isFilled)) return null;
          const fields = withoutTail(record.map(ofCell), rows[0]?.fields.length ?? 0);
          const columns = rows[0]?.fields.length ?? fields.length;
          const fault = swallowed(fields, line, delimiter, columns);
          if (fault === undefined) rows.push({ line, fields });
          else {
            faults.push(fault);
            isIncomplete = true;
          }
          return null;
        },
      });
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const line = startOfRow() + 1;
      faults.push({
        line,
        expected: 'a row whose quotes are closed and stand around whole fields',
        received: `'${shortened((lines[line - 1] ?? '').trim())}'`,
        remedy: 'Remove the quote, or write a field with quotes in it as "a ""quoted"" word".',
      });
      begin = line;
    }
  }
  const unnamed = faults.length === 0 ? unnamedColumns(rows) : undefined;
  if (unnamed !== undefined) return { rows, delimiter, faults: [unnamed], isIncomplete: true };
  return { rows, delimiter, faults, isIncomplete };
}

/** Without the empty fields at the end, down to `least` fields. */
function withoutTail(fields: readonly string[], least: number): readonly string[] {
  let length = fields.length;
  while (length > least && !isFilled(fields[length - 1] ?? '')) length--;
  return length === fields.length ? fields : fields.slice(0, length);
}

/** The fault of a table all of whose rows are longer than its header, by the same number of fields. */
function unnamedColumns([header, ...body]: readonly Row[]): RowFault | undefined {
  const [columns = 0, found = 0] = [header?.fields.length, body[0]?.fields.length];
  if (header === undefined || found <= columns || body.some(({ fields }) => fields.length !== found)) return undefined;
  return {
    line: header.line,
    expected: `a name for each of the ${found} columns`,
    received: `${columns} ${columns === 1 ? 'name' : 'names'}, but ${found} fields in every row`,
    remedy:
      'Name the first column if it holds row names (R leaves them out with row.names = FALSE); put fields with the ' +
      'delimiter in them between double quotes.',
  };
}

/** The fault of a row with a cell of several lines in which further rows seem to be. */
function swallowed(fields: readonly string[], start: number, delimiter: string, columns: number): RowFault | undefined {
  let line = start;
  for (const field of fields) {
    const breaks = field.split('\n').length - 1;
    const delimiters = field.split(delimiter).length - 1;
    if (breaks > 0 && (delimiters >= columns - 1 || fields.length > columns)) {
      return {
        line,
        expected: `rows of ${columns} fields`,
        received: `a quoted cell from line ${line} to line ${line + breaks} that seems to hold rows`,
        remedy: `Remove the quotes in line ${line} and in line ${line + breaks}; if it is one cell, remove its line breaks.`,
      };
    }
    line += breaks;
  }
  return undefined;
}

function isFilled(text: string): boolean {
  return text.trim() !== '';
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function delimiterOf(header: string): Delimiter {
  const count = (delimiter: string): number => header.split(delimiter).length;
  const delimiters: readonly Delimiter[] = [',', '\t', ';'];
  return delimiters.reduce((best, other) => (count(other) > count(best) ? other : best));
}
